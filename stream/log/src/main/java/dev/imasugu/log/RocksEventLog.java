package dev.imasugu.log;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/*
 * One platform thread writes. It takes all that waits, up to a size, and writes it with one write:
 * records, their ids and the new ends together, so that a killed process leaves whole groups. Only
 * then do readers see the new ends, and the futures complete.
 */

/**
 * A log in RocksDB. Appends wait in a bounded queue for the log's one writer thread, which writes
 * all that wait as one group; so many small appends cost little more than one large one.
 *
 * <p>When the disk fails or is full, the futures of the group complete with {@link
 * java.io.UncheckedIOException}, the log stays as it was, and later appends succeed once the disk
 * does. Such an append may have been written all the same if the failure came after the write;
 * sending it again is answered with {@link Appended.Duplicate} then. A disk too full to compact may
 * also hold the writer up, and with it {@link #close}, until it has space: futures wait and the
 * queue fills meanwhile. Appends may come from virtual threads.
 */
public final class RocksEventLog implements EventLog {
  public static final long DEFAULT_QUEUE_BYTES = 64L << 20;
  public static final int DEFAULT_QUEUE_BATCHES = 10_000;
  public static final long DEFAULT_MEMORY_BYTES = 64L << 20;

  /** Records that one step of {@link #retain} forgets. */
  private static final int CHUNK = 10_000;

  private final int partitions;
  private final LogStorage storage;
  private final AppendQueue queue;
  private final Map<Topic, AtomicReference<@Nullable CompletableFuture<Void>>> waiting =
      new EnumMap<>(Topic.class);
  private final ReentrantLock retaining = new ReentrantLock();
  private final Thread writer;

  private RocksEventLog(int partitions, LogStorage storage, AppendQueue queue) {
    this.partitions = partitions;
    this.storage = storage;
    this.queue = queue;
    for (Topic topic : Topic.values()) {
      waiting.put(topic, new AtomicReference<>());
    }
    writer = Thread.ofPlatform().name("log-writer").unstarted(this::writeAll);
  }

  /** Opens the log in a directory with the default bounds, or makes it; see below. */
  public static RocksEventLog open(Path directory, int partitions, Ack ack) {
    return open(
        directory,
        partitions,
        ack,
        DEFAULT_QUEUE_BYTES,
        DEFAULT_QUEUE_BATCHES,
        DEFAULT_MEMORY_BYTES);
  }

  /**
   * Opens the log in a directory, or makes it.
   *
   * @param partitions at least 1; as when the log was made
   * @param queueBytes bound of what waits to be written; one larger batch is let in when none waits
   * @param queueBatches bound of the number of batches that wait
   * @param memoryBytes bound of block cache and write buffers together, at least 1 MiB
   * @throws IllegalStateException if another has the directory open, or the log in it has another
   *     format or number of partitions
   */
  public static RocksEventLog open(
      Path directory,
      int partitions,
      Ack ack,
      long queueBytes,
      int queueBatches,
      long memoryBytes) {
    atLeast("partitions", partitions, 1);
    atLeast("queueBytes", queueBytes, 1);
    atLeast("queueBatches", queueBatches, 1);
    atLeast("memoryBytes", memoryBytes, 1 << 20);
    var storage = new LogStorage(directory, partitions, ack, memoryBytes);
    var log = new RocksEventLog(partitions, storage, new AppendQueue(queueBytes, queueBatches));
    log.writer.start();
    return log;
  }

  @Override
  public CompletableFuture<List<Appended>> append(Topic topic, List<LogRecord> records) {
    List<LogRequest.Encoded> encoded = new ArrayList<>(records.size());
    for (LogRecord record : records) {
      encoded.add(LogRequest.Encoded.of(topic, partition(record.key()), record));
    }
    var request = LogRequest.Append.of(topic, encoded);
    queue.add(request);
    return request.done();
  }

  private void writeAll() {
    for (List<LogRequest> group = queue.take(); !group.isEmpty(); group = queue.take()) {
      try {
        List<Runnable> answers = write(group);
        queue.release(group);
        answers.forEach(Runnable::run);
      } catch (RuntimeException | Error e) {
        queue.release(group);
        group.forEach(request -> request.fail(e));
      }
    }
  }

  private List<Runnable> write(List<LogRequest> requests) {
    try {
      storage.reopenIfLost();
      var answers = new ArrayList<Runnable>();
      try (var _ = storage.guard.enter();
          var group = new LogGroup(storage)) {
        for (LogRequest request : requests) {
          group.add(request);
        }
        group.write();
        answers.addAll(group.publish());
        for (Topic topic : Topic.values()) {
          if (group.grew(topic)) {
            answers.add(() -> wake(topic));
          }
        }
      }
      return answers;
    } catch (RocksDBException e) {
      UncheckedIOException failed = LogDatabase.failed(e);
      try {
        storage.reopen();
      } catch (RuntimeException again) {
        failed.addSuppressed(again);
      }
      throw failed;
    }
  }

  @Override
  public int partitions() {
    return partitions;
  }

  @Override
  public long end(Topic topic, int partition) {
    check(partition);
    try (var _ = storage.guard.enter()) {
      return storage.end(topic, partition);
    }
  }

  @Override
  public long begin(Topic topic, int partition) {
    check(partition);
    try (var _ = storage.guard.enter();
        RocksIterator records = storage.database().iterator()) {
      long end = storage.end(topic, partition); // before the look, or a new record is missed
      records.seek(LogKeys.record(topic, partition, storage.begin(topic, partition)));
      if (!records.isValid() || !LogKeys.isIn(topic, partition, records.key())) {
        records.status();
        return end;
      }
      long begin = Math.min(end, LogKeys.offset(records.key()));
      storage.begin(topic, partition, begin);
      return begin;
    } catch (RocksDBException e) {
      throw LogDatabase.failed(e);
    }
  }

  @Override
  public LogCursor read(Topic topic, int partition, long from) {
    check(partition);
    atLeast("from", from, 0);
    try (var _ = storage.guard.enter()) {
      return new RocksCursor(storage, topic, partition, from);
    }
  }

  @Override
  public CompletableFuture<Void> nextAppend(Topic topic) {
    AtomicReference<@Nullable CompletableFuture<Void>> reference = waiting(topic);
    CompletableFuture<Void> future =
        reference.updateAndGet(
            current -> current == null ? new CompletableFuture<Void>() : current);
    try (var _ = storage.guard.enter()) {
      return future == null ? CompletableFuture.completedFuture(null) : future;
    }
  }

  private void wake(Topic topic) {
    CompletableFuture<Void> future = waiting(topic).getAndSet(null);
    if (future != null) {
      future.complete(null);
    }
  }

  private AtomicReference<@Nullable CompletableFuture<Void>> waiting(Topic topic) {
    return Objects.requireNonNull(waiting.get(topic));
  }

  @Override
  public void skipTo(Topic topic, int partition, long position) {
    check(partition);
    var done = new CompletableFuture<Void>();
    queue.add(new LogRequest.Skip(topic, partition, position, done));
    join(done);
  }

  @Override
  public long retain(Topic topic, Instant receivedBefore, List<Long> keepFrom) {
    if (keepFrom.size() != partitions) {
      throw new IllegalArgumentException(
          "keepFrom: " + keepFrom.size() + " positions (expected: " + partitions + ")");
    }
    long forgotten = 0;
    retaining.lock();
    try {
      for (int i = 0; i < partitions && !topic.compacted(); i++) {
        int chunk;
        do {
          chunk = forget(topic, i, receivedBefore, keepFrom.get(i));
          forgotten += chunk;
        } while (chunk == CHUNK);
      }
    } finally {
      retaining.unlock();
    }
    return forgotten;
  }

  private int forget(Topic topic, int partition, Instant receivedBefore, long keepFrom) {
    var ids = new ArrayList<byte[]>();
    long upTo = 0;
    try (var _ = storage.guard.enter();
        RocksIterator records = storage.database().iterator()) {
      long limit = Math.min(keepFrom, storage.end(topic, partition));
      records.seek(LogKeys.record(topic, partition, storage.begin(topic, partition)));
      for (; ids.size() < CHUNK && records.isValid(); records.next()) {
        byte[] key = records.key();
        if (!LogKeys.isIn(topic, partition, key) || LogKeys.offset(key) >= limit) {
          break;
        }
        byte[] value = records.value();
        if (!LogKeys.receivedAt(value).isBefore(receivedBefore)) {
          break;
        }
        ids.add(LogKeys.idOf(topic, value));
        upTo = LogKeys.offset(key) + 1;
      }
      records.status();
    } catch (RocksDBException e) {
      throw LogDatabase.failed(e);
    }
    if (!ids.isEmpty()) {
      var done = new CompletableFuture<Void>();
      queue.add(new LogRequest.Forget(topic, partition, upTo, ids, done));
      join(done);
    }
    return ids.size();
  }

  @Override
  public CompletableFuture<Void> erase(Topic topic, int partition, List<Long> offsets) {
    check(partition);
    var done = new CompletableFuture<Void>();
    queue.add(new LogRequest.Erase(topic, partition, List.copyOf(offsets), done));
    return done;
  }

  @Override
  public CompletableFuture<Long> eraseKey(Topic topic, String key) {
    var done = new CompletableFuture<Long>();
    queue.add(new LogRequest.EraseKey(topic, partition(key), LogKeys.idPrefix(topic, key), done));
    return done;
  }

  @Override
  public @Nullable StoredRecord newest(Topic topic, String key) {
    if (!topic.compacted()) {
      throw new IllegalArgumentException("topic: " + topic + " (expected: a compacted one)");
    }
    int partition = partition(key);
    try (var _ = storage.guard.enter()) {
      LogDatabase database = storage.database();
      while (true) {
        byte[] position = database.get(database.ids, LogKeys.idPrefix(topic, key));
        if (position == null) {
          return null;
        }
        long offset = LogKeys.position(position);
        byte[] stored = database.get(database.records, LogKeys.record(topic, partition, offset));
        if (stored != null) { // else replaced in between: look again
          return new StoredRecord(offset, LogKeys.payload(stored));
        }
      }
    } catch (RocksDBException e) {
      throw LogDatabase.failed(e);
    }
  }

  @Override
  public void compact() {
    try (var _ = storage.guard.enter()) {
      storage.database().compact();
    } catch (RocksDBException e) {
      throw LogDatabase.failed(e);
    }
  }

  private static void join(CompletableFuture<Void> done) {
    try {
      done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Bytes on disk, without the newest writes; for metrics. */
  public long sizeBytes() {
    try (var _ = storage.guard.enter()) {
      return storage.database().sizeBytes();
    } catch (RocksDBException e) {
      throw LogDatabase.failed(e);
    }
  }

  /** Writes what waits, answers it, and closes. Not from a dependent of one of the futures. */
  @Override
  public void close() {
    if (Thread.currentThread().equals(writer)) {
      throw new IllegalStateException("the log cannot be closed from its writer thread");
    }
    queue.close();
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    storage.close();
    for (Topic topic : Topic.values()) {
      wake(topic);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(int partition) {
    if (partition < 0 || partition >= partitions) {
      throw new IllegalArgumentException(
          "partition: " + partition + " (expected: 0 to " + (partitions - 1) + ")");
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
