package dev.imasugu.query;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.Topic;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Store;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the operators of running jobs share with the rest of the process: log, store, counters.
 *
 * <p>Flink serializes its operators even inside one process, so they carry an engine's name and
 * look it up where they open. Safe for many threads.
 */
final class Engine {
  private static final Map<String, Engine> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NAMES = new AtomicLong();

  private final String name = "engine-" + NAMES.incrementAndGet();
  private final EventLog log;
  private final Store store;
  private final String profileVersion;
  private final Map<String, FeatureTable> tables;
  private final EventTypes eventTypes;
  private final Map<Job, Start> starts;
  private final Map<Job, Progress> progress = new EnumMap<>(Job.class);
  private final AtomicLong unreadable = new AtomicLong();
  private volatile boolean bounded;

  Engine(EventLog log, Store store, QueryPlan plan) {
    this.log = log;
    this.store = store;
    profileVersion = plan.profileVersion();
    tables = Map.copyOf(plan.tablesByName());
    eventTypes = plan.eventTypes();
    starts = plan.starts();
    for (Job job : Job.values()) {
      progress.put(job, new Progress(log.partitions()));
    }
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

  String profileVersion() {
    return profileVersion;
  }

  EventTypes eventTypes() {
    return eventTypes;
  }

  FeatureTable table(String table) {
    FeatureTable found = tables.get(table);
    if (found == null) {
      throw new IllegalStateException("no table " + table);
    }
    return found;
  }

  Start start(Job job) {
    return starts.getOrDefault(job, Start.RETAINED);
  }

  Progress progress(Job job) {
    Progress found = progress.get(job);
    if (found == null) {
      throw new IllegalStateException("no job " + job);
    }
    return found;
  }

  /** Lets jobs finish where the log ends. */
  void endWithTheLog() {
    bounded = true;
  }

  boolean bounded() {
    return bounded;
  }

  /** Counts a record that could not be decoded; returns how many there were. */
  long countUnreadable() {
    return unreadable.incrementAndGet();
  }

  /** How far a job has read, for its status. */
  static final class Progress {
    private final Map<Topic, AtomicLongArray> positions = new EnumMap<>(Topic.class);
    private final Set<Topic> expected = ConcurrentHashMap.newKeySet();

    Progress(int partitions) {
      for (Topic topic : Topic.values()) {
        var unread = new long[partitions];
        Arrays.fill(unread, -1);
        positions.put(topic, new AtomicLongArray(unread));
      }
    }

    /** Says that the job reads a topic; called for all of them before any is read. */
    void expect(Topic topic) {
      expected.add(topic);
    }

    /** Whether readers have looked at every topic of the job. */
    boolean begun() {
      return !expected.isEmpty() && expected.stream().allMatch(topic -> anyRead(of(topic)));
    }

    private static boolean anyRead(AtomicLongArray positions) {
      for (int i = 0; i < positions.length(); i++) {
        if (positions.get(i) >= 0) {
          return true;
        }
      }
      return false;
    }

    void reached(Topic topic, int partition, long position) {
      of(topic).set(partition, position);
    }

    /** Records not read yet, of the partitions that the job reads. */
    long lag(EventLog log) {
      long lag = 0;
      for (Topic topic : Topic.values()) {
        for (int i = 0; i < log.partitions(); i++) {
          long position = of(topic).get(i);
          if (position >= 0) {
            lag += Math.max(0, log.end(topic, i) - position);
          }
        }
      }
      return lag;
    }

    private AtomicLongArray of(Topic topic) {
      AtomicLongArray found = positions.get(topic);
      if (found == null) {
        throw new IllegalStateException("no topic " + topic);
      }
      return found;
    }
  }
}
