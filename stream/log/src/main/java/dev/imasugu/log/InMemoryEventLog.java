package dev.imasugu.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A log that lives as long as its process; for tests and replays. Appends are done when {@code
 * append} returns, so it is never busy; its size is bounded by the heap alone.
 */
public final class InMemoryEventLog implements EventLog {
  private record Entry(LogRecord record, long offset) {}

  private record Identity(String key, String id) {}

  private static final class Partition {
    final TreeMap<Long, Entry> entries = new TreeMap<>();
    final Map<Identity, Long> ids = new HashMap<>();
    long end;
  }

  private final int partitions;
  private final Map<Topic, List<Partition>> topics = new HashMap<>();
  private final Map<Topic, CompletableFuture<Void>> waiting = new HashMap<>();
  private boolean closed;

  /** Makes an empty log. */
  public InMemoryEventLog(int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions: " + partitions + " (expected: >= 1)");
    }
    this.partitions = partitions;
    for (Topic topic : Topic.values()) {
      var list = new ArrayList<Partition>();
      for (int i = 0; i < partitions; i++) {
        list.add(new Partition());
      }
      topics.put(topic, list);
    }
  }

  @Override
  public CompletableFuture<List<Appended>> append(Topic topic, List<LogRecord> records) {
    var verdicts = new ArrayList<Appended>(records.size());
    CompletableFuture<Void> waiters;
    synchronized (this) {
      checkOpen();
      for (LogRecord record : records) {
        verdicts.add(append(topic, record));
      }
      waiters = waiting.remove(topic);
    }
    if (waiters != null) {
      waiters.complete(null);
    }
    return CompletableFuture.completedFuture(List.copyOf(verdicts));
  }

  private Appended append(Topic topic, LogRecord record) {
    int number = partition(record.key());
    Partition partition = partition(topic, number);
    Identity identity = identity(topic, record);
    Long earlier = partition.ids.get(identity);
    if (earlier != null) {
      if (!topic.compacted()) {
        return new Appended.Duplicate(number, earlier);
      }
      partition.entries.remove(earlier);
    }
    long offset = partition.end++;
    partition.ids.put(identity, offset);
    partition.entries.put(offset, new Entry(record, offset));
    return new Appended.Accepted(number, offset);
  }

  @Override
  public int partitions() {
    return partitions;
  }

  @Override
  public synchronized long end(Topic topic, int partition) {
    checkOpen();
    return partition(topic, partition).end;
  }

  @Override
  public synchronized long begin(Topic topic, int partition) {
    checkOpen();
    Partition p = partition(topic, partition);
    return p.entries.isEmpty() ? p.end : p.entries.firstKey();
  }

  @Override
  public synchronized LogCursor read(Topic topic, int partition, long from) {
    checkOpen();
    return new Cursor(partition(topic, partition), from);
  }

  @Override
  public synchronized CompletableFuture<Void> nextAppend(Topic topic) {
    checkOpen();
    return waiting.computeIfAbsent(topic, _ -> new CompletableFuture<>());
  }

  @Override
  public synchronized void skipTo(Topic topic, int partition, long position) {
    checkOpen();
    Partition p = partition(topic, partition);
    p.end = Math.max(p.end, position);
  }

  @Override
  public synchronized long retain(Topic topic, Instant receivedBefore, List<Long> keepFrom) {
    checkOpen();
    long forgotten = 0;
    for (int i = 0; i < partitions && !topic.compacted(); i++) {
      Partition p = partition(topic, i);
      while (!p.entries.isEmpty()
          && p.entries.firstKey() < keepFrom.get(i)
          && p.entries.firstEntry().getValue().record.receivedAt().isBefore(receivedBefore)) {
        LogRecord record = p.entries.pollFirstEntry().getValue().record;
        p.ids.remove(new Identity(record.key(), record.id()));
        forgotten++;
      }
    }
    return forgotten;
  }

  @Override
  public synchronized CompletableFuture<Void> erase(
      Topic topic, int partition, List<Long> offsets) {
    checkOpen();
    Partition p = partition(topic, partition);
    for (long offset : offsets) {
      Entry entry = p.entries.remove(offset);
      if (entry != null) {
        p.ids.remove(identity(topic, entry.record));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<Long> eraseKey(Topic topic, String key) {
    checkOpen();
    Partition p = partition(topic, partition(key));
    long before = p.entries.size();
    p.entries.values().removeIf(entry -> entry.record.key().equals(key));
    p.ids.keySet().removeIf(identity -> identity.key.equals(key));
    return CompletableFuture.completedFuture(before - p.entries.size());
  }

  @Override
  public synchronized @Nullable StoredRecord newest(Topic topic, String key) {
    if (!topic.compacted()) {
      throw new IllegalArgumentException("topic: " + topic + " (expected: a compacted one)");
    }
    checkOpen();
    Partition p = partition(topic, partition(key));
    Long offset = p.ids.get(new Identity(key, ""));
    Entry entry = offset == null ? null : p.entries.get(offset);
    return entry == null ? null : new StoredRecord(entry.offset, entry.record.value());
  }

  @Override
  public void compact() {}

  private static Identity identity(Topic topic, LogRecord record) {
    return new Identity(record.key(), topic.compacted() ? "" : record.id());
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.values().forEach(future -> future.complete(null));
    waiting.clear();
  }

  private Partition partition(Topic topic, int number) {
    List<Partition> list = topics.getOrDefault(topic, List.of());
    if (number < 0 || number >= list.size()) {
      throw new IllegalArgumentException(
          "partition: " + number + " (expected: 0 to " + (partitions - 1) + ")");
    }
    return list.get(number);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  private final class Cursor implements LogCursor {
    private final Partition partition;
    private long position;

    Cursor(Partition partition, long position) {
      this.partition = partition;
      this.position = position;
    }

    @Override
    public @Nullable StoredRecord next() {
      synchronized (InMemoryEventLog.this) {
        checkOpen();
        var found = partition.entries.ceilingEntry(position);
        if (found == null) {
          return null;
        }
        position = found.getKey() + 1;
        return new StoredRecord(found.getKey(), found.getValue().record.value());
      }
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void close() {}
  }
}
