package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import dev.imasugu.log.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How far a job has read the log, for its status and for retention. Safe for many threads. */
final class Reading {
  private static final long UNKNOWN = -1;

  private final int partitions;
  private final Map<Topic, AtomicLongArray> positions = new EnumMap<>(Topic.class);
  private final Map<Topic, AtomicLongArray> kept = new EnumMap<>(Topic.class);
  private final Set<Topic> expected = ConcurrentHashMap.newKeySet();
  private final AtomicLongArray receivedAt;
  private final AtomicLong records = new AtomicLong();

  Reading(int partitions) {
    this.partitions = partitions;
    receivedAt = unknown();
    for (Topic topic : Topic.values()) {
      positions.put(topic, unknown());
      kept.put(topic, unknown());
    }
  }

  private AtomicLongArray unknown() {
    var values = new long[partitions];
    Arrays.fill(values, UNKNOWN);
    return new AtomicLongArray(values);
  }

  /** Says that the job reads a topic; called for all of them before any is read. */
  void expect(Topic topic) {
    expected.add(topic);
  }

  /** Whether readers have looked at every topic of the job. */
  boolean begun() {
    return !expected.isEmpty()
        && expected.stream().allMatch(topic -> anyKnown(of(positions, topic)));
  }

  private boolean anyKnown(AtomicLongArray values) {
    for (int i = 0; i < partitions; i++) {
      if (values.get(i) != UNKNOWN) {
        return true;
      }
    }
    return false;
  }

  void reached(Topic topic, int partition, long position) {
    of(positions, topic).set(partition, position);
  }

  /** Notes when the newest event that was read had come in. */
  void received(int partition, long millis) {
    receivedAt.set(partition, millis);
  }

  void count(long read) {
    records.addAndGet(read);
  }

  /** Records read since the job began, those read again after a restart included. */
  long records() {
    return records.get();
  }

  /** Notes that a restart would go on from here, or from later. */
  void kept(Topic topic, int partition, long position) {
    of(kept, topic).set(partition, position);
  }

  /** By partition, the first event that a restart may need; 0 while that is not known. */
  List<Long> keptEvents() {
    AtomicLongArray events = of(kept, Topic.EVENTS);
    var needed = new ArrayList<Long>(partitions);
    boolean reads = anyKnown(of(positions, Topic.EVENTS)) || !begun();
    for (int i = 0; i < partitions; i++) {
      needed.add(reads ? Math.max(0, events.get(i)) : Long.MAX_VALUE);
    }
    return needed;
  }

  /** Records not read yet, of the partitions that the job reads. */
  long lag(EventLog log) {
    long lag = 0;
    for (Topic topic : Topic.values()) {
      for (int i = 0; i < partitions; i++) {
        long position = of(positions, topic).get(i);
        if (position != UNKNOWN) {
          lag += Math.max(0, log.end(topic, i) - position);
        }
      }
    }
    return lag;
  }

  /** Records read of those there are, from 0 to 1. */
  double share(EventLog log) {
    double all = 0;
    double read = 0;
    for (Topic topic : Topic.values()) {
      for (int i = 0; i < partitions; i++) {
        long position = of(positions, topic).get(i);
        if (position != UNKNOWN) {
          long begin = log.begin(topic, i);
          all += log.end(topic, i) - begin;
          read += Math.max(0, position - begin);
        }
      }
    }
    return all == 0 ? 1 : Math.min(1, read / all);
  }

  /** How long ago the oldest of the newest events read came in, while there are others to read. */
  double lagSeconds(EventLog log, long nowMillis) {
    long oldest = Long.MAX_VALUE;
    for (int i = 0; i < partitions; i++) {
      long position = of(positions, Topic.EVENTS).get(i);
      if (position != UNKNOWN && log.end(Topic.EVENTS, i) > position) {
        oldest = Math.min(oldest, receivedAt.get(i) == UNKNOWN ? nowMillis : receivedAt.get(i));
      }
    }
    return oldest == Long.MAX_VALUE ? 0 : Math.max(0, nowMillis - oldest) / 1e3;
  }

  private static AtomicLongArray of(Map<Topic, AtomicLongArray> all, Topic topic) {
    AtomicLongArray found = all.get(topic);
    if (found == null) {
      throw new IllegalStateException("no topic " + topic);
    }
    return found;
  }
}
