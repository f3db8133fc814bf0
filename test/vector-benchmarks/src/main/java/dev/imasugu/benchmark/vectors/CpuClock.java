package dev.imasugu.benchmark.vectors;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Processor time, which other work on the machine disturbs less than wall time. */
final class CpuClock {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private CpuClock() {}

  /** Nanoseconds that this thread has run. */
  static long thread() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Nanoseconds that all threads have run, compiler and collector included. */
  static long process() {
    return PROCESS.getProcessCpuTime();
  }
}
