package dev.imasugu.model;

import java.util.concurrent.atomic.AtomicInteger;
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
   * all is done. They begin in order, each on the core that is free next, so stretches may differ
   * in cost. Which thread runs what is not defined: a result must not depend on it.
   */
  public static void each(int count, int length, Stretch work) {
    int stretches = (count + length - 1) / length;
    var next = new AtomicInteger();
    IntStream.range(0, Math.min(stretches, Runtime.getRuntime().availableProcessors()))
        .parallel()
        .forEach(
            _ -> {
              for (int i = next.getAndIncrement(); i < stretches; i = next.getAndIncrement()) {
                work.run(i * length, Math.min(count, (i + 1) * length));
              }
            });
  }
}
