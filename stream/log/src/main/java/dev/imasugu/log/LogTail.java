package dev.imasugu.log;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/*
 * A reader at the end of the log reads each record within microseconds of its write. Making an
 * iterator of the database for that costs more than all else the reader does.
 */

/**
 * The newest records of one partition in memory: at most {@value #RECORDS}, each of at most {@value
 * #BYTES} bytes. Whatever is not here is in the database. One thread adds; any thread reads.
 */
final class LogTail {
  private static final int RECORDS = 1024;
  private static final int BYTES = 4096;

  private final AtomicReferenceArray<@Nullable StoredRecord> ring =
      new AtomicReferenceArray<>(RECORDS);

  /** Adds a record in its stored form. */
  void add(long offset, byte[] stored) {
    ring.set(
        slot(offset),
        stored.length <= BYTES ? new StoredRecord(offset, LogKeys.payload(stored)) : null);
  }

  /** Forgets the record at an offset. */
  void remove(long offset) {
    StoredRecord record = find(offset);
    if (record != null) {
      ring.set(slot(offset), null);
    }
  }

  /** The record at an offset, or null when it is not here. */
  @Nullable StoredRecord find(long offset) {
    StoredRecord record = ring.get(slot(offset));
    return record != null && record.offset() == offset ? record : null;
  }

  private static int slot(long offset) {
    return (int) (offset % RECORDS);
  }
}
