package dev.imasugu.imports;

import java.io.IOException;

/** The line that tells what a file is. */
final class First {
  private First() {}

  /** The first line, not yet taken; empty for an empty file. */
  static String line(DataFile file) throws IOException {
    String line = file.lines().peek();
    return line == null ? "" : line;
  }
}
