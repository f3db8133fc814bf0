package dev.imasugu.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads recorded data in the forms that papers publish; {@code .zst} and {@code .gz} directly.
 *
 * <p>The form is recognised: {@code user item item ...} lines; {@code user item} lines in order of
 * time; a table with a header that names user (or session), item and perhaps time, separated by
 * tabs or commas; prefix lines {@code item item ...<TAB>item}; a folder with NCF's files.
 */
public final class DataReader {
  private DataReader() {}

  /**
   * Reads a file, or a folder with NCF's.
   *
   * @param test the file of test sessions, for data that is published so; null for none
   * @param items titles and attributes of items; null for none
   * @throws IllegalArgumentException if a file is missing, empty or in no known form
   */
  static Dataset read(Path data, @Nullable Path test, @Nullable Path items) {
    try {
      ItemFile known = items == null ? ItemFile.NONE : ItemFile.read(items);
      if (Files.isDirectory(data)) {
        return NcfFiles.read(data, known, digest(List.of(data)));
      }
      List<Path> files = new ArrayList<>(List.of(data));
      if (test != null) {
        files.add(test);
      }
      if (items != null) {
        files.add(items);
      }
      var reading = new EventLines(known);
      DataFile.read(data, in -> reading.train(data, in));
      if (test != null) {
        DataFile.read(test, in -> reading.test(test, in));
      }
      return reading.dataset(String.valueOf(data.getFileName()), digest(files));
    } catch (IOException e) {
      throw new UncheckedIOException(data + ": not readable, " + e.getMessage(), e);
    }
  }

  /** Returns the first file of a folder whose name ends so, {@code .zst} or not. */
  static Optional<Path> find(Path folder, String... endings) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              path -> {
                String name = String.valueOf(path.getFileName()).replaceFirst("\\.(zst|gz)$", "");
                for (String ending : endings) {
                  if (name.endsWith(ending)) {
                    return true;
                  }
                }
                return false;
              })
          .sorted()
          .findFirst();
    }
  }

  /** SHA-256 over the files, for a folder over its files' names, sizes and times of change. */
  private static String digest(List<Path> paths) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (Path path : paths) {
        if (Files.isDirectory(path)) {
          try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.sorted().toList()) {
              String facts =
                  "%s %d %s\n"
                      .formatted(
                          file.getFileName(), Files.size(file), Files.getLastModifiedTime(file));
              digest.update(facts.getBytes(StandardCharsets.UTF_8));
            }
          }
          continue;
        }
        try (InputStream in = Files.newInputStream(path)) {
          for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
