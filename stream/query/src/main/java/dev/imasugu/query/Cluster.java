package dev.imasugu.query;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecution;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Flink inside this process, coming up while queries are planned. Safe for many threads. */
final class Cluster {
  /** Jobs that may run at once; a slot that nobody uses costs nothing. */
  static final int MAX_JOBS = 24;

  /** What the windows of one job's subtask may hold outside the heap; taken when it is used. */
  private static final int WINDOW_MIB = 16;

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final long PATIENCE_SECONDS = 10;
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final CompletableFuture<MiniCluster> up = new CompletableFuture<>();
  private final Thread starter;
  private volatile @Nullable MiniCluster starting;
  private volatile boolean closing;

  Cluster(QuerySettings settings, int parallelism) {
    starter =
        Thread.ofPlatform()
            .name("queries-cluster")
            .daemon()
            .start(() -> start(settings, parallelism));
  }

  private void start(QuerySettings settings, int parallelism) {
    try {
      var configuration =
          new MiniClusterConfiguration.Builder()
              .setConfiguration(configuration(settings))
              .setNumTaskManagers(1)
              .setNumSlotsPerTaskManager(MAX_JOBS * parallelism)
              .setRpcServiceSharing(RpcServiceSharing.SHARED)
              .build();
      var made = new MiniCluster(configuration);
      if (closing) {
        throw new IllegalStateException("closed before it was up");
      }
      starting = made;
      made.start();
      up.complete(made);
    } catch (Exception | LinkageError e) {
      up.completeExceptionally(e);
    }
  }

  JobID submit(JobGraph graph) throws InterruptedException, ExecutionException {
    return up.get().submitJob(graph).get().getJobID();
  }

  /** Submits a job and waits until all of it runs, or returns why it does not. */
  Optional<String> failureToBegin(JobGraph graph) throws InterruptedException, ExecutionException {
    MiniCluster running = up.get();
    try {
      running.submitJob(graph).get();
      while (!closing) {
        AccessExecutionGraph now = running.getExecutionGraph(graph.getJobID()).get();
        boolean begun = now.getState() == JobStatus.RUNNING; // before, it has no vertices
        for (AccessExecutionVertex vertex : now.getAllExecutionVertices()) {
          for (AccessExecution past : vertex.getExecutionHistory().getHistoricalExecutions()) {
            if (past.getFailureInfo().isPresent()) {
              // Who fails after it ran has its state, and is for the engine to start again.
              return ran(past) ? Optional.empty() : past.getFailureInfo().map(Cluster::plain);
            }
          }
          begun &= vertex.getStateTimestamp(ExecutionState.RUNNING) > 0;
        }
        ErrorInfo failure = now.getFailureInfo();
        if (now.getState() == JobStatus.FAILED && failure != null) {
          return Optional.of(plain(failure));
        }
        if (begun) {
          return Optional.empty();
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(Causes.plain(e));
    }
  }

  private static boolean ran(AccessExecution execution) {
    return execution.getStateTimestamp(ExecutionState.RUNNING) > 0;
  }

  /** Asks how a job is doing, at most for a moment; null when there was no answer. */
  @Nullable JobView look(JobID id) {
    MiniCluster running = up.getNow(null);
    if (running == null || closing) {
      return null;
    }
    try {
      return JobView.of(running.getExecutionGraph(id).get(1, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("no answer about job={} cause={}", id, Causes.plain(e));
      return null;
    }
  }

  static String plain(ErrorInfo failure) {
    return Causes.plain(failure.getException().deserializeError(Cluster.class.getClassLoader()));
  }

  /** Stores a job's state now, if that takes moments only. */
  void checkpoint(JobID id) throws InterruptedException {
    MiniCluster running = up.getNow(null);
    if (running != null) {
      quietly("last checkpoint", () -> running.triggerCheckpoint(id));
    }
  }

  /** Ends a job and waits until it has. */
  void cancel(JobID id) throws InterruptedException {
    MiniCluster running = up.getNow(null);
    if (running != null) {
      quietly("cancel", () -> running.cancelJob(id));
      quietly("stop", () -> running.requestJobResult(id));
    }
  }

  /** From now on nobody waits for it. */
  void closing() {
    closing = true;
  }

  /**
   * Stops it, within three times its patience. Flink waits for itself for ever when it is closed
   * while its parts come up, so they may come up first.
   */
  void close() throws InterruptedException {
    closing = true;
    boolean _ = starter.join(Duration.ofSeconds(PATIENCE_SECONDS));
    MiniCluster made = starting;
    if (made != null) {
      quietly("start", () -> up.thenCompose(MiniCluster::requestClusterOverview));
      quietly(
          "close",
          () -> CompletableFuture.runAsync(() -> made.closeAsync().join(), Cluster::aside));
    }
  }

  /** Runs what may block for ever. */
  private static void aside(Runnable work) {
    Thread.ofPlatform().name("queries-close").daemon().start(work);
  }

  private interface Step {
    Future<?> begin();
  }

  private static void quietly(String what, Step step) throws InterruptedException {
    try {
      step.begin().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.info("queries closing step={} cause={}", what, Causes.plain(e));
    }
  }

  private static Configuration configuration(QuerySettings settings) {
    String temporary = settings.folder().resolve("flink-tmp").toAbsolutePath().toString();
    return Configuration.fromMap(
        Map.ofEntries(
            Map.entry("rest.address", "localhost"),
            Map.entry("rest.bind-address", "localhost"),
            Map.entry("rest.port", "0"),
            Map.entry("rest.bind-port", "0"),
            Map.entry("security.delegation.tokens.enabled", "false"),
            Map.entry("web.submit.enable", "false"),
            Map.entry("web.cancel.enable", "false"),
            Map.entry("rest.profiling.enabled", "false"),
            Map.entry("io.tmp.dirs", temporary),
            Map.entry("taskmanager.memory.network.min", "16 mb"),
            Map.entry("taskmanager.memory.network.max", "16 mb"),
            Map.entry(
                "taskmanager.memory.managed.size",
                MAX_JOBS * settings.parallelism() * WINDOW_MIB + " mb"),
            Map.entry("classloader.check-leaked-classloader", "false"),
            // All in one process: who was silent was stopped as a whole, and nobody is lost.
            Map.entry("heartbeat.timeout", "7 d"),
            Map.entry("state.backend.type", "hashmap"),
            Map.entry("execution.checkpointing.storage", "filesystem"),
            Map.entry("execution.checkpointing.num-retained", Integer.toString(Checkpoints.KEPT)),
            Map.entry(
                "execution.checkpointing.dir",
                settings.checkpoints().toAbsolutePath().toUri().toString())));
  }
}
