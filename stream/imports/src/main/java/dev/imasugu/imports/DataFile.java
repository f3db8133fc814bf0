package dev.imasugu.imports;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A file to read once: plain, {@code .zst}, {@code .gz}, or an entry of a {@code .zip}. For one
 * thread.
 */
public final class DataFile {
  /** Reads one file. */
  interface Reading {
    void read(DataFile file) throws IOException;
  }

  private final Path path;
  private final String name;
  private final Lines lines;

  private DataFile(Path path, String name, InputStream in) {
    this.path = path;
    this.name = name;
    this.lines = new Lines(name, in);
  }

  /**
   * Opens a file; of a {@code .zip} one entry after the other.
   *
   * @param consumed told how many bytes of the file, as it lies on disk, have been read
   * @throws IllegalArgumentException if there is no such file
   */
  static void open(Path path, LongConsumer consumed, Reading reading) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(path + ": no such file (expected: a file to read)");
    }
    String name = String.valueOf(path.getFileName());
    try (InputStream raw = new Counting(Files.newInputStream(path), consumed);
        InputStream buffered = new BufferedInputStream(raw, 1 << 16)) {
      if (name.endsWith(".zip")) {
        var zip = new ZipInputStream(buffered);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          if (!entry.isDirectory()) {
            reading.read(new DataFile(path, entry.getName(), zip));
          }
        }
      } else if (name.endsWith(".zst")) {
        reading.read(new DataFile(path, plain(name), new ZstdInputStream(buffered)));
      } else if (name.endsWith(".gz")) {
        reading.read(new DataFile(path, plain(name), new GZIPInputStream(buffered, 1 << 16)));
      } else {
        reading.read(new DataFile(path, name, buffered));
      }
    }
  }

  private static String plain(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** The name without the ending of its compression. */
  String name() {
    return name;
  }

  /** The file on disk, which holds the lines as they are only if it is not compressed. */
  Path path() {
    return path;
  }

  Lines lines() {
    return lines;
  }

  private static final class Counting extends FilterInputStream {
    private final LongConsumer consumed;
    private long bytes;

    Counting(InputStream in, LongConsumer consumed) {
      super(in);
      this.consumed = consumed;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int more) {
      bytes += more;
      consumed.accept(bytes);
    }
  }
}
