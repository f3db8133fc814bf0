package dev.imasugu.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link FieldWriter} wrote, in the same order. */
final class FieldReader {
  private final ByteBuffer in;

  /**
   * Starts reading.
   *
   * @throws IllegalArgumentException if the value was written in another version
   */
  FieldReader(byte[] value, int version) {
    in = ByteBuffer.wrap(value);
    int written = in.hasRemaining() ? in.get() : -1;
    if (written != version) {
      throw new IllegalArgumentException(
          "record version: " + written + " (expected: " + version + ")");
    }
  }

  String text() {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    String value = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return value;
  }

  /** Null also where an older record ends. */
  @Nullable String optionalText() {
    return in.hasRemaining() && flag() ? text() : null;
  }

  boolean flag() {
    return in.get() != 0;
  }

  Instant millis() {
    return Instant.ofEpochMilli(in.getLong());
  }

  @Nullable Double optionalDouble() {
    return flag() ? in.getDouble() : null;
  }

  /** A field at the end, which older records may lack. */
  @Nullable Long optionalLong() {
    return in.hasRemaining() && flag() ? in.getLong() : null;
  }

  Map<String, String> texts() {
    int size = in.getInt();
    if (size == 0) {
      return Map.of();
    }
    var values = new HashMap<String, String>();
    for (int i = 0; i < size; i++) {
      values.put(text(), text());
    }
    return values;
  }
}
