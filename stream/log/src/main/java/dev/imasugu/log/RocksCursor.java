package dev.imasugu.log;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/*
 * An iterator sees the log as it was when it was made, and keeps old files from being deleted. So
 * it is made when there is something to read, and freed when everything was read: a cursor that
 * waits at the end holds nothing and looks at one number in memory. What was written a moment ago it
 * finds in memory too.
 */

/** A cursor over one partition in RocksDB. */
final class RocksCursor implements LogCursor {
  private final LogStorage storage;
  private final Topic topic;
  private final int partition;
  private @Nullable RocksIterator iterator;
  private long position;

  /** What was below this when the iterator was made, it sees. */
  private long seenEnd;

  private boolean closed;

  RocksCursor(LogStorage storage, Topic topic, int partition, long from) {
    this.storage = storage;
    this.topic = topic;
    this.partition = partition;
    position = from;
    storage.add(this);
  }

  @Override
  public @Nullable StoredRecord next() {
    if (closed) {
      throw new IllegalStateException("the cursor is closed");
    }
    try (var _ = storage.guard.enter()) {
      long end = storage.end(topic, partition);
      while (position < end) {
        StoredRecord newest = iterator == null ? newest() : null;
        if (newest != null) {
          position++;
          return newest;
        }
        RocksIterator records = iterator(end);
        long offset = offset(records);
        if (offset >= 0 && offset < end) {
          var found = new StoredRecord(offset, LogKeys.payload(records.value()));
          records.next();
          position = offset + 1;
          return found;
        }
        release();
        position = Math.max(position, seenEnd); // what lies between is not retained
      }
      release();
      return null;
    } catch (RocksDBException e) {
      throw LogDatabase.failed(e);
    }
  }

  /** The record at the position if it is still in memory. */
  private @Nullable StoredRecord newest() {
    LogTail tail = storage.tail(topic, partition);
    return tail == null || position < storage.begin(topic, partition) ? null : tail.find(position);
  }

  private RocksIterator iterator(long end) {
    RocksIterator current = iterator;
    if (current == null) {
      current = storage.database().iterator();
      iterator = current;
      seenEnd = end;
      long from = Math.max(position, storage.begin(topic, partition));
      current.seek(LogKeys.record(topic, partition, from));
    }
    return current;
  }

  /** The offset of the record under an iterator, or -1 when it has left the partition. */
  private long offset(RocksIterator records) throws RocksDBException {
    if (!records.isValid()) {
      records.status();
      return -1;
    }
    byte[] key = records.key();
    return LogKeys.isIn(topic, partition, key) ? LogKeys.offset(key) : -1;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      storage.remove(this);
    }
  }

  /** Frees the iterator, for this thread inside the guard or for another alone in it. */
  void release() {
    if (iterator != null) {
      iterator.close();
      iterator = null;
    }
  }
}
