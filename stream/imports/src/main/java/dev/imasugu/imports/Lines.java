package dev.imasugu.imports;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file. A line is UTF-8 or, where it is not, windows-1252, which old files have;
 * longer than a mebibyte it is cut, so that it is refused. For one thread.
 */
final class Lines {
  private static final int MOST_BYTES = 1 << 20;
  private static final Charset OLD = Charset.forName("windows-1252");

  private final String name;
  private final InputStream in;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
  private int next;
  private int end;
  private long number;
  private @Nullable String ahead;

  Lines(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /** Where the line is that was read last: {@code ratings.dat:17}. */
  String place() {
    return name + ":" + number;
  }

  /** Lines read so far. */
  long number() {
    return number;
  }

  /** The next line without taking it; null at the end. */
  @Nullable String peek() throws IOException {
    if (ahead == null) {
      ahead = read();
    }
    return ahead;
  }

  /** The next line; null at the end. */
  @Nullable String next() throws IOException {
    String found = peek();
    ahead = null;
    if (found != null) {
      number++;
    }
    return found;
  }

  private @Nullable String read() throws IOException {
    line.reset();
    while (true) {
      if (next == end) {
        end = Math.max(0, in.read(buffer));
        next = 0;
        if (end == 0) {
          return line.size() == 0 ? null : text();
        }
      }
      int from = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      int room = MOST_BYTES - line.size();
      line.write(buffer, from, Math.min(next - from, room));
      if (next < end) {
        next++;
        return text();
      }
    }
  }

  private String text() {
    byte[] bytes = line.toByteArray();
    int from = number == 0 && startsWithMark(bytes) ? 3 : 0;
    int length = bytes.length - from;
    if (length > 0 && bytes[bytes.length - 1] == '\r') {
      length--;
    }
    try {
      return utf8.decode(ByteBuffer.wrap(bytes, from, length)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, from, length, OLD);
    }
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }
}
