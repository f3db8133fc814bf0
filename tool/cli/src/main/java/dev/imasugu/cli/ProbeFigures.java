package dev.imasugu.cli;

import java.util.Arrays;
import java.util.Locale;

/** How long the newest clicks of a visitor took to be in their list. */
final class ProbeFigures {
  private static final int KEPT = 4_096;

  private final double[] millis = new double[KEPT];
  private long count;
  private String story = "";

  void add(double took, String before, String item, String after) {
    millis[(int) (count++ % KEPT)] = took;
    story =
        String.format(
            Locale.ROOT,
            "a visitor saw:         %s%nclicked:               %s%nand %.1f ms later saw: %s",
            before,
            item,
            took,
            after);
  }

  long count() {
    return count;
  }

  String line() {
    double[] sorted = Arrays.copyOf(millis, (int) Math.min(count, KEPT));
    Arrays.sort(sorted);
    return sorted.length == 0
        ? "not measured"
        : String.format(
            Locale.ROOT,
            "p50 %.1f ms, p99 %.1f ms",
            sorted[sorted.length / 2],
            sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)]);
  }

  /** What the newest click changed. */
  String story() {
    return story;
  }
}
