package dev.imasugu.benchmark.vectors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Recall against queries per CPU-second of one engine, from narrow to wide beams. */
record Frontier(String engine, int k, List<Point> points) {
  /** One beam width. */
  record Point(int beamWidth, double recall, double queriesPerSecond) {}

  Frontier {
    points = points.stream().sorted(Comparator.comparingDouble(Point::recall)).toList();
  }

  /** Queries a second at a recall, interpolated in log(1 - recall); NaN when it was not reached. */
  double at(double recall) {
    var better = new ArrayList<>(points);
    better.removeIf(point -> point.recall() < recall);
    var worse = new ArrayList<>(points);
    worse.removeIf(point -> point.recall() >= recall);
    if (better.isEmpty()) {
      return Double.NaN;
    }
    Point above = better.getFirst();
    if (worse.isEmpty()) {
      return above.queriesPerSecond();
    }
    Point below = worse.getLast();
    double low = Math.log(1 - below.recall() + 1e-9);
    double high = Math.log(1 - above.recall() + 1e-9);
    double share = (low - Math.log(1 - recall)) / (low - high);
    double costBelow = 1 / below.queriesPerSecond();
    double costAbove = 1 / above.queriesPerSecond();
    return 1 / (costBelow + share * (costAbove - costBelow));
  }
}
