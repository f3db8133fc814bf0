package dev.imasugu.ingest;

import com.linecorp.armeria.common.HttpStatus;
import dev.imasugu.http.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Stops intake before the disk is full, so that what was accepted can still be worked on. Looks at
 * the disk once a second at most. Safe for many threads.
 */
public final class DiskSpace {
  private static final long LOOK_MILLIS = 1_000;

  private final LongSupplier usableBytes;
  private final long reserveBytes;
  private final InstantSource clock;
  private volatile long lookAt = Long.MIN_VALUE;
  private volatile long usable = Long.MAX_VALUE;

  /**
   * Makes a guard.
   *
   * @param usableBytes space that the disk has left
   * @param reserveBytes below this nothing is taken in
   */
  public DiskSpace(LongSupplier usableBytes, long reserveBytes, InstantSource clock) {
    this.usableBytes = usableBytes;
    this.reserveBytes = reserveBytes;
    this.clock = clock;
  }

  /** Bytes left at the last look; for metrics. */
  public long usable() {
    return usable;
  }

  /**
   * Returns when there is space.
   *
   * @throws Problem 507 when there is not
   */
  void check() {
    long now = clock.millis();
    if (now >= lookAt) {
      lookAt = now + LOOK_MILLIS;
      usable = usableBytes.getAsLong();
    }
    if (usable < reserveBytes) {
      throw new Problem(
          HttpStatus.INSUFFICIENT_STORAGE,
          "disk: %d bytes left (expected: at least %d); nothing of this request was appended"
              .formatted(usable, reserveBytes),
          Duration.ofSeconds(10));
    }
  }
}
