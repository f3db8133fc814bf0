package dev.imasugu.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Planned jobs as files, so that a start whose queries were planned before needs no planner. They
 * belong to one build of the product, like its class files, and are trusted like them: whoever
 * builds empties the folder. At most {@value #MAX_FILES} are kept, the newest. Safe for many
 * threads and processes.
 */
final class PlanCache {
  static final int MAX_FILES = 64;

  private static final Logger LOG = LoggerFactory.getLogger(PlanCache.class);

  private final Path folder;

  PlanCache(Path folder) {
    this.folder = folder;
  }

  /** The name of a plan, from everything that it depends on. */
  static String key(String inputs) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(inputs.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the plan under a new job id, or null if there is none that can be read. */
  @Nullable JobGraph read(String key, ClassLoader loader) {
    Path file = folder.resolve(key);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      JobGraph graph = InstantiationUtil.deserializeObject(Files.readAllBytes(file), loader);
      graph.setJobID(new JobID());
      return graph;
    } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
      LOG.info("plan not read, planning again file={} cause={}", file, Causes.plain(e));
      return null;
    }
  }

  /** Keeps a plan, if the folder can be written. */
  void write(String key, JobGraph graph) {
    try {
      Files.createDirectories(folder);
      Path whole = Files.createTempFile(folder, "plan", ".tmp");
      Files.write(whole, InstantiationUtil.serializeObject(graph));
      Files.move(whole, folder.resolve(key), StandardCopyOption.ATOMIC_MOVE);
      for (Path file : newestFirst().stream().skip(MAX_FILES).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.info("plan not kept folder={} cause={}", folder, Causes.plain(e));
    }
  }

  private List<Path> newestFirst() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.comparing(PlanCache::writtenAt).reversed()).toList();
    }
  }

  private static FileTime writtenAt(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // another process has just removed it
    }
  }
}
