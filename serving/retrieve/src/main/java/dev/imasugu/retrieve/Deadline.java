package dev.imasugu.retrieve;

import java.time.Duration;
import java.util.function.LongSupplier;

/** An instant of a nanosecond clock by which something must be done. */
final class Deadline {
  private final LongSupplier nanoTime;
  private final long end;

  Deadline(LongSupplier nanoTime, Duration after) {
    this.nanoTime = nanoTime;
    this.end = nanoTime.getAsLong() + after.toNanos();
  }

  boolean passed() {
    return nanoTime.getAsLong() - end > 0;
  }
}
