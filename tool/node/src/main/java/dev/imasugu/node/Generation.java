package dev.imasugu.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The number that lists are fenced with. It grows by one whenever a project starts with another
 * definition of its lists than last time, an earlier one included, so that older lists are stale.
 */
final class Generation {
  private Generation() {}

  /**
   * Returns the generation of a definition.
   *
   * @param definition equal texts make equal lists
   */
  static long of(Path state, String definition) {
    Path file = state.resolve("generation");
    try {
      long last = 0;
      if (Files.exists(file)) {
        String[] lines = Files.readString(file).split("\n", 2);
        last = Long.parseLong(lines[0]);
        if (lines[1].equals(definition)) {
          return last;
        }
      }
      Path next = state.resolve("generation.next");
      Files.writeString(
          next,
          (last + 1) + "\n" + definition,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return last + 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
