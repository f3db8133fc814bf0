package dev.imasugu.evaluate;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
