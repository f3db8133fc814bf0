package dev.imasugu.query;

import dev.imasugu.log.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Stores splits in a checkpoint: topic, partition and position of each. */
final class LogSplits {
  private static final int VERSION = 1;
  private static final int BYTES = Byte.BYTES + Integer.BYTES + Long.BYTES;

  private LogSplits() {}

  static final class One implements SimpleVersionedSerializer<LogSplit> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(LogSplit split) {
      return write(List.of(split));
    }

    @Override
    public LogSplit deserialize(int version, byte[] bytes) {
      return read(bytes).get(0);
    }
  }

  static final class Many implements SimpleVersionedSerializer<List<LogSplit>> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(List<LogSplit> splits) {
      return write(splits);
    }

    @Override
    public List<LogSplit> deserialize(int version, byte[] bytes) {
      return read(bytes);
    }
  }

  private static byte[] write(List<LogSplit> splits) {
    ByteBuffer buffer = ByteBuffer.allocate(splits.size() * BYTES);
    for (LogSplit split : splits) {
      buffer.put(code(split.topic()));
      buffer.putInt(split.partition());
      buffer.putLong(split.position());
    }
    return buffer.array();
  }

  private static List<LogSplit> read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    var splits = new ArrayList<LogSplit>();
    while (buffer.hasRemaining()) {
      splits.add(new LogSplit(topic(buffer.get()), buffer.getInt(), buffer.getLong()));
    }
    return splits;
  }

  private static byte code(Topic topic) {
    return switch (topic) {
      case EVENTS -> 0;
      case ITEMS -> 1;
      case QUARANTINE -> 2;
      case USERS -> 3;
    };
  }

  private static Topic topic(byte code) {
    return switch (code) {
      case 0 -> Topic.EVENTS;
      case 1 -> Topic.ITEMS;
      case 2 -> Topic.QUARANTINE;
      case 3 -> Topic.USERS;
      default -> throw new IllegalStateException("topic: " + code + " (expected: 0 to 3)");
    };
  }
}
