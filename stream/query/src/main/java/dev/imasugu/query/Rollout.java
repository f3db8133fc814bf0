package dev.imasugu.query;

import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.ProfileCommit;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Profile queries that were built come together with those that stay in a third job: it begins at the
 * smaller of the two progresses, which repeats some events, and a profile table does not mind. When
 * it has caught up it is what the swap makes live. Nobody waits meanwhile.
 *
 * Statistics stay in the job they were built in. A version that was replaced leaves its job by being
 * given no more rows, so that the others of this job go on untouched; its state goes when the job
 * starts the next time.
 */

/** Brings what is being built to the log's end and makes it live. Steps on one thread. */
final class Rollout {
  private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);

  /** Readers that began before a swap are done with the old tables after this. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Deployments deployments;
  private final Engine engine;
  private final QuerySettings settings;
  private final Planner planner;
  private final Map<String, RunningJob> jobs;
  private final Function<JobSpec, RunningJob> starter;
  private volatile SwapListener swaps;
  private volatile @Nullable String failure;
  private volatile boolean renewed;
  private @Nullable RunningJob merged;
  private long readySince;
  private long cleanAt = System.nanoTime();

  Rollout(
      Deployments deployments,
      Engine engine,
      QuerySettings settings,
      Planner planner,
      Map<String, RunningJob> jobs,
      Function<JobSpec, RunningJob> starter,
      SwapListener swaps) {
    this.deployments = deployments;
    this.engine = engine;
    this.settings = settings;
    this.planner = planner;
    this.jobs = jobs;
    this.starter = starter;
    this.swaps = swaps;
  }

  /** What is being built has changed, or is to be tried again; for any thread. */
  void begin(SwapListener listener) {
    swaps = listener;
    failure = null;
    renewed = true;
  }

  /** Why nothing goes on, in plain words, or null. */
  @Nullable String failure() {
    return failure;
  }

  /** Does what can be done now. */
  void step() throws InterruptedException {
    if (renewed) {
      renewed = false;
      readySince = 0;
      merged = null; // retire ends its job
    }
    Deployment now = deployments.now();
    retire(now);
    clean(now);
    boolean nothing = now.building().isEmpty() && now.leaving().isEmpty();
    if (nothing || failure != null || !isBuilt(now) || !isMerged(now)) {
      return;
    }
    swap(now);
  }

  private boolean isBuilt(Deployment now) {
    boolean ready = true;
    for (JobSpec spec : now.building()) {
      RunningJob job = jobs.get(spec.id());
      if (job == null) {
        try {
          spec.queries().forEach(version -> QueryCheck.of(version.query(), planner));
        } catch (QueryException e) {
          fail(String.valueOf(e.getMessage()));
          return false;
        }
        LOG.info("build start job={} queries={}", spec.id(), names(spec));
        job = starter.apply(spec);
      }
      for (QueryState query : job.state().queries()) {
        if (query.isBroken()) {
          fail(query.version().query().file().path() + ": " + query.error());
          return false;
        }
      }
      for (QueryVersion version : spec.queries()) {
        if (version.broken()) {
          fail(version.query().file().path() + ": " + job.failure());
          return false;
        }
      }
      if (job.isFailed()) {
        fail(String.valueOf(job.failure()));
        return false;
      }
      ready &= job.isCaughtUp();
    }
    if (!ready) {
      readySince = 0;
      return false;
    }
    if (readySince == 0) {
      readySince = System.nanoTime();
    }
    boolean statistics =
        now.building().stream().anyMatch(spec -> spec.kind() == JobKind.STATISTICS);
    return !statistics || System.nanoTime() - readySince > ContinuousQueries.FLUSH.toNanos();
  }

  private boolean isMerged(Deployment now) {
    Optional<JobSpec> spec = now.merged();
    if (spec.isEmpty()) {
      return true;
    }
    RunningJob job = merged;
    if (job == null || !job.spec().id().equals(spec.get().id())) {
      job = startMerged(now, spec.get());
    }
    if (job.isFailed()) {
      fail(String.valueOf(job.failure()));
      return false;
    }
    return job.isCaughtUp();
  }

  private RunningJob startMerged(Deployment now, JobSpec spec) {
    FeatureStore features = engine.store().features();
    keepOnly(now); // progress of a merge that came to nothing
    List<JobSpec> parts = now.all().stream().filter(job -> job.kind() == JobKind.PROFILE).toList();
    for (int partition = 0; partition < engine.log().partitions(); partition++) {
      int at = partition;
      long from =
          parts.stream()
              .mapToLong(part -> features.progress(part.progressKey(), at))
              .min()
              .orElse(0);
      if (from > 0) {
        features.commit(
            new ProfileCommit(spec.progressKey(), partition, 0, from, List.of(), List.of()));
      }
    }
    RunningJob job = starter.apply(spec);
    merged = job;
    return job;
  }

  private void swap(Deployment now) throws InterruptedException {
    Deployment next = now.swapped(now.merged());
    Runnable goLive;
    try {
      goLive = swaps.prepare(next.liveQueries());
    } catch (RuntimeException e) {
      fail(String.valueOf(e.getMessage()));
      return;
    }
    if (!deployments.swap(now, next)) {
      return; // something else has changed it: look again
    }
    engine.live(next.live());
    merged = null;
    readySince = 0;
    goLive.run();
    LOG.info(
        "swapped deployment={} live={} gone={}",
        next.number(),
        now.building().stream().flatMap(spec -> names(spec).stream()).toList(),
        now.leaving());
    retire(next);
  }

  /** Ends jobs that nothing of is wanted any more, and mutes queries that have left theirs. */
  private void retire(Deployment now) throws InterruptedException {
    Set<String> wanted = new HashSet<>();
    now.live().forEach(spec -> wanted.add(spec.id()));
    if (failure == null) {
      now.building().forEach(spec -> wanted.add(spec.id()));
    }
    RunningJob merging = merged;
    if (merging != null) {
      wanted.add(merging.spec().id());
    }
    for (JobSpec spec : now.live()) {
      RunningJob job = jobs.get(spec.id());
      if (job != null) {
        Set<String> kept = names(spec);
        for (QueryState query : job.state().queries()) {
          if (!kept.contains(query.version().name()) && !query.isMuted()) {
            query.mute();
            cleanLater();
          }
        }
      }
    }
    for (RunningJob job : List.copyOf(jobs.values())) {
      if (!wanted.contains(job.spec().id())) {
        job.stop();
        jobs.remove(job.spec().id());
        cleanLater();
      }
    }
  }

  private void cleanLater() {
    cleanAt = System.nanoTime() + GRACE.toNanos();
  }

  private void clean(Deployment now) {
    if (cleanAt != 0 && merged == null && System.nanoTime() - cleanAt > 0) {
      cleanAt = 0;
      keepOnly(now);
    }
  }

  /** Deletes rows, progress and checkpoints of what is neither live nor being built. */
  private void keepOnly(Deployment now) {
    engine
        .store()
        .features()
        .dropOthers(
            now.tables().stream().map(table -> table.id()).collect(Collectors.toSet()),
            now.progressKeys());
    Checkpoints.keepOnlyJobs(
        settings.checkpoints(), now.all().stream().map(JobSpec::id).collect(Collectors.toSet()));
  }

  private void fail(String cause) {
    failure = cause;
    LOG.error("apply failed, what was live stays live cause={}", cause);
  }

  private static Set<String> names(JobSpec spec) {
    return spec.queries().stream().map(QueryVersion::name).collect(Collectors.toSet());
  }
}
