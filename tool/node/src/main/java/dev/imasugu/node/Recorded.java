package dev.imasugu.node;

import dev.imasugu.config.PlatformConfig;
import dev.imasugu.config.Project;
import dev.imasugu.log.Ack;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.RocksEventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The log of a project that no server runs; while it is open none can start. For many threads. */
public final class Recorded implements AutoCloseable {
  private final Owner owner;
  private final EventLog log;

  private Recorded(Owner owner, EventLog log) {
    this.owner = owner;
    this.log = log;
  }

  /**
   * Opens it.
   *
   * @throws IllegalStateException if a server has it, or there is none yet
   */
  public static Recorded open(Project project) {
    Path folder = project.state().resolve("log");
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "%s: no events yet (expected: a project that has run, or into which something was imported)"
              .formatted(project.directory()));
    }
    Owner owner = Owner.of(project.state());
    try {
      PlatformConfig platform = project.platform();
      return new Recorded(
          owner,
          RocksEventLog.open(
              folder,
              platform.log().partitions(),
              Ack.WRITE,
              platform.log().queue().bytes(),
              RocksEventLog.DEFAULT_QUEUE_BATCHES,
              RocksEventLog.DEFAULT_MEMORY_BYTES));
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  public EventLog log() {
    return log;
  }

  /** Where a run may leave what it needs on disk; made anew, empty. */
  public static Path scratch(Project project) {
    Path folder = project.state().resolve("replay");
    try {
      if (Files.exists(folder)) {
        Node.deleteAll(folder);
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    log.close();
    owner.close();
  }
}
