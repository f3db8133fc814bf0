package dev.imasugu.query;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.EventLog;
import dev.imasugu.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the operators of running jobs share with the rest of the process: log, store, clock, and the
 * state of each job.
 *
 * <p>Flink serializes its operators even inside one process, so they carry an engine's name and
 * look it up where they open. Safe for many threads.
 */
final class Engine {
  private static final Map<String, Engine> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NAMES = new AtomicLong();

  /** About what the profiles of two cores take in within a second. */
  private static final long BACKLOG = 2_000;

  /** What the recompute of two cores makes lists for within a hundredth of a second. */
  private static final long WAITING = 50;

  /** Who makes room for others rests so many times as long as it has worked. */
  private static final int REST = 4;

  private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(400);

  /** In a flood, others than intake rest so many times as long as they have worked. */
  private static final int FLOOD_REST = 16;

  private static final long LONGEST_FLOOD_REST = TimeUnit.SECONDS.toNanos(2);

  private final String name = "engine-" + NAMES.incrementAndGet();
  private final EventLog log;
  private final Store store;
  private final EventTypes eventTypes;
  private final InstantSource clock;
  private final PoisonListener poison;
  private final Map<String, JobState> jobs = new ConcurrentHashMap<>();
  private final AtomicLong unreadable = new AtomicLong();
  private volatile boolean bounded;
  private volatile @Nullable StepLog steps;

  /** Jobs whose tables are read; null while nothing can be built beside them. */
  private volatile @Nullable List<JobSpec> live;

  Engine(
      EventLog log,
      Store store,
      EventTypes eventTypes,
      InstantSource clock,
      PoisonListener poison) {
    this.log = log;
    this.store = store;
    this.eventTypes = eventTypes;
    this.clock = clock;
    this.poison = poison;
    OPEN.put(name, this);
  }

  static Engine open(String name) {
    Engine engine = OPEN.get(name);
    if (engine == null) {
      throw new IllegalStateException("the queries were closed");
    }
    return engine;
  }

  void close() {
    OPEN.remove(name);
  }

  String name() {
    return name;
  }

  EventLog log() {
    return log;
  }

  Store store() {
    return store;
  }

  EventTypes eventTypes() {
    return eventTypes;
  }

  InstantSource clock() {
    return clock;
  }

  PoisonListener poison() {
    return poison;
  }

  /** Makes the state of a job that is about to run. */
  JobState add(JobSpec spec) {
    var state = new JobState(spec, log.partitions());
    jobs.put(spec.id(), state);
    return state;
  }

  void remove(String job) {
    jobs.remove(job);
  }

  JobState job(String id) {
    JobState found = jobs.get(id);
    if (found == null) {
      throw new IllegalStateException("job " + id + " was stopped");
    }
    return found;
  }

  /** Says which jobs make what is served; all others are being built from now on. */
  void live(List<JobSpec> those) {
    live = those;
  }

  /** Whether nobody reads what a job makes, not yet. */
  boolean isBuilding(JobSpec job) {
    List<JobSpec> those = live;
    return those != null && those.stream().noneMatch(each -> each.id().equals(job.id()));
  }

  /**
   * Whether a profile job is being built and the live one has had all events of a partition before
   * a position: it has marked whoever they are of, and lists are made of its tables.
   */
  boolean isKnownToLive(JobSpec job, int partition, long upTo) {
    List<JobSpec> those = live;
    return those != null
        && isBuilding(job)
        && Deployment.profile(those).stream()
            .anyMatch(each -> store.features().progress(each.progressKey(), partition) >= upTo);
  }

  /** Events that live profiles have read so far. */
  long liveRecords() {
    return jobs.values().stream()
        .filter(job -> job.spec().kind() == JobKind.PROFILE && !isBuilding(job.spec()))
        .mapToLong(job -> job.reading().records())
        .sum();
  }

  /** Events that the live profiles have not read. */
  private long lag() {
    return jobs.values().stream()
        .filter(job -> job.spec().kind() == JobKind.PROFILE)
        .mapToLong(job -> job.reading().lag(log))
        .min()
        .orElse(0);
  }

  /**
   * How long statistics rest in favour of lists, in nanoseconds: while more users wait for theirs
   * than a moment's worth, or profiles are behind, and longer when far behind; 0 else.
   *
   * @param worked nanoseconds since the last rest
   */
  long restOfStatistics(long worked) {
    if (bounded || steps != null) {
      return 0;
    }
    long lag = lag();
    if (lag > Flood.LEFT) {
      return floodRest(worked);
    }
    return lag > BACKLOG || store.dirty().size() > WAITING ? rest(worked) : 0;
  }

  /**
   * How long who makes lists rests in favour of profiles, in nanoseconds: while they are behind,
   * and longer when very far behind, for what is made of old profiles is old; 0 else.
   *
   * @param worked nanoseconds since the last rest
   */
  long restOfLists(long worked) {
    long lag = lag();
    if (lag > Flood.DEEP) {
      return floodRest(worked);
    }
    return lag > BACKLOG ? rest(worked) : 0;
  }

  /** How long to rest in a flood after some work, in nanoseconds. */
  static long floodRest(long worked) {
    return Math.min(FLOOD_REST * worked, LONGEST_FLOOD_REST);
  }

  /** How long to rest in favour of others after some work, in nanoseconds. */
  static long rest(long worked) {
    return Math.min(REST * worked, LONGEST_REST);
  }

  /** Lets jobs finish where the log ends. */
  void endWithTheLog() {
    bounded = true;
  }

  boolean bounded() {
    return bounded;
  }

  /** Lets jobs go on step by step, by the time of a log. */
  void step(StepLog by) {
    steps = by;
  }

  /** Whose steps the jobs follow, or null for the time of day. */
  @Nullable StepLog steps() {
    return steps;
  }

  /** Counts a record that could not be decoded; returns how many there were. */
  long countUnreadable() {
    return unreadable.incrementAndGet();
  }
}
