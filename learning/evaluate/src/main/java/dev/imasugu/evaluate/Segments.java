package dev.imasugu.evaluate;

import dev.imasugu.evaluate.Outcome.Measure;
import dev.imasugu.evaluate.RunRecord.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** Quality by kind of question: how long the history is, and how popular the item they went for. */
final class Segments {
  private Segments() {}

  static List<Segment> of(Task task, Outcome outcome, int k) {
    int[] counts = task.fit().itemCounts();
    var segments = new ArrayList<Segment>();
    segments.addAll(group("history", task, outcome, k, q -> task.queries().get(q).history.size()));
    segments.addAll(
        group("popularity", task, outcome, k, q -> counts[task.queries().get(q).targets[0]]));
    return segments;
  }

  /** Groups by powers of two; zero is a group of its own: new users, new items. */
  private static List<Segment> group(
      String of, Task task, Outcome outcome, int k, IntUnaryOperator size) {
    Map<Integer, double[]> sums = new TreeMap<>();
    for (int q = 0; q < task.queries().size(); q++) {
      int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size.applyAsInt(q));
      double[] sum = sums.computeIfAbsent(bits, _ -> new double[3]);
      sum[0]++;
      sum[1] += Measure.RECALL.of(outcome.ranks[q], k);
      sum[2] += Measure.NDCG.of(outcome.ranks[q], k);
    }
    return sums.entrySet().stream()
        .map(
            entry -> {
              int from = entry.getKey() == 0 ? 0 : 1 << (entry.getKey() - 1);
              int to = entry.getKey() == 0 ? 0 : 2 * from - 1;
              double[] sum = entry.getValue();
              return new Segment(of, from, to, (int) sum[0], sum[1] / sum[0], sum[2] / sum[0]);
            })
        .toList();
  }
}
