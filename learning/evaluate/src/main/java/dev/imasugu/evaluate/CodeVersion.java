package dev.imasugu.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells records of other code apart: a digest of the jars that the figures come from. */
final class CodeVersion {
  private CodeVersion() {}

  static String of(Class<?>... types) {
    var text = new StringBuilder();
    for (Class<?> type : types) {
      var source = type.getProtectionDomain().getCodeSource();
      try {
        Path path = source == null ? null : Path.of(source.getLocation().toURI());
        text.append(
            path == null || Files.isDirectory(path) ? "classes" : digest(Files.readAllBytes(path)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return text.toString();
  }

  static String digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
