package dev.imasugu.query;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/*
 * A partition without events does not hold the others up: after a second at its end it is idle. When
 * all are, time goes on by the clock, so that what waits for it is done although nobody does anything.
 * An event that comes then with an older time is late.
 */

/**
 * The event time that a reader has come to: the least of its partitions, each at the greatest
 * min(occurredAt, receivedAt) it has seen, less {@link #LATENESS}. Never goes back. One thread.
 */
final class Watermarks {
  static final Duration LATENESS = Duration.ofSeconds(5);
  static final Duration IDLE = Duration.ofSeconds(1);
  static final long NONE = Long.MIN_VALUE;

  private static final class Partition {
    long greatest = NONE;
    long atEndSince = NONE;
  }

  private final Map<Integer, Partition> partitions = new HashMap<>();
  private long watermark = NONE;

  /**
   * Takes a record.
   *
   * @return whether it is late
   */
  boolean saw(int partition, long occurredAt, long receivedAt) {
    long time = Math.min(occurredAt, receivedAt);
    Partition of = partition(partition);
    of.greatest = Math.max(of.greatest, time);
    of.atEndSince = NONE;
    return time < watermark;
  }

  /**
   * Notes whether a partition had nothing more to read.
   *
   * @param now by the clock
   */
  void atEnd(int partition, boolean end, long now) {
    Partition of = partition(partition);
    if (!end) {
      of.atEndSince = NONE;
    } else if (of.atEndSince == NONE) {
      of.atEndSince = now;
    }
  }

  private Partition partition(int number) {
    return partitions.computeIfAbsent(number, _ -> new Partition());
  }

  /** Returns the watermark at this moment; {@link #NONE} as long as nothing is known. */
  long advance(long now) {
    boolean idle = !partitions.isEmpty();
    long least = Long.MAX_VALUE;
    for (Partition partition : partitions.values()) {
      if (partition.atEndSince == NONE || now - partition.atEndSince < IDLE.toMillis()) {
        idle = false;
        least = Math.min(least, partition.greatest);
      }
    }
    long time = idle ? now : least;
    if (time != NONE && time != Long.MAX_VALUE) {
      watermark = Math.max(watermark, time - LATENESS.toMillis());
    }
    return watermark;
  }
}
