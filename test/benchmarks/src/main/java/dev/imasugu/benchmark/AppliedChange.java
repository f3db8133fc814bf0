package dev.imasugu.benchmark;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Five changed queries applied while others measure; on a thread of its own. */
final class AppliedChange {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ServerProcess server;
  private final Path directory;
  private final Violations violations = new Violations();
  private final Thread thread;
  private volatile double seconds = Double.NaN;
  private volatile @Nullable RuntimeException failure;

  private AppliedChange(ServerProcess server, Path directory, int delaySeconds) {
    this.server = server;
    this.directory = directory;
    thread = Thread.ofPlatform().name("apply").daemon().start(() -> apply(delaySeconds));
  }

  static AppliedChange after(ServerProcess server, Path directory, int delaySeconds) {
    return new AppliedChange(server, directory, delaySeconds);
  }

  private void apply(int delaySeconds) {
    try {
      ServerProcess.sleep(Duration.ofSeconds(delaySeconds));
      CountingQueries.write(directory, 2);
      long start = System.nanoTime();
      AggregatedHttpResponse response =
          server.client().post("/v1/queries/apply", "").aggregate().join();
      if (response.status().code() != 202) {
        throw new IllegalStateException("apply: " + response.contentUtf8());
      }
      while (server.get("/v1/queries").contentUtf8().contains("\"live\":false")) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new IllegalStateException("not live: " + server.get("/v1/queries").contentUtf8());
        }
        ServerProcess.sleep(Duration.ofMillis(200));
      }
      seconds = (System.nanoTime() - start) / 1e9;
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Stops the server and checks both what changed and what did not; returns a piece of JSON. */
  String report(long emptyLists) {
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    if (failure != null) {
      violations.add("apply", failure.toString());
    }
    server.awaitDrained(PATIENCE);
    String status = server.get("/v1/queries").contentUtf8();
    if (!status.matches("(?s).*\"restarts\":0.*") || status.matches("(?s).*\"restarts\":[1-9].*")) {
      violations.add("restarts", status);
    }
    server.close();
    try (Node node = Node.start(Project.load(directory), NodeOptions.storeOnly())) {
      CountingQueries.check(node, 2, violations);
    }
    return String.format(
        Locale.ROOT,
        ",\"applySeconds\":%.1f,\"emptyLists\":%d,\"violations\":%d",
        seconds,
        emptyLists,
        violations.count());
  }

  boolean isSound() {
    return violations.count() == 0;
  }
}
