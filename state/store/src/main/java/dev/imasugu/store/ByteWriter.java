package dev.imasugu.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes compact binary fields into a growing array; {@link ByteReader} reads them back. */
final class ByteWriter {
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int size;

  ByteWriter(int expectedBytes) {
    bytes = new byte[expectedBytes];
  }

  ByteWriter put(int value) {
    grow(1);
    bytes[size++] = (byte) value;
    return this;
  }

  ByteWriter put(byte[] values) {
    return put(values, 0, values.length);
  }

  ByteWriter put(byte[] values, int from, int to) {
    grow(to - from);
    System.arraycopy(values, from, bytes, size, to - from);
    size += to - from;
    return this;
  }

  /** Eight bytes, most significant first. */
  ByteWriter fixed(long value) {
    grow(8);
    LONG.set(bytes, size, value);
    size += 8;
    return this;
  }

  ByteWriter fixed(double value) {
    return fixed(Double.doubleToRawLongBits(value));
  }

  /** One to ten bytes; few for small values. Negative values take ten. */
  ByteWriter count(long value) {
    grow(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** One to ten bytes; few for values near zero of either sign. */
  ByteWriter signed(long value) {
    return count((value << 1) ^ (value >> 63));
  }

  /** The length in bytes, then UTF-8. */
  ByteWriter text(String value) {
    int before = size;
    int length = value.length();
    count(length).grow(length);
    for (int i = 0; i < length; i++) {
      char letter = value.charAt(i);
      if (letter >= 0x80) { // rare in ids, and the only case that needs an array between
        size = before;
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return count(utf8.length).put(utf8);
      }
      bytes[size++] = (byte) letter;
    }
    return this;
  }

  /** What another has written, after its length. */
  ByteWriter counted(ByteWriter other) {
    return count(other.size).put(other.bytes, 0, other.size);
  }

  /** Forgets what was written. */
  void clear() {
    size = 0;
  }

  /** The bytes so far, which what is written later does not change. */
  byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }

  /** The bytes; nothing may be written any more. */
  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void grow(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
