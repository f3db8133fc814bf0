package dev.imasugu.log;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of a record value: each nullable one with a byte that says whether it is there.
 */
final class FieldWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final DataOutputStream out = new DataOutputStream(bytes);

  FieldWriter(int version) {
    write(() -> out.writeByte(version));
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    write(
        () -> {
          out.writeInt(utf8.length);
          out.write(utf8);
        });
  }

  void optionalText(@Nullable String value) {
    flag(value != null);
    if (value != null) {
      text(value);
    }
  }

  void flag(boolean value) {
    write(() -> out.writeBoolean(value));
  }

  void millis(Instant value) {
    write(() -> out.writeLong(value.toEpochMilli()));
  }

  void optionalDouble(@Nullable Double value) {
    flag(value != null);
    if (value != null) {
      write(() -> out.writeDouble(value));
    }
  }

  void optionalLong(@Nullable Long value) {
    flag(value != null);
    if (value != null) {
      write(() -> out.writeLong(value));
    }
  }

  void texts(Map<String, String> values) {
    write(() -> out.writeInt(values.size()));
    new TreeMap<>(values)
        .forEach(
            (key, value) -> {
              text(key);
              text(value);
            });
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  private interface Write {
    void run() throws IOException;
  }

  private static void write(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }
}
