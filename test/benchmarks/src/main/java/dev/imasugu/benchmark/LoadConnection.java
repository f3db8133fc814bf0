package dev.imasugu.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link LoadClient}: a request, its answer, the next request. */
final class LoadConnection {
  record Answer(LoadClient.Answered handler, int status, String body) {}

  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final SelectionKey key;
  private ByteBuffer unsent = ByteBuffer.allocate(0);
  private ByteBuffer read = ByteBuffer.allocate(16 * 1024);
  private int bodyStart;
  private int bodyLength;
  private LoadClient.@Nullable Answered handler;

  LoadConnection(SocketChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
    key.attach(this);
  }

  LoadClient.@Nullable Answered waiting() {
    return handler;
  }

  void send(byte[] request, LoadClient.Answered next) throws IOException {
    handler = next;
    bodyStart = -1;
    read.clear();
    unsent = ByteBuffer.wrap(request);
    write();
  }

  private void write() throws IOException {
    channel.write(unsent);
    key.interestOps(
        unsent.hasRemaining()
            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
            : SelectionKey.OP_READ);
  }

  /** Goes on with what the socket is ready for; returns the answer when it is whole. */
  @Nullable Answer ready() throws IOException {
    if (key.isWritable()) {
      write();
    }
    if (!key.isReadable()) {
      return null;
    }
    if (channel.read(read) < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (bodyStart < 0) {
      findBody();
    }
    LoadClient.Answered answered = handler;
    if (bodyStart < 0 || read.position() < bodyStart + bodyLength || answered == null) {
      return null;
    }
    byte[] bytes = read.array();
    int status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
    handler = null;
    return new Answer(
        answered, status, new String(bytes, bodyStart, bodyLength, StandardCharsets.UTF_8));
  }

  private void findBody() throws IOException {
    byte[] bytes = read.array();
    int end = read.position();
    for (int i = 0; i + 3 < end; i++) {
      if (bytes[i] == '\r' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
        bodyStart = i + 4;
        bodyLength = bytes[9] == '2' && bytes[11] == '4' ? 0 : length(bytes, bodyStart); // 204
        if (bodyStart + bodyLength > read.capacity()) {
          read = ByteBuffer.wrap(Arrays.copyOf(bytes, bodyStart + bodyLength)).position(end);
        }
        return;
      }
    }
    if (!read.hasRemaining()) {
      throw new IOException("an answer's head is longer than " + read.capacity() + " bytes");
    }
  }

  private static int length(byte[] bytes, int end) throws IOException {
    for (int line = 0; line < end; line++) {
      if (bytes[line] == '\n' && startsWithLength(bytes, line + 1, end)) {
        int length = 0;
        for (int i = line + 1 + LENGTH.length; bytes[i] != '\r'; i++) {
          if (bytes[i] != ' ') {
            length = length * 10 + bytes[i] - '0';
          }
        }
        return length;
      }
    }
    throw new IOException("an answer without content-length");
  }

  private static boolean startsWithLength(byte[] bytes, int from, int end) {
    if (from + LENGTH.length > end) {
      return false;
    }
    for (int i = 0; i < LENGTH.length; i++) {
      if ((bytes[from + i] | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
