package dev.imasugu.query;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.EventLog;
import dev.imasugu.store.Store;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

  /**
   * Whether events have come in faster than the live profiles could follow. Until they have caught
   * up, whoever else wants the cores should hold back: what is made of old profiles is old.
   */
  boolean behind() {
    return jobs.values().stream()
            .filter(job -> job.spec().kind() == JobKind.PROFILE)
            .mapToLong(job -> job.reading().lag(log))
            .min()
            .orElse(0)
        > BACKLOG;
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
