package dev.imasugu.query;

import java.util.concurrent.TimeUnit;

/*
 * Intake and queries share the cores. When events come in several times faster than a query reads
 * them, its results are late whatever it does; what it can still do is to leave the cores to those who
 * accept events, which are many times cheaper. It reads at full pace again as soon as the log grows
 * slower, and for a moment every ten seconds to learn its pace: a pace that was measured cold would
 * keep it resting for ever.
 */

/** Tells a reader when to rest in favour of intake. For one thread. */
final class Flood {
  /** Records: with fewer to read nobody rests. */
  static final long BACKLOG = 20_000;

  /** How many times faster than it is read the log must grow. */
  static final int FASTER = 2;

  /** How long to rest for each moment of work, at most {@link #LONGEST}. */
  static final int REST = 4;

  static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(10);

  private boolean begun;
  private long windowBegan;
  private long endThen;
  private long positionThen;
  private double pace;
  private boolean flooded;
  private long floodBegan;

  /**
   * Says how long to rest after a turn of reading.
   *
   * @param now of {@link System#nanoTime}
   * @param worked nanoseconds that the turn took
   * @param end of the log, in records
   * @param position in the log, likewise
   * @return nanoseconds, 0 for not at all
   */
  long rest(long now, long worked, long end, long position) {
    if (!begun) {
      begun = true;
      begin(now, end, position);
    }
    long took = now - windowBegan;
    if (took >= WINDOW) {
      double growth = (double) (end - endThen) / took;
      if (!flooded) {
        pace = (double) (position - positionThen) / took;
      }
      boolean was = flooded && now - floodBegan < LOOK_AGAIN;
      flooded = (was || !flooded) && growth > FASTER * pace && end - position > BACKLOG;
      if (flooded && !was) {
        floodBegan = now;
      }
      begin(now, end, position);
    }
    return flooded ? Math.min(REST * worked, LONGEST) : 0;
  }

  private void begin(long now, long end, long position) {
    windowBegan = now;
    endThen = end;
    positionThen = position;
  }
}
