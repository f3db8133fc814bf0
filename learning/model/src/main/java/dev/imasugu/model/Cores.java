package dev.imasugu.model;

import java.util.stream.IntStream;

/** Divides work among the processor's cores. */
public final class Cores {
  private Cores() {}

  /** Work on a stretch of numbers. */
  public interface Stretch {
    /** Works on {@code from} to {@code to}, exclusive; called by several threads at once. */
    void run(int from, int to);
  }

  /**
   * Runs work over 0 to {@code count}, exclusive, in stretches of a given length, and returns when
   * all is done. Which thread runs what is not defined: a result must not depend on it.
   */
  public static void each(int count, int length, Stretch work) {
    IntStream.range(0, (count + length - 1) / length)
        .parallel()
        .forEach(i -> work.run(i * length, Math.min(count, (i + 1) * length)));
  }
}
