package dev.imasugu.log;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An append-only log of partitioned topics. All methods may be called from any thread at once.
 *
 * <p>After {@link #close} every method, and every cursor, throws {@link IllegalStateException}.
 */
public interface EventLog extends AutoCloseable {
  /**
   * Appends a batch as one write: all new records of it are stored, or none. The future completes
   * when the batch is as durable as the log was opened to make it, with one answer per record in
   * order. Records of one key keep their order; a record equal by key and id to an earlier one, of
   * this batch too, is a {@link Appended.Duplicate}. When the write fails, the future completes
   * with {@link java.io.UncheckedIOException}; sending the batch again is safe.
   *
   * @throws LogBusyException if the queue of waiting batches is full; nothing is written then
   */
  CompletableFuture<List<Appended>> append(Topic topic, List<LogRecord> records);

  /** Number of partitions of every topic, fixed when the log was created. */
  int partitions();

  /** Returns the partition of a key: from its UTF-8 bytes, the same on every machine for ever. */
  default int partition(String key) {
    return Partitioner.partition(key, partitions());
  }

  /** The position after the newest record; a reader there has read everything. */
  long end(Topic topic, int partition);

  /** The offset of the oldest retained record, or {@link #end} when there is none. */
  long begin(Topic topic, int partition);

  /**
   * Opens a cursor at a position; where retention passed it, reading starts at {@link #begin}.
   *
   * @param from at least 0; may lie beyond the end, then nothing is returned until the log is there
   */
  LogCursor read(Topic topic, int partition, long from);

  /**
   * Returns a future that completes at the next append to a topic after this call. To wait without
   * losing a wake-up, take the future first and then look whether the log is ahead. Dependents run
   * on the log's writer thread and must be short.
   */
  CompletableFuture<Void> nextAppend(Topic topic);

  /**
   * Makes every later offset of a partition at least {@code position}: after a power cut that took
   * acknowledged-after-write records with it, readers that had seen them must not miss new ones.
   */
  void skipTo(Topic topic, int partition, long position);

  /**
   * Forgets records received before an instant, with their ids, but none at or after a position
   * that a reader still needs. Compacted topics are left alone.
   *
   * @param keepFrom per partition, the smallest position any reader still needs
   * @return the number of records forgotten
   */
  long retain(Topic topic, Instant receivedBefore, List<Long> keepFrom);

  /**
   * Forgets some records, with their ids; offsets where there is none are passed over. The future
   * completes when they are gone.
   */
  CompletableFuture<Void> erase(Topic topic, int partition, List<Long> offsets);

  /**
   * Forgets every record of a key, with their ids, those of appends before this call included. The
   * future completes with their number when they are gone. Their bytes may stay on disk, out of
   * reach, until {@link #compact}.
   */
  CompletableFuture<Long> eraseKey(Topic topic, String key);

  /** Returns the record of a key of a compacted topic, or null. */
  @Nullable StoredRecord newest(Topic topic, String key);

  /** Rewrites what is on disk, so that nothing forgotten is left there; may take minutes. */
  void compact();

  @Override
  void close();
}
