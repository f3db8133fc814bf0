package dev.imasugu.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder {@code <job>/<run>/chk-N} of a statistics job's checkpoints. A job id is never given
 * twice, so state of other SQL is never restored.
 */
final class Checkpoints {
  /** How many complete checkpoints there are, so that one may be damaged. */
  static final int KEPT = 2;

  private static final String COMPLETE = "_metadata";

  private final Path folder;
  private final String job;

  Checkpoints(Path folder, String job) {
    this.folder = folder;
    this.job = job;
  }

  Path jobFolder() {
    return folder.resolve(job);
  }

  /** Returns the complete checkpoints of this job, newest first. */
  List<Path> complete() {
    return children(jobFolder()).stream()
        .flatMap(run -> children(run).stream())
        .filter(checkpoint -> checkpoint.getFileName().toString().startsWith("chk-"))
        .filter(checkpoint -> Files.exists(checkpoint.resolve(COMPLETE)))
        .sorted(
            Comparator.comparing(Checkpoints::completedAt)
                .thenComparingLong(Checkpoints::number)
                .thenComparing(Comparator.naturalOrder())
                .reversed())
        .toList();
  }

  /** Deletes everything of this job but some checkpoints and the folders that lead to them. */
  void keepOnly(List<Path> kept) {
    for (Path run : children(jobFolder())) {
      for (Path part : children(run)) {
        if (!kept.contains(part)) {
          delete(part);
        }
      }
      if (children(run).isEmpty()) {
        delete(run);
      }
    }
    if (children(jobFolder()).isEmpty()) {
      delete(jobFolder());
    }
  }

  /** Deletes what belongs to none of some jobs. */
  static void keepOnlyJobs(Path folder, Set<String> jobs) {
    for (Path job : children(folder)) {
      if (!jobs.contains(job.getFileName().toString())) {
        delete(job);
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
