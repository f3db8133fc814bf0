package dev.imasugu.serve;

import dev.imasugu.domain.AsOf;
import dev.imasugu.store.Store;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far the profile queries have committed each partition, in memory: never ahead of the store,
 * behind it for no longer than a listener's call. Safe for many threads.
 */
final class Progress {
  private static final int MAX_PARTITIONS = 1_024;
  private static final long UNKNOWN = -1;

  private final Store store;
  private final String version;
  private final AtomicLongArray positions = new AtomicLongArray(MAX_PARTITIONS);
  private volatile int known;

  Progress(Store store, String version) {
    this.store = store;
    this.version = version;
    for (int i = 0; i < MAX_PARTITIONS; i++) {
      positions.set(i, UNKNOWN);
    }
  }

  /** A version has committed a partition. */
  void committed(String committed, long partition) {
    if (committed.equals(version)) {
      read(Math.toIntExact(partition));
    }
  }

  private synchronized void read(int partition) {
    long stored = store.features().progress(version, partition);
    positions.accumulateAndGet(partition, stored, Math::max);
    known = Math.max(known, partition + 1);
  }

  /** What is committed now, by partition; that of {@code own} is known in any case. */
  long[] now(int own) {
    if (positions.get(own) == UNKNOWN) {
      read(own);
    }
    long[] now = new long[known];
    for (int i = 0; i < now.length; i++) {
      now[i] = positions.get(i);
    }
    return now;
  }

  /**
   * Raises an asOf to what had been committed of its partitions and of one more. A partition that
   * was not known then stays as it is, and is known the next time.
   */
  AsOf raise(AsOf stored, int own, long[] committed) {
    if (stored.positions().isEmpty()
        || (stored.positions().size() == 1 && stored.positions().containsKey(own))) {
      return AsOf.of(own, Math.max(stored.position(own), committed[own]));
    }
    var raised = new HashMap<>(stored.positions());
    raised.merge(own, committed[own], Math::max);
    raised.replaceAll(
        (partition, position) -> {
          if (partition < committed.length && committed[partition] != UNKNOWN) {
            return Math.max(position, committed[partition]);
          }
          read(partition);
          return position;
        });
    return new AsOf(raised);
  }
}
