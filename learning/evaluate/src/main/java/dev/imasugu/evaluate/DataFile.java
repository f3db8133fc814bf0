package dev.imasugu.evaluate;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Files of text that may be compressed: {@code .zst} and {@code .gz} are read directly. */
public final class DataFile {
  private DataFile() {}

  /**
   * Opens a file of UTF-8 text.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public static BufferedReader reader(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such file (expected: a file to read)");
    }
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    String name = String.valueOf(file.getFileName());
    InputStream plain =
        name.endsWith(".zst")
            ? new ZstdInputStream(raw)
            : name.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16);
  }

  /** What is read of a file. */
  interface Reading<T> {
    T read(BufferedReader in) throws IOException;
  }

  /**
   * Reads a file whole.
   *
   * @throws IllegalArgumentException if there is no such file
   * @throws UncheckedIOException if it cannot be read to its end, with its name
   */
  static <T> T read(Path file, Reading<T> reading) {
    try (BufferedReader in = reader(file)) {
      return reading.read(in);
    } catch (UncheckedIOException e) {
      throw unreadable(file, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UncheckedIOException unreadable(Path file, IOException e) {
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new UncheckedIOException(file + ": not readable, " + why, e);
  }
}
