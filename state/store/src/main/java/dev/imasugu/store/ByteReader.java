package dev.imasugu.store;

import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote, in the same order. Cut-off bytes throw at some read. */
final class ByteReader {
  private final byte[] bytes;
  private int at;

  ByteReader(byte[] bytes) {
    this(bytes, 0);
  }

  ByteReader(byte[] bytes, int from) {
    this.bytes = bytes;
    at = from;
  }

  /** Where the next read starts. */
  int position() {
    return at;
  }

  void skip(int count) {
    at += count;
  }

  /** A byte anywhere. */
  int peek(int position) {
    return bytes[position];
  }

  int read() {
    return bytes[at++] & 0xff;
  }

  long fixed() {
    long value = (long) ByteWriter.LONG.get(bytes, at);
    at += 8;
    return value;
  }

  double fixedDouble() {
    return Double.longBitsToDouble(fixed());
  }

  long count() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = bytes[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("number: more than 10 bytes (expected: stored by this store)");
  }

  long signed() {
    long value = count();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A count of things that follow, each of at least one byte. */
  int length() {
    long value = count();
    if (value < 0 || value > bytes.length - at) {
      throw new IllegalStateException(
          "length: " + value + " (expected: 0 to " + (bytes.length - at) + ", what is left)");
    }
    return (int) value;
  }

  String text() {
    int length = length();
    var value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  /** The text that fills what is left. */
  String rest() {
    var value = new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8);
    at = bytes.length;
    return value;
  }

  boolean atEnd() {
    return at == bytes.length;
  }
}
