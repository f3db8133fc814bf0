package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import dev.imasugu.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One thread, the conductor, starts jobs, looks after them and swaps versions; what others ask for is
 * written into the deployment, and the conductor brings the jobs in line with it.
 */

/**
 * The queries of a project, running on a Flink inside this process. Safe for many threads.
 *
 * <p>What goes wrong in the engine shows in {@link #status}; nothing of it reaches a caller.
 */
public final class ContinuousQueries implements AutoCloseable {
  /**
   * What a statistics query has read is in its table after so long, unless lists are behind: a
   * mini-batch, then {@value StatisticsWriter#MILLIS} ms, and some room.
   */
  public static final Duration FLUSH = Duration.ofMillis(Planner.FLUSHED_MILLIS);

  private static final Logger LOG = LoggerFactory.getLogger(ContinuousQueries.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Restarts in which one query is to blame before it is taken out of its job. */
  private static final int RESTARTS = 4;

  private final Deployments deployments;
  private final QuerySettings settings;
  private final Engine engine;
  private final Cluster cluster;
  private final Planner planner;
  private final Rollout rollout;
  private final Map<String, RunningJob> jobs = new ConcurrentHashMap<>();

  /** Why versions were taken out of their jobs. */
  private final Map<QueryVersion, String> errors = new ConcurrentHashMap<>();

  private final Thread conductor;
  private volatile boolean closing;

  private ContinuousQueries(
      Deployments deployments,
      Store store,
      QuerySettings settings,
      InstantSource clock,
      PoisonListener poison,
      SwapListener swaps) {
    this.deployments = deployments;
    deployments.keep();
    this.settings = settings;
    EventLog log = deployments.log();
    engine = new Engine(log, store, deployments.eventTypes(), clock, poison);
    engine.live(deployments.now().live());
    planner = new Planner(engine.name(), settings, log.partitions(), deployments.functions());
    cluster = new Cluster(settings, planner.parallelism());
    rollout = new Rollout(deployments, engine, settings, planner, jobs, this::start, swaps);
    conductor = Thread.ofPlatform().name("queries").daemon().start(this::conduct);
  }

  /**
   * Starts what is live and goes on with what is being built; returns at once, the engine comes up
   * behind.
   *
   * @param deployments over a log that must stay open until {@link #close} has returned
   * @param store likewise
   */
  public static ContinuousQueries start(
      Deployments deployments,
      Store store,
      QuerySettings settings,
      InstantSource clock,
      PoisonListener poison,
      SwapListener swaps) {
    return new ContinuousQueries(deployments, store, settings, clock, poison, swaps);
  }

  private void conduct() {
    try {
      while (!closing) {
        for (JobSpec spec : deployments.now().live()) {
          if (!jobs.containsKey(spec.id()) && !closing) {
            start(spec);
          }
        }
        jobs.values().forEach(RunningJob::look);
        takeOutTroublemakers();
        rollout.step();
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closing) {
        LOG.error("queries are not looked after any more", e);
      }
    }
  }

  /** Starts a job without what was taken out of it. */
  private RunningJob start(JobSpec spec) {
    JobSpec sound = spec.only(version -> !version.broken());
    var job = new RunningJob(sound, engine, cluster, settings);
    jobs.put(spec.id(), job);
    if (!sound.queries().isEmpty()) {
      job.start(planner);
    }
    return job;
  }

  /** A query that does not let its job run is taken out of it; the others go on where they were. */
  private void takeOutTroublemakers() throws InterruptedException {
    for (RunningJob job : List.copyOf(jobs.values())) {
      Optional<QueryState> troublemaker = job.troublemaker(RESTARTS);
      troublemaker.ifPresent(query -> query.breakDown(String.valueOf(job.failure())));
      for (QueryState query : job.state().queries()) {
        if (query.isBroken() && !query.version().broken()) {
          String cause = String.valueOf(query.error());
          if (errors.put(query.version(), cause) == null) {
            LOG.error(
                "query taken out of its job query={} version={} job={} cause={}",
                query.version().name(),
                query.version().number(),
                job.spec().id(),
                cause);
            deployments.takenOut(job.spec().id(), query.version().name());
          }
        }
      }
      if (troublemaker.isPresent()) {
        job.stop();
        deployments.now().all().stream()
            .filter(spec -> spec.id().equals(job.spec().id()))
            .findFirst()
            .ifPresent(this::start);
      }
    }
  }

  /**
   * Begins to make a plan live: what has changed is built beside what is live, and takes its place
   * when it has caught up; the rest is not touched. What an earlier call began and this plan does
   * not want is given up. What the planner refuses shows in {@link #rolloutFailure}.
   *
   * @param swaps hears when it goes live
   */
  public Changes apply(QueryPlan wanted, boolean prune, SwapListener swaps) {
    rollout.begin(swaps); // before, for a swap that needs no build follows at once
    Changes changes = deployments.toward(wanted, prune);
    rollout.begin(swaps);
    return changes;
  }

  /** By partition, the first event that some query may still need. */
  public List<Long> neededEvents() {
    EventLog log = engine.log();
    var needed = new ArrayList<Long>();
    for (int i = 0; i < log.partitions(); i++) {
      needed.add(Long.MAX_VALUE);
    }
    for (JobSpec spec : deployments.now().all()) {
      RunningJob job = jobs.get(spec.id());
      for (int i = 0; i < needed.size(); i++) {
        long position =
            switch (spec.kind()) {
              case PROFILE -> engine.store().features().progress(spec.progressKey(), i);
              case STATISTICS -> job == null ? 0 : job.state().reading().keptEvents().get(i);
            };
        needed.set(i, Math.min(needed.get(i), position));
      }
    }
    return needed;
  }

  /**
   * How long who makes lists should rest, in nanoseconds: while profiles are behind their events,
   * lists that are made now have to be made again.
   *
   * @param worked nanoseconds since the last rest
   */
  public long restOfLists(long worked) {
    return closing ? 0 : engine.restOfLists(worked);
  }

  /** How every version of every query is doing, in the order of their names. */
  public List<QueryStatus> status() {
    var all = new ArrayList<QueryStatus>();
    Deployment now = deployments.now();
    for (JobSpec spec : now.live()) {
      spec.queries().forEach(version -> all.add(status(spec, version, true)));
    }
    for (JobSpec spec : now.building()) {
      spec.queries().forEach(version -> all.add(status(spec, version, false)));
    }
    all.sort(
        (one, other) -> {
          int byName = one.name().compareTo(other.name());
          return byName != 0 ? byName : Integer.compare(one.version(), other.version());
        });
    return all;
  }

  private QueryStatus status(JobSpec spec, QueryVersion version, boolean live) {
    RunningJob job = jobs.get(spec.id());
    QueryState query = job == null ? null : job.state().find(version.name());
    JobView view = job == null ? null : job.view();
    Reading reading = job == null ? null : job.state().reading();
    boolean broken = version.broken() || (query != null && query.isBroken());
    QueryStatus.State state =
        broken
            ? QueryStatus.State.FAILED
            : job == null ? QueryStatus.State.STARTING : job.stateNow(live);
    String error = live ? null : rollout.failure();
    if (error != null) {
      state = QueryStatus.State.FAILED;
    } else if (broken) {
      error = brokenBy(version);
    } else if (query != null && query.error() != null) {
      error = query.error();
    } else {
      error = job == null ? null : job.failure();
    }
    long lag = reading == null || closing ? 0 : reading.lag(engine.log());
    double rate = job == null ? 0 : job.pace().rate();
    double built = live ? 1 : reading == null || closing ? 0 : reading.share(engine.log());
    return new QueryStatus(
        version.name(),
        version.number(),
        live,
        switch (spec.kind()) {
          case PROFILE -> QueryStatus.Kind.PROFILE;
          case STATISTICS -> QueryStatus.Kind.STATISTICS;
        },
        spec.id(),
        state,
        lag,
        reading == null || closing ? 0 : reading.lagSeconds(engine.log(), engine.clock().millis()),
        view == null ? 0 : view.restarts(),
        job == null ? 0 : job.state().late(),
        query == null ? 0 : query.quarantined(),
        view == null || view.checkpointAt() == 0 ? null : Instant.ofEpochMilli(view.checkpointAt()),
        view == null ? 0 : view.checkpointBytes(),
        rate,
        job == null ? 0 : job.pace().cpuMicrosPerRecord(),
        built,
        live || rate == 0 ? null : Duration.ofMillis((long) (1000 * lag / rate)),
        error);
  }

  private @Nullable String brokenBy(QueryVersion version) {
    return errors.entrySet().stream()
        .filter(each -> each.getKey().name().equals(version.name()))
        .filter(each -> each.getKey().number() == version.number())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  /** What keeps the versions in building from going live, in plain words, or null. */
  public @Nullable String rolloutFailure() {
    return rollout.failure();
  }

  /**
   * Stops the queries: statistics jobs after a last checkpoint, if that takes moments only.
   * Progress of the profile job needs no goodbye. Waits for the engine to be gone.
   */
  @Override
  public void close() {
    closing = true;
    cluster.closing();
    try {
      if (!conductor.join(PATIENCE)) {
        LOG.warn("queries did not come up before they were closed");
        conductor.interrupt();
      }
      for (RunningJob job : jobs.values()) {
        job.checkpoint();
      }
      for (RunningJob job : jobs.values()) {
        job.stop();
      }
      cluster.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      engine.close();
    }
  }
}
