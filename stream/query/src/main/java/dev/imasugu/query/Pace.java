package dev.imasugu.query;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a job reads, and what a record costs, over the last ten seconds. For many threads. */
final class Pace {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int KEPT = 11;

  private record Sample(long nanos, long records, long cpuNanos) {}

  private final String job;
  private final JobState state;
  private final Deque<Sample> samples = new ArrayDeque<>();

  Pace(String job, JobState state) {
    this.job = job;
    this.state = state;
  }

  /** Takes a sample, unless there was one a moment ago. */
  synchronized void sample() {
    long now = System.nanoTime();
    if (!samples.isEmpty() && now - samples.getLast().nanos < EVERY_NANOS) {
      return;
    }
    samples.add(new Sample(now, state.reading().records(), cpuNanos()));
    if (samples.size() > KEPT) {
      samples.remove();
    }
  }

  /** Records a second. */
  synchronized double rate() {
    if (samples.size() < 2) {
      return 0;
    }
    double seconds = (samples.getLast().nanos - samples.getFirst().nanos) / 1e9;
    return Math.max(0, samples.getLast().records - samples.getFirst().records) / seconds;
  }

  /** CPU time of all its threads for each record, in microseconds; 0 while it reads none. */
  synchronized double cpuMicrosPerRecord() {
    if (samples.size() < 2) {
      return 0;
    }
    long records = samples.getLast().records - samples.getFirst().records;
    double micros = (samples.getLast().cpuNanos - samples.getFirst().cpuNanos) / 1e3;
    return records <= 0 ? 0 : Math.max(0, micros) / records;
  }

  /** Its tasks run on threads that have their names, see {@link Labels}. */
  private long cpuNanos() {
    long nanos = 0;
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null
          && (thread.getThreadName().contains(job + "/")
              || thread.getThreadName().contains(job + ": "))) {
        nanos += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return nanos;
  }
}
