package dev.imasugu.evaluate;

import dev.imasugu.metric.ListStatistics;
import dev.imasugu.metric.Rank;
import dev.imasugu.metric.RankMetrics;
import dev.imasugu.model.Cores;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.TopItems;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A model's answers to all questions of a task, measured. */
final class Outcome {
  private static final int MOST_DIVERSITY_QUERIES = 2_000;

  private final Task task;
  private final int[] ks;
  final double[][] ranks;

  /** The ranks if every tie went to the target. */
  private final double[][] wonRanks;

  final int[][] lists;
  private final boolean[] tied;

  private Outcome(Task task, int[] ks) {
    this.task = task;
    this.ks = ks;
    int queries = task.queries().size();
    this.ranks = new double[queries][];
    this.wonRanks = new double[queries][];
    this.lists = new int[queries][];
    this.tied = new boolean[queries];
  }

  /**
   * Asks everything, on all cores.
   *
   * @param ks lengths of lists, the first the main one; longer than the catalogue counts as it
   * @throws IllegalStateException if the model scores something NaN
   */
  static Outcome of(Model model, Task task, int[] ks, LongConsumer progress) {
    int items = task.fit().items();
    if (model.items() != items) {
      throw new IllegalStateException(
          "model.items: %d (expected: %d, those of the data)".formatted(model.items(), items));
    }
    var outcome = new Outcome(task, ks);
    int longest = Arrays.stream(ks).max().orElseThrow();
    var done = new AtomicLong();
    Cores.each(
        task.queries().size(),
        32,
        (from, to) -> {
          float[] scores = new float[items];
          float[] few = new float[items];
          for (int q = from; q < to; q++) {
            outcome.ask(model, q, scores, few, longest);
          }
          synchronized (progress) {
            progress.accept(done.addAndGet(to - from));
          }
        });
    return outcome;
  }

  private void ask(Model model, int q, float[] scores, float[] few, int longest) {
    Query query = task.queries().get(q);
    int items = model.items();
    model.score(query.history, scores);
    if (task.removeSeen()) {
      for (int place = 0; place < query.history.size(); place++) {
        scores[query.history.item(place)] = Float.NEGATIVE_INFINITY;
      }
    }
    double[] places = new double[query.targets.length];
    double[] won = new double[query.targets.length];
    int[] among = query.candidates;
    if (among != null) {
      for (int i = 0; i < among.length; i++) {
        few[i] = scores[among[i]];
      }
    }
    for (int t = 0; t < places.length; t++) {
      Rank rank;
      if (among == null) {
        rank = Rank.of(scores, items, query.targets[t]);
      } else {
        int target = query.targets[t];
        int at = 0;
        while (among[at] != target) {
          at++;
        }
        rank = Rank.of(few, among.length, at);
      }
      places[t] = rank.place();
      won[t] = rank.place() - rank.tied() / 2.0;
      tied[q] |= rank.tied() > 0;
    }
    Arrays.sort(places);
    Arrays.sort(won);
    ranks[q] = places;
    wonRanks[q] = won;
    int[] best =
        TopItems.of(among == null ? scores : few, among == null ? items : among.length, longest);
    if (among != null) {
      for (int i = 0; i < best.length; i++) {
        best[i] = among[best[i]];
      }
    }
    lists[q] = best;
  }

  /** Returns {@code recall10} and so on, each the mean over the questions. */
  Map<String, Double> metrics() {
    var metrics = new LinkedHashMap<String, Double>();
    for (int k : ks) {
      metrics.put("hr" + k, mean(values(Measure.HIT, k)));
      metrics.put("recall" + k, mean(values(Measure.RECALL, k)));
      metrics.put("ndcg" + k, mean(values(Measure.NDCG, k)));
      metrics.put("recall" + k + "TiesWon", mean(values(wonRanks, Measure.RECALL, k)));
      metrics.put("ndcg" + k + "TiesWon", mean(values(wonRanks, Measure.NDCG, k)));
      metrics.put("mrr" + k + "HitsTiesWon", mean(firstOfTie(k)));
      metrics.put("map" + k, mean(values(Measure.MAP, k)));
      metrics.put("mrr" + k, mean(values(Measure.MRR, k)));
      long[] shown = shown(k);
      metrics.put("coverage" + k, ListStatistics.coverage(shown));
      metrics.put("gini" + k, ListStatistics.gini(shown));
      metrics.put("novelty" + k, ListStatistics.novelty(shown, users(), task.fit().users()));
      metrics.put("diversity" + k, diversity(task.fit().distinct(), lists, k));
    }
    int ties = 0;
    for (boolean tie : tied) {
      ties += tie ? 1 : 0;
    }
    metrics.put("tieRate", (double) ties / tied.length);
    return metrics;
  }

  /** What is measured of one question. */
  enum Measure {
    HIT,
    RECALL,
    NDCG,
    MAP,
    MRR;

    double of(double[] ranks, int k) {
      return switch (this) {
        case HIT -> RankMetrics.hit(ranks, k);
        case RECALL -> RankMetrics.recall(ranks, k);
        case NDCG -> RankMetrics.ndcg(ranks, k);
        case MAP -> RankMetrics.averagePrecision(ranks, k);
        case MRR -> RankMetrics.reciprocalRank(ranks, k);
      };
    }
  }

  /** One value a question. */
  float[] values(Measure measure, int k) {
    return values(ranks, measure, k);
  }

  /** 1 / the first place of the tie, where the average place is a hit. */
  private float[] firstOfTie(int k) {
    float[] values = new float[ranks.length];
    for (int q = 0; q < values.length; q++) {
      values[q] = ranks[q][0] <= k ? (float) (1 / wonRanks[q][0]) : 0;
    }
    return values;
  }

  private static float[] values(double[][] ranks, Measure measure, int k) {
    float[] values = new float[ranks.length];
    for (int q = 0; q < values.length; q++) {
      values[q] = (float) measure.of(ranks[q], k);
    }
    return values;
  }

  private long[] shown(int k) {
    long[] shown = new long[task.fit().items()];
    for (int[] list : lists) {
      for (int i = 0; i < Math.min(k, list.length); i++) {
        shown[list[i]]++;
      }
    }
    return shown;
  }

  private int[] users() {
    return task.fit().distinct().itemCounts();
  }

  /**
   * Mean of 1 - cosine over the pairs of a list (Ziegler et al. 2005), over at most 2,000 lists
   * evenly apart; 0 for lists of one item.
   *
   * @param data who has which item, each at most once
   */
  static double diversity(Interactions data, int[][] lists, int k) {
    var index = data.byItem();
    int stride = Math.max(1, lists.length / MOST_DIVERSITY_QUERIES);
    double sum = 0;
    long pairs = 0;
    for (int q = 0; q < lists.length; q += stride) {
      int size = Math.min(k, lists[q].length);
      for (int a = 0; a < size; a++) {
        for (int b = a + 1; b < size; b++) {
          int i = lists[q][a];
          int j = lists[q][b];
          int both = 0;
          int p = index.start(i);
          int r = index.start(j);
          while (p < index.start(i + 1) && r < index.start(j + 1)) {
            int difference = index.user(p) - index.user(r);
            both += difference == 0 ? 1 : 0;
            p += difference <= 0 ? 1 : 0;
            r += difference >= 0 ? 1 : 0;
          }
          double norm =
              Math.sqrt(
                  (double) (index.start(i + 1) - index.start(i))
                      * (index.start(j + 1) - index.start(j)));
          sum += norm == 0 ? 1 : 1 - both / norm;
          pairs++;
        }
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
