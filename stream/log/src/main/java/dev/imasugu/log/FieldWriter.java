package dev.imasugu.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of a record value: each nullable one with a byte that says whether it is there.
 */
final class FieldWriter {
  private byte[] bytes = new byte[320];
  private int size;

  FieldWriter(int version) {
    bytes[size++] = (byte) version;
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    grow(Integer.BYTES + utf8.length);
    putInt(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  void optionalText(@Nullable String value) {
    flag(value != null);
    if (value != null) {
      text(value);
    }
  }

  void flag(boolean value) {
    grow(1);
    bytes[size++] = (byte) (value ? 1 : 0);
  }

  void millis(Instant value) {
    putLong(value.toEpochMilli());
  }

  void optionalDouble(@Nullable Double value) {
    flag(value != null);
    if (value != null) {
      putLong(Double.doubleToLongBits(value));
    }
  }

  void optionalLong(@Nullable Long value) {
    flag(value != null);
    if (value != null) {
      putLong(value);
    }
  }

  void texts(Map<String, String> values) {
    grow(Integer.BYTES);
    putInt(values.size());
    Map<String, String> sorted = values.size() > 1 ? new TreeMap<>(values) : values;
    sorted.forEach(
        (key, value) -> {
          text(key);
          text(value);
        });
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void putInt(int value) {
    ByteBuffer.wrap(bytes).putInt(size, value);
    size += Integer.BYTES;
  }

  private void putLong(long value) {
    grow(Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(size, value);
    size += Long.BYTES;
  }

  private void grow(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
