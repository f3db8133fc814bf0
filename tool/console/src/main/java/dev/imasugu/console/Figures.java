package dev.imasugu.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The live figures of the last minute, read from the process's metrics once a second. Safe for many
 * threads; holds {@value #SECONDS} seconds.
 */
final class Figures implements AutoCloseable {
  static final int SECONDS = 60;

  /** Percentiles are of this many seconds, so that one slow event is seen but not for ever. */
  private static final int WINDOW = 5;

  /**
   * One second.
   *
   * @param p50 milliseconds from an event to its lists, of the last seconds; NaN when there was
   *     none
   * @param lag events that profile queries have not handled
   */
  record Second(double events, double recomputes, double p50, double p99, long lag, long dirty) {}

  private record Counts(
      long nanoTime, double events, long recomputes, List<CountAtBucket> freshness) {}

  private final MeterRegistry metrics;
  private final Deque<Second> seconds = new ArrayDeque<>();
  private final Deque<Counts> counts = new ArrayDeque<>();
  private final Thread thread;
  private volatile boolean closed;

  Figures(MeterRegistry metrics) {
    this.metrics = metrics;
    this.thread = Thread.ofPlatform().name("console-figures").daemon().start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        Thread.sleep(1_000);
        look(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look(long nanoTime) {
    Counter events = metrics.find("imasugu.events").tag("verdict", "accepted").counter();
    Timer users = metrics.find("imasugu.recompute.user").timer();
    Timer freshness = metrics.find("imasugu.freshness").timer();
    var now =
        new Counts(
            nanoTime,
            events == null ? 0 : events.count(),
            users == null ? 0 : users.count(),
            freshness == null ? List.of() : List.of(freshness.takeSnapshot().histogramCounts()));
    Counts last = counts.peekLast();
    counts.addLast(now);
    if (counts.size() > WINDOW + 1) {
      counts.removeFirst();
    }
    if (last == null) {
      return;
    }
    double passed = (nanoTime - last.nanoTime()) / 1e9;
    List<CountAtBucket> before = counts.getFirst().freshness();
    seconds.addLast(
        new Second(
            (now.events() - last.events()) / passed,
            (now.recomputes() - last.recomputes()) / passed,
            percentile(before, now.freshness(), 0.5),
            percentile(before, now.freshness(), 0.99),
            gauge("imasugu.query.lag"),
            gauge("imasugu.dirty.users")));
    if (seconds.size() > SECONDS) {
      seconds.removeFirst();
    }
  }

  private long gauge(String name) {
    Gauge gauge = metrics.find(name).gauge();
    return gauge == null ? 0 : (long) gauge.value();
  }

  /** Interpolated within the bucket, in milliseconds. */
  static double percentile(List<CountAtBucket> before, List<CountAtBucket> after, double share) {
    if (after.isEmpty() || before.size() != after.size()) {
      return Double.NaN;
    }
    double total = grown(before, after, after.size() - 1);
    if (total <= 0) {
      return Double.NaN;
    }
    double wanted = share * total;
    double below = 0;
    double from = 0;
    for (int i = 0; i < after.size(); i++) {
      double upTo = grown(before, after, i);
      double to = after.get(i).bucket(TimeUnit.MILLISECONDS);
      if (upTo >= wanted && upTo > below) {
        return Double.isInfinite(to) || to > 1e9
            ? from
            : from + (to - from) * (wanted - below) / (upTo - below);
      }
      below = upTo;
      from = to;
    }
    return from;
  }

  private static double grown(List<CountAtBucket> before, List<CountAtBucket> after, int bucket) {
    return after.get(bucket).count() - before.get(bucket).count();
  }

  /** The newest second, or null before the first. */
  synchronized @Nullable Second now() {
    return seconds.peekLast();
  }

  /** Oldest first. */
  synchronized List<Second> minute() {
    return new ArrayList<>(seconds);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
