package dev.imasugu.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Requests that become one write: the batch they add up to, and what is true once it is written.
 * Used by the writer thread, inside the guard; nothing is seen outside before {@link #publish}.
 */
final class LogGroup implements AutoCloseable {
  private static final long FORGOTTEN = -1;

  private record Place(Topic topic, int partition) {}

  private final LogStorage storage;
  private final LogDatabase database;
  private final WriteBatch batch;
  private final Map<Place, Long> ends = new HashMap<>();
  private final Map<Place, Long> begins = new HashMap<>();

  /** Id keys that this group has touched, to their offset or FORGOTTEN. */
  private final Map<ByteBuffer, Long> ids = new HashMap<>();

  private final List<Runnable> tails = new ArrayList<>();
  private final List<Runnable> answers = new ArrayList<>();

  LogGroup(LogStorage storage) {
    this.storage = storage;
    database = storage.database();
    batch = new WriteBatch();
  }

  void add(LogRequest request) throws RocksDBException {
    switch (request) {
      case LogRequest.Append append -> {
        var verdicts = new ArrayList<Appended>(append.records().size());
        for (LogRequest.Encoded record : append.records()) {
          verdicts.add(append(append.topic(), record));
        }
        answers.add(() -> append.done().complete(List.copyOf(verdicts)));
      }
      case LogRequest.Skip(var topic, int partition, long position, var done) -> {
        var place = new Place(topic, partition);
        ends.put(place, Math.max(end(place), position));
        answers.add(() -> done.complete(null));
      }
      case LogRequest.Forget forget -> {
        forget(forget);
        answers.add(() -> forget.done().complete(null));
      }
      case LogRequest.Erase(var topic, int partition, var offsets, var done) -> {
        for (long offset : offsets) {
          byte[] stored = database.get(database.records, LogKeys.record(topic, partition, offset));
          if (stored != null) {
            erase(topic, partition, offset, LogKeys.idOf(topic, stored));
          }
        }
        answers.add(() -> done.complete(null));
      }
      case LogRequest.EraseKey erase -> {
        long erased = eraseKey(erase);
        answers.add(() -> erase.done().complete(erased));
      }
    }
  }

  private Appended append(Topic topic, LogRequest.Encoded record) throws RocksDBException {
    int partition = record.partition();
    Long earlier = find(record.id());
    if (earlier != null) {
      if (!topic.compacted()) {
        return new Appended.Duplicate(partition, earlier);
      }
      batch.delete(database.records, LogKeys.record(topic, partition, earlier));
    }
    var place = new Place(topic, partition);
    long offset = end(place);
    ends.put(place, offset + 1);
    ids.put(ByteBuffer.wrap(record.id()), offset);
    batch.put(database.records, LogKeys.record(topic, partition, offset), record.value());
    batch.put(database.ids, record.id(), LogKeys.position(offset));
    LogTail tail = storage.tail(topic, partition);
    if (tail != null) {
      tails.add(() -> tail.add(offset, record.value()));
    }
    return new Appended.Accepted(partition, offset);
  }

  private void forget(LogRequest.Forget forget) throws RocksDBException {
    Topic topic = forget.topic();
    int partition = forget.partition();
    batch.deleteRange(
        database.records,
        LogKeys.record(topic, partition, 0),
        LogKeys.record(topic, partition, forget.upTo()));
    for (byte[] id : forget.ids()) {
      batch.delete(database.ids, id);
      ids.put(ByteBuffer.wrap(id), FORGOTTEN);
    }
    begins.put(new Place(topic, partition), forget.upTo());
  }

  private long eraseKey(LogRequest.EraseKey request) throws RocksDBException {
    var found = new HashMap<ByteBuffer, Long>();
    try (RocksIterator stored = database.idIterator()) {
      for (stored.seek(request.prefix()); stored.isValid(); stored.next()) {
        byte[] id = stored.key();
        if (!LogKeys.startsWith(id, request.prefix())) {
          break;
        }
        found.put(ByteBuffer.wrap(id), LogKeys.position(stored.value()));
      }
      stored.status();
    }
    ids.forEach(
        (id, offset) -> {
          if (LogKeys.startsWith(bytes(id), request.prefix())) {
            found.put(id, offset);
          }
        });
    long erased = 0;
    for (Map.Entry<ByteBuffer, Long> each : found.entrySet()) {
      if (each.getValue() != FORGOTTEN) {
        erase(request.topic(), request.partition(), each.getValue(), bytes(each.getKey()));
        erased++;
      }
    }
    return erased;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void erase(Topic topic, int partition, long offset, byte[] id) throws RocksDBException {
    batch.delete(database.records, LogKeys.record(topic, partition, offset));
    batch.delete(database.ids, id);
    LogTail tail = storage.tail(topic, partition);
    if (tail != null) {
      tails.add(() -> tail.remove(offset));
    }
    ids.put(ByteBuffer.wrap(id), FORGOTTEN);
  }

  private @Nullable Long find(byte[] id) throws RocksDBException {
    Long touched = ids.get(ByteBuffer.wrap(id));
    if (touched != null) {
      return touched == FORGOTTEN ? null : touched;
    }
    byte[] stored = database.get(database.ids, id);
    return stored == null ? null : (Long) LogKeys.position(stored);
  }

  private long end(Place place) {
    Long end = ends.get(place);
    return end == null ? storage.end(place.topic(), place.partition()) : end;
  }

  /** Writes all of it, or nothing. */
  void write() throws RocksDBException {
    for (Map.Entry<Place, Long> end : ends.entrySet()) {
      Place place = end.getKey();
      byte[] key = LogKeys.end(place.topic(), place.partition());
      batch.put(database.ends, key, LogKeys.position(end.getValue()));
    }
    for (Map.Entry<Place, Long> begin : begins.entrySet()) {
      Place place = begin.getKey();
      byte[] key = LogKeys.begin(place.topic(), place.partition());
      batch.put(database.ends, key, LogKeys.position(begin.getValue()));
    }
    if (batch.count() > 0) {
      database.write(batch);
    }
  }

  /** Shows readers what was written, and returns what answers the requests. */
  List<Runnable> publish() {
    begins.forEach((place, begin) -> storage.begin(place.topic(), place.partition(), begin));
    tails.forEach(Runnable::run);
    ends.forEach((place, end) -> storage.end(place.topic(), place.partition(), end));
    return answers;
  }

  /** Whether the topic has grown. */
  boolean grew(Topic topic) {
    return ends.keySet().stream().anyMatch(place -> place.topic() == topic);
  }

  @Override
  public void close() {
    batch.close();
  }
}
