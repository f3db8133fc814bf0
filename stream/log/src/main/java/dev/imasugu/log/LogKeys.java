package dev.imasugu.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * The keys and values of {@link RocksEventLog}, all numbers big-endian.
 *
 * <pre>
 * records  topic:1 partition:4 offset:8   keyLength:4 key idLength:4 id receivedAtMillis:8 value
 * ids      topic:1 keyLength:4 key id     offset:8
 * ends     topic:1 partition:4 kind:1     position:8        kind 0 = end, 1 = begin
 * </pre>
 *
 * The id is left out of an id key of a compacted topic.
 */
final class LogKeys {
  private static final int OFFSET_AT = 5;

  private LogKeys() {}

  static byte[] record(Topic topic, int partition, long offset) {
    return ByteBuffer.allocate(13).put(topic.code()).putInt(partition).putLong(offset).array();
  }

  static long offset(byte[] recordKey) {
    return ByteBuffer.wrap(recordKey).getLong(OFFSET_AT);
  }

  static boolean isIn(Topic topic, int partition, byte[] recordKey) {
    return recordKey[0] == topic.code() && ByteBuffer.wrap(recordKey).getInt(1) == partition;
  }

  static byte[] end(Topic topic, int partition) {
    return ByteBuffer.allocate(6).put(topic.code()).putInt(partition).put((byte) 0).array();
  }

  static byte[] begin(Topic topic, int partition) {
    return ByteBuffer.allocate(6).put(topic.code()).putInt(partition).put((byte) 1).array();
  }

  static byte[] position(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static long position(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  static byte[] id(Topic topic, LogRecord record) {
    return id(topic, utf8(record.key()), utf8(record.id()));
  }

  private static byte[] id(Topic topic, byte[] key, byte[] id) {
    int idLength = topic.compacted() ? 0 : id.length;
    return ByteBuffer.allocate(5 + key.length + idLength)
        .put(topic.code())
        .putInt(key.length)
        .put(key)
        .put(id, 0, idLength)
        .array();
  }

  /** What the id keys of all records of a key start with, and no others. */
  static byte[] idPrefix(Topic topic, String key) {
    return id(topic, utf8(key), new byte[0]);
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  static byte[] value(LogRecord record) {
    byte[] key = utf8(record.key());
    byte[] id = utf8(record.id());
    byte[] value = record.value();
    return ByteBuffer.allocate(16 + key.length + id.length + value.length)
        .putInt(key.length)
        .put(key)
        .putInt(id.length)
        .put(id)
        .putLong(record.receivedAt().toEpochMilli())
        .put(value)
        .array();
  }

  /** The caller's part of a stored value. */
  static byte[] payload(byte[] stored) {
    var in = ByteBuffer.wrap(stored);
    skipText(in);
    skipText(in);
    in.getLong();
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    return payload;
  }

  static Instant receivedAt(byte[] stored) {
    var in = ByteBuffer.wrap(stored);
    skipText(in);
    skipText(in);
    return Instant.ofEpochMilli(in.getLong());
  }

  /** The id key of a stored value. */
  static byte[] idOf(Topic topic, byte[] stored) {
    var in = ByteBuffer.wrap(stored);
    byte[] key = new byte[in.getInt()];
    in.get(key);
    byte[] id = new byte[in.getInt()];
    in.get(id);
    return id(topic, key, id);
  }

  private static void skipText(ByteBuffer in) {
    int length = in.getInt();
    in.position(in.position() + length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
