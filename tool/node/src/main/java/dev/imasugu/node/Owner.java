package dev.imasugu.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The one process that owns a project's state: a lock on {@code .imasugu/owner}, which the system
 * releases with the process, however it ends. The file holds the owner's pid.
 */
final class Owner implements AutoCloseable {
  private final FileChannel channel;

  private Owner(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the state.
   *
   * @throws IllegalStateException with the owner's pid when another process has it
   */
  static Owner of(Path state) {
    try {
      Files.createDirectories(state);
      FileChannel channel =
          FileChannel.open(
              state.resolve("owner"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        String pid = read(channel);
        channel.close();
        throw new IllegalStateException(
            "%s: in use by process %s (expected: one owner)".formatted(state, pid));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
          0);
      return new Owner(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      // Beyond the pid, so that the text can be read by those who are refused.
      return channel.tryLock(1 << 20, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(32);
    int length = channel.read(bytes, 0);
    return length <= 0
        ? "<unknown>"
        : new String(bytes.array(), 0, length, StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
