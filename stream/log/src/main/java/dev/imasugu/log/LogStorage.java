package dev.imasugu.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/*
 * RocksDB mends itself when a flush finds no space, but not when its write-ahead log did: then it
 * refuses every write until it is opened again. So `reopen` closes and opens it when there is space
 * once more; the cursors' iterators go before and come back when next used.
 */

/**
 * The database of a log, the positions that readers look at, and the cursors that hold on to it.
 */
final class LogStorage {
  final NativeGuard guard = new NativeGuard("the log");
  private final Path directory;
  private final int partitions;
  private final Ack ack;
  private final long memoryBytes;
  private final Map<Topic, AtomicLongArray> ends = new EnumMap<>(Topic.class);

  /** No record has a smaller offset; the oldest may have a greater one. */
  private final Map<Topic, AtomicLongArray> begins = new EnumMap<>(Topic.class);

  private final Map<Topic, List<LogTail>> tails = new EnumMap<>(Topic.class);
  private final Set<RocksCursor> cursors = ConcurrentHashMap.newKeySet();

  /** Changed by {@code guard.alone} only; null when it could not be opened again. */
  private @Nullable LogDatabase database;

  LogStorage(Path directory, int partitions, Ack ack, long memoryBytes) {
    this.directory = directory;
    this.partitions = partitions;
    this.ack = ack;
    this.memoryBytes = memoryBytes;
    for (Topic topic : Topic.values()) {
      ends.put(topic, new AtomicLongArray(partitions));
      begins.put(topic, new AtomicLongArray(partitions));
      if (!topic.compacted()) {
        tails.put(topic, Stream.generate(LogTail::new).limit(partitions).toList());
      }
    }
    open();
  }

  private void open() {
    LogDatabase opened = LogDatabase.open(directory, partitions, ack, memoryBytes);
    try {
      for (Topic topic : Topic.values()) {
        for (int i = 0; i < partitions; i++) {
          byte[] end = opened.get(opened.ends, LogKeys.end(topic, i));
          byte[] begin = opened.get(opened.ends, LogKeys.begin(topic, i));
          array(ends, topic).set(i, end == null ? 0 : LogKeys.position(end));
          array(begins, topic).set(i, begin == null ? 0 : LogKeys.position(begin));
        }
      }
    } catch (RocksDBException e) {
      opened.close();
      throw LogDatabase.failed(e);
    }
    database = opened;
  }

  /**
   * The database, for a caller inside the guard.
   *
   * @throws UncheckedIOException if it could not be opened again after a failure
   */
  LogDatabase database() {
    if (database == null) {
      throw new UncheckedIOException(
          new IOException("the log in " + directory + " could not be opened after a failed write"));
    }
    return database;
  }

  /** Opens the database again if an earlier attempt failed. For the writer. */
  void reopenIfLost() {
    boolean lost;
    try (var _ = guard.enter()) {
      lost = database == null;
    }
    if (lost) {
      reopen();
    }
  }

  /** Opens the database again after a failed write, if the disk has space. For the writer. */
  void reopen() {
    try {
      if (Files.getFileStore(directory).getUsableSpace() < memoryBytes) {
        return;
      }
    } catch (IOException e) {
      return; // the disk is not there; the next failed write looks again
    }
    guard.alone(
        () -> {
          cursors.forEach(RocksCursor::release);
          if (database != null) {
            database.close();
            database = null;
          }
          open();
        });
  }

  long end(Topic topic, int partition) {
    return array(ends, topic).get(partition);
  }

  /** Sets the end, after what lies before it was written. */
  void end(Topic topic, int partition, long position) {
    array(ends, topic).set(partition, position);
  }

  /** A lower bound of the oldest record's offset. */
  long begin(Topic topic, int partition) {
    return array(begins, topic).get(partition);
  }

  void begin(Topic topic, int partition, long position) {
    array(begins, topic).accumulateAndGet(partition, position, Math::max);
  }

  /** The newest records in memory, or null for a topic that is compacted. */
  @Nullable LogTail tail(Topic topic, int partition) {
    List<LogTail> ofTopic = tails.get(topic);
    return ofTopic == null ? null : ofTopic.get(partition);
  }

  void add(RocksCursor cursor) {
    cursors.add(cursor);
  }

  void remove(RocksCursor cursor) {
    cursors.remove(cursor);
    guard.ifOpen(cursor::release);
  }

  void close() {
    guard.close(
        () -> {
          cursors.forEach(RocksCursor::release);
          if (database != null) {
            database.close();
          }
        });
  }

  private static AtomicLongArray array(Map<Topic, AtomicLongArray> arrays, Topic topic) {
    AtomicLongArray array = arrays.get(topic);
    if (array == null) {
      throw new IllegalStateException("topic " + topic + " was not there when the log was opened");
    }
    return array;
  }
}
