package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imasugu.benchmark.Visits.Click;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * Real visits with their real gaps, side by side: each is put at a random place of the run, and what
 * lies inside of the run is sent, at its instant, whatever is still open. Two clicks that follow each
 * other in a visit are a pair if both lie inside, so that a gap longer than the run is never one: such
 * gaps would only raise the share. When the second click is due, the list is asked for with the token
 * of the first, and is not waited for. Clicks of one visit with one and the same time have no order
 * and are no pair.
 */

/** How many next clicks find a list that knows the click before? */
@Command(name = "next-click", mixinStandardHelpOptions = true)
final class NextClick implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 1_000;
  private static final int MAX_CONNECTIONS = 2_048;
  private static final double ASKED = 0.999;
  private static final double NANOS = 1e9;

  @Option(
      names = "--format",
      defaultValue = "yoochoose",
      description = "A format of imasugu import whose events have a session.")
  private String format;

  @Option(names = "--data", required = true, split = ",", description = "Its files.")
  private List<Path> files;

  @Option(names = "--speed", defaultValue = "1", description = "Gaps are divided by it.")
  private double speed;

  @Option(names = "--seconds", defaultValue = "120", description = "Length of the run.")
  private int seconds;

  @Option(names = "--warm-up", defaultValue = "20", description = "Seconds of the same before.")
  private int warmUp;

  @Option(
      names = "--history",
      defaultValue = "20000",
      description = "Clicks that the statistics know before.")
  private int history;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of where visits begin.")
  private long seed;

  /** A visit in the run. */
  private static final class Visitor {
    final String user;

    /** The number of the newest click that was sent, from 1; its token once that is known. */
    int sent;

    @Nullable String token;

    Visitor(String user) {
      this.user = user;
    }
  }

  /**
   * A click that is due.
   *
   * @param gap nanoseconds since the one before in the run, or -1 for the first
   */
  private record Due(long nanos, Visitor visitor, String item, long gap) {}

  private static final class Outcome {
    final Histogram gaps = new Histogram(3);
    final Histogram missed = new Histogram(3);
    long clicks;
    long reflected;
    long unacknowledged;
    long simultaneous;
    long failed;
    long empty;
    double worstDelayMillis;
  }

  @Override
  public Integer call() {
    Visits visits = Visits.read(format, files);
    Path directory = ServerProcess.project();
    var server = new ServerProcess(directory, List.of());
    try (var client = new LoadClient(server.address(), MAX_CONNECTIONS)) {
      learn(client, visits);
      server.awaitDrained(Duration.ofMinutes(5));
      run(client, schedule(visits, "w", warmUp));
      server.awaitDrained(Duration.ofMinutes(1));
      List<Due> schedule = schedule(visits, "v", seconds);
      var steal = new Steal();
      Outcome outcome = run(client, schedule);
      return report(visits, outcome, steal.percent());
    } finally {
      server.closeAndDelete();
    }
  }

  private int report(Visits visits, Outcome outcome, double stolen) {
    long pairs = outcome.gaps.getTotalCount();
    double share = pairs == 0 ? 0 : (double) outcome.reflected / pairs;
    System.out.printf(
        Locale.ROOT,
        "{\"bench\":\"next-click\",\"format\":\"%s\",\"speed\":%s,\"seconds\":%d,\"visits\":%d,"
            + "\"clicks\":%d,\"clicksPerSecond\":%.0f,\"pairs\":%d,\"reflected\":%d,"
            + "\"share\":%.5f,\"unacknowledged\":%d,\"simultaneous\":%d,\"gapP1Ms\":%.1f,"
            + "\"gapP50Ms\":%.0f,\"missedGapP50Ms\":%.1f,\"missedGapMaxMs\":%.1f,"
            + "\"sentLateMaxMs\":%.1f,\"failed\":%d,\"empty\":%d,\"stolenPercent\":%.1f}%n",
        format,
        speed,
        seconds,
        visits.all().size(),
        outcome.clicks,
        (double) outcome.clicks / seconds,
        pairs,
        outcome.reflected,
        share,
        outcome.unacknowledged,
        outcome.simultaneous,
        outcome.gaps.getValueAtPercentile(1) / 1e6,
        outcome.gaps.getValueAtPercentile(50) / 1e6,
        outcome.missed.getValueAtPercentile(50) / 1e6,
        outcome.missed.getMaxValue() / 1e6,
        outcome.worstDelayMillis,
        outcome.failed,
        outcome.empty,
        stolen);
    return outcome.failed + outcome.empty == 0 && (speed > 1 || share >= ASKED) ? 0 : 1;
  }

  /** Puts every visit somewhere, so that each moment of the run is like any other. */
  private List<Due> schedule(Visits visits, String prefix, int length) {
    var random = new SplittableRandom(seed);
    var schedule = new ArrayList<Due>();
    double end = length * NANOS;
    for (int number = 0; number < visits.all().size(); number++) {
      List<Click> visit = visits.all().get(number);
      long first = visit.getFirst().millis();
      double lasts = nanos(visit.getLast().millis() - first);
      double start = random.nextDouble() * (end + lasts) - lasts;
      var visitor = new Visitor(prefix + number);
      long before = -1;
      for (Click click : visit) {
        double at = start + nanos(click.millis() - first);
        if (at >= 0 && at < end) {
          schedule.add(
              new Due(
                  (long) at,
                  visitor,
                  click.item(),
                  before < 0 ? -1 : (long) nanos(click.millis() - before)));
          before = click.millis();
        }
      }
    }
    schedule.sort(Comparator.comparingLong(Due::nanos));
    return schedule;
  }

  private double nanos(long millis) {
    return millis * 1e6 / speed;
  }

  private static Outcome run(LoadClient client, List<Due> schedule) {
    var outcome = new Outcome();
    long start = System.nanoTime();
    for (int next = 0; next < schedule.size(); ) {
      Due due = schedule.get(next);
      long left = start + due.nanos - System.nanoTime();
      if (left > 0 || client.open() > MAX_CONNECTIONS - 2) {
        client.poll(Math.max(left, 1_000_000));
      } else {
        outcome.worstDelayMillis = Math.max(outcome.worstDelayMillis, -left / 1e6);
        if (due.gap == 0) {
          outcome.simultaneous++;
        } else if (due.gap > 0) {
          look(client, due, outcome);
        }
        click(client, due, outcome);
        next++;
        client.poll(0);
      }
    }
    if (!client.drain(Duration.ofSeconds(60).toNanos())) {
      outcome.failed += client.open();
    }
    return outcome;
  }

  /** Asks for the list as it is, and whether it knows the visitor's newest click. */
  private static void look(LoadClient client, Due due, Outcome outcome) {
    outcome.gaps.recordValue(due.gap);
    String token = due.visitor.token;
    if (token == null) {
      outcome.unacknowledged++;
      outcome.missed.recordValue(due.gap);
      return;
    }
    client.send(
        LoadClient.get(
            "/v1/placements/home/recommendations?limit=10&waitMs=0&user=%s&minAsOf=%s"
                .formatted(due.visitor.user, token)),
        (status, body) -> {
          if (status != 200) {
            outcome.failed++;
          } else if (body.contains("\"items\":[]")) {
            outcome.empty++;
          } else if (body.contains("\"fresh\":true")) {
            outcome.reflected++;
          } else {
            outcome.missed.recordValue(due.gap);
          }
        });
  }

  private static void click(LoadClient client, Due due, Outcome outcome) {
    Visitor visitor = due.visitor;
    int number = ++visitor.sent;
    visitor.token = null;
    outcome.clicks++;
    client.send(
        LoadClient.post("/v1/events", event(visitor.user, due.item)),
        (status, body) -> {
          if (status != 200) {
            outcome.failed++;
          } else if (number == visitor.sent) {
            int from = body.indexOf("\"asOf\":\"") + 8;
            visitor.token = body.substring(from, body.indexOf('"', from));
          }
        });
  }

  private static String event(String user, String item) {
    return "{\"user\":\"" + user + "\",\"item\":\"" + item + "\",\"type\":\"view\"}";
  }

  /** Gives the server the items, and what others did before. */
  private void learn(LoadClient client, Visits visits) {
    batches(client, "/v1/items", visits.items().size(), i -> visits.items().get(i).toString());
    var before = new ArrayList<String>();
    for (int number = 0; number < visits.all().size() && before.size() < history; number++) {
      for (Click click : visits.all().get(number)) {
        before.add(event("h" + number, click.item()));
      }
    }
    batches(client, "/v1/events", before.size(), before::get);
  }

  private static void batches(
      LoadClient client, String path, int count, IntFunction<String> record) {
    for (int from = 0; from < count; from += BATCH) {
      var body = new StringBuilder("[");
      int expected = Math.min(BATCH, count - from);
      for (int i = 0; i < expected; i++) {
        body.append(i == 0 ? "" : ",").append(record.apply(from + i));
      }
      client.send(
          LoadClient.post(path, body.append(']').toString()),
          (status, answer) -> {
            if (status != 200 || accepted(answer) != expected) {
              throw new IllegalStateException(path + ": " + status + " " + answer);
            }
          });
      client.drain(Duration.ofSeconds(60).toNanos());
    }
  }

  private static int accepted(String answer) {
    try {
      return JSON.readTree(answer).path("accepted").asInt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
