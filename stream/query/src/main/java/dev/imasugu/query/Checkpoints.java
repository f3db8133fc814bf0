package dev.imasugu.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder {@code <generation>/<job>/chk-N} of the statistics job's checkpoints. A generation is
 * the hash of all statistics SQL: state of other SQL is never restored.
 */
final class Checkpoints {
  /** How many complete checkpoints there are, so that one may be damaged. */
  static final int KEPT = 2;

  private static final String COMPLETE = "_metadata";

  private final Path folder;
  private final String generation;

  Checkpoints(Path folder, String generation) {
    this.folder = folder;
    this.generation = generation;
  }

  Path generationFolder() {
    return folder.resolve(generation);
  }

  /** Returns the complete checkpoints of this generation, newest first. */
  List<Path> complete() {
    return children(generationFolder()).stream()
        .flatMap(job -> children(job).stream())
        .filter(checkpoint -> checkpoint.getFileName().toString().startsWith("chk-"))
        .filter(checkpoint -> Files.exists(checkpoint.resolve(COMPLETE)))
        .sorted(
            Comparator.comparing(Checkpoints::completedAt)
                .thenComparingLong(Checkpoints::number)
                .thenComparing(Comparator.naturalOrder())
                .reversed())
        .toList();
  }

  /** Deletes everything but some checkpoints and the folders that lead to them. */
  void keepOnly(List<Path> kept) {
    for (Path generationFolder : children(folder)) {
      for (Path job : children(generationFolder)) {
        for (Path part : children(job)) {
          if (!kept.contains(part)) {
            delete(part);
          }
        }
        if (children(job).isEmpty()) {
          delete(job);
        }
      }
      if (children(generationFolder).isEmpty()) {
        delete(generationFolder);
      }
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  private static FileTime completedAt(Path checkpoint) {
    try {
      return Files.getLastModifiedTime(checkpoint.resolve(COMPLETE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path path) {
    children(path).forEach(Checkpoints::delete);
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
