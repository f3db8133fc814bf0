package dev.imasugu.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * How far an import has come, kept beside the log so that one that is cut off goes on. It steps
 * back a little: what a power cut took from the log is sent again, and what is sent twice counts
 * once.
 */
final class ImportPosition {
  private static final long STEP_BACK = 10_000;

  private final Path file;

  private ImportPosition(Path file) {
    this.file = file;
  }

  /** The position of an import: the same files, unchanged, read the same way. */
  static ImportPosition of(Path state, String how, List<Path> files) throws IOException {
    var identity = new StringBuilder(how);
    for (Path each : files) {
      identity.append('\n').append(each.toAbsolutePath());
      if (Files.exists(each)) {
        identity.append(' ').append(Files.size(each)).append(Files.getLastModifiedTime(each));
      }
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(identity.toString().getBytes(StandardCharsets.UTF_8));
      return new ImportPosition(
          state.resolve("import-" + HexFormat.of().formatHex(hash, 0, 8) + ".position"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The number of the record to go on with; 0 for an import that begins. */
  long next() throws IOException {
    if (!Files.isRegularFile(file)) {
      return 0;
    }
    try {
      return Math.max(0, Long.parseLong(Files.readString(file).strip()) - STEP_BACK);
    } catch (NumberFormatException e) {
      return 0; // cut off while it was written
    }
  }

  void sent(long records) throws IOException {
    Files.writeString(file, Long.toString(records));
  }

  void done() throws IOException {
    Files.deleteIfExists(file);
  }
}
