package dev.imasugu.imports;

import java.io.Serial;

/** A file is not of the format it was said to be. */
public final class UnknownFileException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  UnknownFileException(DataFile file, String firstLine, String expected) {
    super(
        "%s: starts with %s (expected: %s)"
            .formatted(
                file.name(),
                firstLine.length() > 80 ? firstLine.substring(0, 80) + "..." : firstLine,
                expected));
  }
}
