package dev.imasugu.query;

import dev.imasugu.log.Topic;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/*
 * A query that fails on single rows loses those rows, to the quarantine, and nobody else notices. One
 * that fails on most of its rows is not served by that: it is broken, gets no rows any more, and is
 * built anew once its file is corrected.
 */

/**
 * One query inside a running job: whether rows go to it, and what it failed on. For many threads.
 */
final class QueryState {
  /** Rows after which the share of failures is looked at. */
  static final int BLOCK = 1_000;

  private final QueryVersion version;
  private final Map<Topic, AtomicLongArray> quarantinedUpTo = new EnumMap<>(Topic.class);
  private final AtomicLong quarantined = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean muted;
  private volatile boolean broken;
  private volatile @Nullable String error;

  QueryState(QueryVersion version, int partitions) {
    this.version = version;
    for (Topic topic : Topic.values()) {
      var none = new long[partitions];
      Arrays.fill(none, -1);
      quarantinedUpTo.put(topic, new AtomicLongArray(none));
    }
  }

  QueryVersion version() {
    return version;
  }

  /** From now on no row goes to it, and nothing it still holds is written. */
  void mute() {
    muted = true;
  }

  boolean isMuted() {
    return muted;
  }

  /** Takes it out of its job: it fails too often to go on. */
  void breakDown(String cause) {
    error = cause;
    broken = true;
    muted = true;
  }

  boolean isBroken() {
    return broken;
  }

  /** The first cause of its last failure, in plain words, or null. */
  @Nullable String error() {
    return error;
  }

  /** Counts a row that goes to it. */
  void countRow() {
    if (rows.incrementAndGet() % BLOCK == 0) {
      if (failures.getAndSet(0) * 2 > BLOCK) {
        breakDown("more than half of its last %,d rows failed: %s".formatted(BLOCK, error));
      }
    }
  }

  /**
   * Counts a row that it cannot handle.
   *
   * @return whether it is the first time; after a restart the same rows come again
   */
  boolean countPoison(Topic topic, int partition, long offset, String cause) {
    error = cause;
    failures.incrementAndGet();
    AtomicLongArray upTo = quarantinedUpTo.get(topic);
    if (upTo == null || upTo.get(partition) >= offset) {
      return false;
    }
    upTo.set(partition, offset);
    quarantined.incrementAndGet();
    return true;
  }

  long quarantined() {
    return quarantined.get();
  }
}
