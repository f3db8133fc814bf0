package dev.imasugu.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Something that the log's writer thread is to write. */
sealed interface LogRequest {
  /** The memory it holds, about. */
  long sizeBytes();

  /** Completes it as failed; nothing of it was written. */
  void fail(Throwable cause);

  /** Records in their stored form. */
  record Append(
      Topic topic, List<Encoded> records, long sizeBytes, CompletableFuture<List<Appended>> done)
      implements LogRequest {
    static Append of(Topic topic, List<Encoded> records) {
      long bytes = 0;
      for (Encoded record : records) {
        bytes += 64L + record.id().length + record.value().length;
      }
      return new Append(topic, records, bytes, new CompletableFuture<>());
    }

    @Override
    public void fail(Throwable cause) {
      done.completeExceptionally(cause);
    }
  }

  /** One record: its key in the family of ids, and its stored value. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Encoded(int partition, byte[] id, byte[] value) {
    static Encoded of(Topic topic, int partition, LogRecord record) {
      return new Encoded(partition, LogKeys.id(topic, record), LogKeys.value(record));
    }
  }

  /** See {@link EventLog#skipTo}. */
  record Skip(Topic topic, int partition, long position, CompletableFuture<Void> done)
      implements LogRequest {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public void fail(Throwable cause) {
      done.completeExceptionally(cause);
    }
  }

  /** See {@link EventLog#erase}. */
  record Erase(Topic topic, int partition, List<Long> offsets, CompletableFuture<Void> done)
      implements LogRequest {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public void fail(Throwable cause) {
      done.completeExceptionally(cause);
    }
  }

  /**
   * See {@link EventLog#eraseKey}.
   *
   * @param prefix what the id keys of all its records start with, and no others
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record EraseKey(Topic topic, int partition, byte[] prefix, CompletableFuture<Long> done)
      implements LogRequest {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public void fail(Throwable cause) {
      done.completeExceptionally(cause);
    }
  }

  /**
   * Deletes the oldest records of a partition.
   *
   * @param upTo the first offset that stays
   * @param ids the id keys of all that go
   */
  record Forget(
      Topic topic, int partition, long upTo, List<byte[]> ids, CompletableFuture<Void> done)
      implements LogRequest {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public void fail(Throwable cause) {
      done.completeExceptionally(cause);
    }
  }
}
