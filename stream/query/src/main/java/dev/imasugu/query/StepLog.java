package dev.imasugu.query;

import dev.imasugu.log.Appended;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/*
 * One step is in flight at a time: its records are all there is to read, its time is what the readers
 * may say once they have read them, and it is over when every sink has heard that time. So nothing is
 * held but one step, and a reader that looks twice finds nothing the second time.
 */

/**
 * A log of one partition that holds the records of one step, and the barrier behind it. One thread
 * publishes; any thread reads.
 */
final class StepLog implements EventLog {
  /** Before the first step. */
  static final long NEVER = Long.MIN_VALUE;

  private record Records(long begin, List<byte[]> values) {
    long end() {
      return begin + values.size();
    }
  }

  private static final Records NONE = new Records(0, List.of());

  private final Map<Topic, Records> topics = new EnumMap<>(Topic.class);
  private CompletableFuture<Void> next = new CompletableFuture<>();
  private long time = NEVER;
  private int sinks;
  private int arrived;
  private boolean closed;

  /**
   * Starts where earlier steps have ended.
   *
   * @param begin positions of topics that are not at 0
   */
  StepLog(Map<Topic, Long> begin) {
    begin.forEach((topic, position) -> topics.put(topic, new Records(position, List.of())));
  }

  private Records of(Topic topic) {
    Records records = topics.get(topic);
    return records == null ? NONE : records;
  }

  /**
   * Puts a step in the place of the one before, which must be over.
   *
   * @param at greater than the time of any step before
   */
  void publish(long at, Map<Topic, List<byte[]>> records) {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      if (at <= time) {
        throw new IllegalArgumentException("at: " + at + " (expected: after " + time + ")");
      }
      for (Topic topic : Topic.values()) {
        topics.put(topic, new Records(of(topic).end(), records.getOrDefault(topic, List.of())));
      }
      arrived = 0;
      time = at;
      waiting = next;
      next = new CompletableFuture<>();
    }
    waiting.complete(null);
  }

  /** The time of the step in flight: what a reader that has read everything may say it is. */
  synchronized long time() {
    return time;
  }

  /** Says how many must arrive before a step is over. */
  synchronized void expect(int number) {
    sinks = number;
  }

  /** Says that one of them has done all of the steps up to a time. */
  synchronized void arrive(long at) {
    if (at == time && ++arrived >= sinks) {
      notifyAll();
    }
  }

  /**
   * Waits until the step in flight is over.
   *
   * @return false when the time is up and it is not
   */
  synchronized boolean await(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (arrived < sinks) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public CompletableFuture<List<Appended>> append(Topic topic, List<LogRecord> records) {
    throw new UnsupportedOperationException("steps are published");
  }

  @Override
  public int partitions() {
    return 1;
  }

  @Override
  public synchronized long end(Topic topic, int partition) {
    return of(topic).end();
  }

  @Override
  public synchronized long begin(Topic topic, int partition) {
    return of(topic).begin();
  }

  @Override
  public LogCursor read(Topic topic, int partition, long from) {
    return new LogCursor() {
      private long position = from;

      @Override
      public @Nullable StoredRecord next() {
        synchronized (StepLog.this) {
          Records records = of(topic);
          position = Math.max(position, records.begin);
          if (closed || position >= records.end()) {
            return null;
          }
          byte[] value = records.values.get((int) (position - records.begin));
          return new StoredRecord(position++, value);
        }
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized CompletableFuture<Void> nextAppend(Topic topic) {
    return next;
  }

  @Override
  public void skipTo(Topic topic, int partition, long position) {
    throw new UnsupportedOperationException("steps have no gaps");
  }

  @Override
  public long retain(Topic topic, Instant receivedBefore, List<Long> keepFrom) {
    return 0;
  }

  @Override
  public CompletableFuture<Void> erase(Topic topic, int partition, List<Long> offsets) {
    throw new UnsupportedOperationException("steps are not kept");
  }

  @Override
  public CompletableFuture<Long> eraseKey(Topic topic, String key) {
    throw new UnsupportedOperationException("steps are not kept");
  }

  @Override
  public @Nullable StoredRecord newest(Topic topic, String key) {
    throw new UnsupportedOperationException("steps are not kept");
  }

  @Override
  public void compact() {}

  @Override
  public synchronized void close() {
    closed = true;
  }
}
