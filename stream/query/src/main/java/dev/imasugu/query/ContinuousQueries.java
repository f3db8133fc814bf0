package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import dev.imasugu.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecution;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries of a project, running on a Flink inside this process. Safe for many threads.
 *
 * <p>What goes wrong in the engine shows in {@link #status}; nothing of it reaches a caller.
 */
public final class ContinuousQueries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContinuousQueries.class);
  private static final long PATIENCE_SECONDS = 10;
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final QueryPlan plan;
  private final QuerySettings settings;
  private final Engine engine;
  private final Checkpoints checkpoints;
  private final CountDownLatch started = new CountDownLatch(1);
  private final Map<Job, Run> runs = new EnumMap<>(Job.class);
  private volatile @Nullable MiniCluster cluster;
  private volatile boolean closing;

  /** What is known of one job. */
  private static final class Run {
    volatile @Nullable JobID id;
    volatile boolean caughtUp;
    volatile boolean failed;
    volatile int restarts;
    volatile @Nullable String error;
  }

  private ContinuousQueries(QueryPlan plan, EventLog log, Store store, QuerySettings settings) {
    this.plan = plan;
    this.settings = settings;
    engine = new Engine(log, store, plan);
    checkpoints = new Checkpoints(settings.checkpoints(), plan.version(Job.STATISTICS));
    for (Job job : Job.values()) {
      runs.put(job, new Run());
    }
  }

  /**
   * Starts the queries of a plan; returns at once, the engine comes up behind.
   *
   * @param log must stay open until {@link #close} has returned
   * @param store likewise
   */
  public static ContinuousQueries start(
      QueryPlan plan, EventLog log, Store store, QuerySettings settings) {
    var queries = new ContinuousQueries(plan, log, store, settings);
    Thread.ofPlatform().name("queries-start").daemon().start(queries::startJobs);
    return queries;
  }

  private void startJobs() {
    try {
      var cold = new CompletableFuture<MiniCluster>();
      Thread.ofPlatform().name("queries-cluster").daemon().start(() -> startCluster(cold));
      var planner =
          new Planner(engine.name(), settings, engine.log().partitions(), plan.functions());
      for (Job job : Job.values()) {
        startJob(job, planner, cold);
      }
    } finally {
      started.countDown();
    }
  }

  private void startCluster(CompletableFuture<MiniCluster> cold) {
    try {
      var configuration =
          new MiniClusterConfiguration.Builder()
              .setConfiguration(clusterConfiguration())
              .setNumTaskManagers(1)
              .setNumSlotsPerTaskManager(
                  Job.values().length * Math.min(settings.parallelism(), engine.log().partitions()))
              .setRpcServiceSharing(RpcServiceSharing.SHARED)
              .build();
      var starting = new MiniCluster(configuration);
      cluster = starting;
      starting.start();
      cold.complete(starting);
    } catch (Exception | LinkageError e) {
      cold.completeExceptionally(e);
    }
  }

  private void startJob(Job job, Planner planner, Future<MiniCluster> cold) {
    Run run = run(job);
    try {
      JobGraph graph = planner.plan(job, plan.queries(job));
      if (graph == null || closing) {
        return;
      }
      MiniCluster running = cold.get();
      run.id =
          switch (job) {
            case PROFILE -> running.submitJob(graph).get().getJobID();
            case STATISTICS -> restore(graph, running);
          };
    } catch (QueryException e) {
      run.error = e.getMessage();
      run.failed = true;
      LOG.error("queries failed job={} cause={}", job, e.getMessage());
    } catch (Exception | LinkageError e) {
      run.error = plain(e);
      run.failed = true;
      LOG.error("queries failed job={}", job, e);
    }
  }

  /*
   * The newest checkpoint may be damaged: cut off by a power cut, or by a disk. Flink would try it
   * again for ever, so a job that does not come up from it is cancelled and the next older one gets
   * its turn; after the last the log is read from its start. Nothing is lost by that but time: the
   * tables hold absolute values, which are written again on the way.
   */
  private JobID restore(JobGraph graph, MiniCluster running)
      throws InterruptedException, ExecutionException {
    List<Path> complete = checkpoints.complete();
    List<Path> tried = complete.subList(0, Math.min(complete.size(), Checkpoints.KEPT));
    checkpoints.keepOnly(tried);
    for (Path checkpoint : tried) {
      LOG.info(
          "statistics start generation={} checkpoint={}", plan.version(Job.STATISTICS), checkpoint);
      graph.setJobID(new JobID());
      graph.setSavepointRestoreSettings(
          SavepointRestoreSettings.forPath(
              checkpoint.toUri().toString(), false, RecoveryClaimMode.CLAIM));
      Optional<String> failure = failureToBegin(graph, running);
      if (failure.isEmpty()) {
        return graph.getJobID();
      }
      LOG.warn("checkpoint passed over checkpoint={} cause={}", checkpoint, failure.get());
      quietly("cancel", () -> running.cancelJob(graph.getJobID()));
      quietly("stop", () -> running.requestJobResult(graph.getJobID()));
    }
    LOG.info("statistics start generation={} checkpoint=none", plan.version(Job.STATISTICS));
    graph.setJobID(new JobID());
    graph.setSavepointRestoreSettings(SavepointRestoreSettings.none());
    return running.submitJob(graph).get().getJobID();
  }

  /** Submits a job and waits until all of it runs, or returns why it does not. */
  private Optional<String> failureToBegin(JobGraph graph, MiniCluster running)
      throws InterruptedException {
    try {
      running.submitJob(graph).get();
      while (!closing) {
        AccessExecutionGraph now = running.getExecutionGraph(graph.getJobID()).get();
        boolean begun = now.getState() == JobStatus.RUNNING; // before, it has no vertices
        for (AccessExecutionVertex vertex : now.getAllExecutionVertices()) {
          for (AccessExecution past : vertex.getExecutionHistory().getHistoricalExecutions()) {
            if (past.getFailureInfo().isPresent()) {
              // Who fails after it ran has its state, and is for the engine to start again.
              return ran(past) ? Optional.empty() : past.getFailureInfo().map(f -> plain(f));
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
      return Optional.of(plain(e));
    }
  }

  private static boolean ran(AccessExecution execution) {
    return execution.getStateTimestamp(ExecutionState.RUNNING) > 0;
  }

  /** How every query is doing, in the order of the files; asks the engine, at most for a moment. */
  public List<QueryStatus> status() {
    var byJob = new EnumMap<Job, QueryStatus>(Job.class);
    for (Job job : Job.values()) {
      byJob.put(job, status(job));
    }
    var all = new ArrayList<QueryStatus>();
    for (ParsedQuery query : plan.queries()) {
      QueryStatus shared = byJob.get(query.job());
      if (shared != null) {
        all.add(
            new QueryStatus(
                query.name(),
                shared.kind(),
                shared.state(),
                shared.lag(),
                shared.restarts(),
                shared.error()));
      }
    }
    return all;
  }

  private QueryStatus status(Job job) {
    Run run = run(job);
    var kind =
        switch (job) {
          case PROFILE -> QueryStatus.Kind.PROFILE;
          case STATISTICS -> QueryStatus.Kind.STATISTICS;
        };
    look(run);
    Engine.Progress progress = engine.progress(job);
    long lag = closing ? 0 : progress.lag(engine.log());
    QueryStatus.State state;
    if (run.failed) {
      state = QueryStatus.State.FAILED;
    } else if (!progress.begun()) {
      state = QueryStatus.State.STARTING;
    } else {
      run.caughtUp |= lag == 0;
      state = run.caughtUp ? QueryStatus.State.RUNNING : QueryStatus.State.CATCHING_UP;
    }
    return new QueryStatus("", kind, state, lag, run.restarts, run.error);
  }

  /** Asks the engine how a job is doing; what it does not answer in time stays as it was. */
  private void look(Run run) {
    MiniCluster running = cluster;
    JobID id = run.id;
    if (running == null || id == null || closing) {
      return;
    }
    try {
      AccessExecutionGraph graph = running.getExecutionGraph(id).get(1, TimeUnit.SECONDS);
      for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
        int attempts = vertex.getCurrentExecutionAttempt().getAttemptNumber();
        run.restarts = Math.max(run.restarts, attempts);
      }
      ErrorInfo failure = graph.getFailureInfo();
      if (failure != null) {
        run.error = plain(failure);
      }
      run.failed |= graph.getState() == JobStatus.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("no answer about job={} cause={}", id, plain(e));
    }
  }

  /**
   * Stops the queries: the statistics job after a last checkpoint, if that takes moments only.
   * Progress of the profile job needs no goodbye. Waits for the engine to be gone.
   */
  @Override
  public void close() {
    closing = true;
    try {
      if (!started.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("queries did not come up before they were closed");
      }
      MiniCluster running = cluster;
      if (running != null) {
        JobID statistics = run(Job.STATISTICS).id;
        if (statistics != null) {
          quietly("last checkpoint", () -> running.triggerCheckpoint(statistics));
        }
        for (Run run : runs.values()) {
          JobID id = run.id;
          if (id != null) {
            quietly("cancel", () -> running.cancelJob(id));
            quietly("stop", () -> running.requestJobResult(id));
          }
        }
        quietly("close", running::closeAsync);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      engine.close();
    }
  }

  private interface Step {
    Future<?> begin();
  }

  private static void quietly(String what, Step step) throws InterruptedException {
    try {
      step.begin().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.info("queries closing step={} cause={}", what, plain(e));
    }
  }

  private Run run(Job job) {
    Run run = runs.get(job);
    if (run == null) {
      throw new IllegalStateException("no job " + job);
    }
    return run;
  }

  private static String plain(ErrorInfo failure) {
    return plain(failure.getException().deserializeError(ContinuousQueries.class.getClassLoader()));
  }

  /** The first cause, in words: Flink wraps it many times. */
  private static String plain(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private Configuration clusterConfiguration() {
    Path temporary = settings.checkpoints().resolveSibling("flink-tmp").toAbsolutePath();
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
            Map.entry("io.tmp.dirs", temporary.toString()),
            Map.entry("taskmanager.memory.network.min", "16 mb"),
            Map.entry("taskmanager.memory.network.max", "16 mb"),
            Map.entry("taskmanager.memory.managed.size", "4 mb"),
            Map.entry("classloader.check-leaked-classloader", "false"),
            Map.entry("state.backend.type", "hashmap"),
            Map.entry("execution.checkpointing.storage", "filesystem"),
            Map.entry("execution.checkpointing.num-retained", Integer.toString(Checkpoints.KEPT)),
            Map.entry(
                "execution.checkpointing.dir", checkpoints.generationFolder().toUri().toString())));
  }
}
