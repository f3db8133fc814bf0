package dev.imasugu.query;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job from its start to its end, with what is known of it. Safe for many threads. */
final class RunningJob {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);

  /** Lag that a job which is at the log's end may have, for events come while it reads. */
  private static final long NEARLY_NONE = 200;

  private final JobSpec spec;
  private final JobState state;
  private final Engine engine;
  private final Cluster cluster;
  private final Checkpoints checkpoints;
  private final Pace pace;
  private volatile @Nullable JobID id;
  private volatile boolean caughtUp;
  private volatile boolean stopped;
  private volatile @Nullable String failure;
  private volatile @Nullable JobView view;
  private volatile int restartsForgiven;

  RunningJob(JobSpec spec, Engine engine, Cluster cluster, QuerySettings settings) {
    this.spec = spec;
    this.engine = engine;
    this.cluster = cluster;
    state = engine.add(spec);
    checkpoints = new Checkpoints(settings.checkpoints(), spec.id());
    pace = new Pace(spec.id(), state);
  }

  JobSpec spec() {
    return spec;
  }

  JobState state() {
    return state;
  }

  Pace pace() {
    return pace;
  }

  /** Plans and submits; what goes wrong is kept as its failure. Takes a second or so. */
  void start(Planner planner) {
    try {
      JobGraph graph = planner.plan(spec);
      if (stopped) {
        return;
      }
      id =
          switch (spec.kind()) {
            case PROFILE -> cluster.submit(graph);
            case STATISTICS -> restore(graph);
          };
    } catch (QueryException e) {
      failure = e.getMessage();
      LOG.error("queries failed job={} cause={}", spec.id(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | LinkageError e) {
      failure = Causes.plain(e);
      LOG.error("queries failed job={}", spec.id(), e);
    }
  }

  /*
   * The newest checkpoint may be damaged: cut off by a power cut, or by a disk. Flink would try it
   * again for ever, so a job that does not come up from it is cancelled and the next older one gets
   * its turn; after the last the log is read from its start. Nothing is lost by that but time: the
   * tables hold absolute values, which are written again on the way. State of queries that have left
   * the job since is left behind.
   */
  private JobID restore(JobGraph graph) throws InterruptedException, ExecutionException {
    List<Path> complete = checkpoints.complete();
    List<Path> tried = complete.subList(0, Math.min(complete.size(), Checkpoints.KEPT));
    checkpoints.keepOnly(tried);
    for (Path checkpoint : tried) {
      LOG.info("statistics start job={} checkpoint={}", spec.id(), checkpoint);
      graph.setJobID(new JobID());
      graph.setSavepointRestoreSettings(
          SavepointRestoreSettings.forPath(
              checkpoint.toUri().toString(), true, RecoveryClaimMode.CLAIM));
      Optional<String> why = cluster.failureToBegin(graph);
      if (why.isEmpty()) {
        return graph.getJobID();
      }
      LOG.warn("checkpoint passed over checkpoint={} cause={}", checkpoint, why.get());
      cluster.cancel(graph.getJobID());
    }
    LOG.info("statistics start job={} checkpoint=none", spec.id());
    graph.setJobID(new JobID());
    graph.setSavepointRestoreSettings(SavepointRestoreSettings.none());
    return cluster.submit(graph);
  }

  /** Looks how it is doing; call it now and then. */
  void look() {
    JobID running = id;
    if (running == null || stopped) {
      return;
    }
    JobView seen = cluster.look(running);
    if (seen != null) {
      view = seen;
      if (seen.failed()) {
        failure = seen.error();
      }
    }
    caughtUp |= isAtEnd();
    pace.sample();
  }

  /** The query that makes its job begin again and again, if it is the work of one. */
  Optional<QueryState> troublemaker(int patience) {
    JobView seen = view;
    if (seen == null || seen.failedTask() == null) {
      return Optional.empty();
    }
    if (seen.restarts() - restartsForgiven < patience) {
      return Optional.empty();
    }
    restartsForgiven = seen.restarts();
    List<QueryState> suspects =
        state.queries().stream()
            .filter(query -> !query.isMuted())
            .filter(query -> Labels.isOf(seen.failedTask(), spec.id(), query.version().name()))
            .toList();
    return suspects.size() == 1 ? Optional.of(suspects.getFirst()) : Optional.empty();
  }

  private boolean isAtEnd() {
    return state.reading().begun()
        && state.reading().lag(engine.log()) <= NEARLY_NONE
        && state.reading().lagSeconds(engine.log(), engine.clock().millis()) < 1;
  }

  /** Whether it was at the log's end once and runs. */
  boolean isCaughtUp() {
    JobView seen = view;
    return caughtUp && isAtEnd() && (seen == null || seen.running()) && failure == null;
  }

  QueryStatus.State stateNow(boolean live) {
    JobView seen = view;
    if (failure != null) {
      return QueryStatus.State.FAILED;
    }
    if (seen != null && !seen.running() && seen.restarts() + restartsPending(seen) > 0) {
      return QueryStatus.State.RESTARTING;
    }
    if (!state.reading().begun()) {
      return QueryStatus.State.STARTING;
    }
    caughtUp |= isAtEnd();
    if (!live) {
      return QueryStatus.State.BUILDING;
    }
    return caughtUp ? QueryStatus.State.RUNNING : QueryStatus.State.CATCHING_UP;
  }

  /** While it waits before its first restart, the attempt that failed is still the current one. */
  private static int restartsPending(JobView seen) {
    return seen.error() == null ? 0 : 1;
  }

  @Nullable String failure() {
    JobView seen = view;
    return failure != null ? failure : seen == null ? null : seen.error();
  }

  boolean isFailed() {
    return failure != null;
  }

  @Nullable JobView view() {
    return view;
  }

  /** Stores its state once more, if it has any. */
  void checkpoint() throws InterruptedException {
    JobID running = id;
    if (running != null && spec.kind() == JobKind.STATISTICS) {
      cluster.checkpoint(running);
    }
  }

  /** Ends it and waits until nothing of it writes any more. */
  void stop() throws InterruptedException {
    stopped = true;
    JobID running = id;
    if (running != null) {
      cluster.cancel(running);
    }
    engine.remove(spec.id());
  }
}
