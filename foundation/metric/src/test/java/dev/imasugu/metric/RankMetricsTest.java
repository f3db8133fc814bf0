package dev.imasugu.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RankMetricsTest {
  @Test
  void averagePrecision_textbookExample_isReproduced() {
    // Manning, Raghavan & Schütze 2008, exercise 8.8: R N R N N N N N R R of 4 relevant.
    double[] ranks = {1, 3, 9, 10};
    assertThat(RankMetrics.averagePrecision(ranks, 10))
        .isCloseTo((1 + 2.0 / 3 + 3.0 / 9 + 4.0 / 10) / 4, within(1e-12));
    assertThat(RankMetrics.recall(ranks, 3)).isEqualTo(0.5);
    assertThat(RankMetrics.precision(ranks, 5)).isEqualTo(0.4);
    assertThat(RankMetrics.reciprocalRank(ranks, 10)).isEqualTo(1);
  }

  @Test
  void ndcg_workedExample_isReproduced() {
    // One relevant item at rank 3: 1 / log2(4). Two at 1 and 3: (1 + 0.5) / (1 + 1 / log2(3)).
    assertThat(RankMetrics.ndcg(new double[] {3}, 10)).isCloseTo(0.5, within(1e-12));
    assertThat(RankMetrics.ndcg(new double[] {1, 3}, 10)).isCloseTo(0.919720789, within(1e-9));
    assertThat(RankMetrics.ndcg(new double[] {11}, 10)).isZero();
  }

  @Test
  void metrics_threeUsersOfRecommenders_haveItsValues() {
    // recommenders-team/recommenders, tests/unit/recommenders/evaluation: users 1 to 3 have 3, 5
    // and
    // 10 relevant items, found at these places of their lists; expected values from its tests.
    double[][] users = {places(3, 1), places(5, 3), places(10, 2, 4, 7, 8, 9, 10)};
    double precision = 0;
    double recall = 0;
    double ndcg = 0;
    double map = 0;
    for (double[] ranks : users) {
      precision += RankMetrics.precision(ranks, 10) / users.length;
      recall += RankMetrics.recall(ranks, 10) / users.length;
      ndcg += RankMetrics.ndcg(ranks, 10) / users.length;
      map += RankMetrics.averagePrecision(ranks, 10) / users.length;
    }
    assertThat(precision).isCloseTo(0.26666, within(1e-5));
    assertThat(recall).isCloseTo(0.37777, within(1e-5));
    assertThat(ndcg).isCloseTo(0.38172, within(1e-5));
    assertThat(map).isCloseTo(0.23613, within(1e-5));
  }

  /** Ranks of the relevant items, those not in the list last. */
  private static double[] places(int relevant, double... found) {
    double[] ranks = Arrays.copyOf(found, relevant);
    Arrays.fill(ranks, found.length, relevant, Double.POSITIVE_INFINITY);
    return ranks;
  }

  @Test
  void metrics_badRanks_areRefused() {
    assertThatThrownBy(() -> RankMetrics.hit(new double[0], 10))
        .hasMessage("ranks.length: 0 (expected: >= 1)");
    assertThatThrownBy(() -> RankMetrics.hit(new double[] {1}, 0))
        .hasMessage("k: 0 (expected: >= 1)");
    assertThatThrownBy(() -> RankMetrics.ndcg(new double[] {2, 1}, 5))
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> Rank.of(new float[] {1, Float.NaN}, 2, 0))
        .hasMessage("scores: 1 of 2 are NaN (expected: none)");
  }

  @Test
  @Randomized
  void metrics_ofAnyList_agreeWithTheDefinition(RandomGenerator random) {
    for (int round = 0; round < 200; round++) {
      int items = 1 + random.nextInt(30);
      float[] scores = new float[items];
      for (int i = 0; i < items; i++) {
        scores[i] = i + random.nextFloat() / 2;
      }
      shuffle(scores, random);
      List<Integer> sorted = new ArrayList<>();
      for (int i = 0; i < items; i++) {
        sorted.add(i);
      }
      sorted.sort((a, b) -> Float.compare(scores[b], scores[a]));
      int relevant = 1 + random.nextInt(items);
      int k = 1 + random.nextInt(items + 5);
      double[] ranks = new double[relevant];
      for (int i = 0; i < relevant; i++) {
        ranks[i] = Rank.of(scores, items, i).place();
      }
      Arrays.sort(ranks);
      double dcg = 0;
      double ideal = 0;
      double precisions = 0;
      int hits = 0;
      double first = 0;
      for (int place = 1; place <= k; place++) {
        if (place <= relevant) {
          ideal += 1 / (Math.log(place + 1) / Math.log(2));
        }
        if (place <= items && sorted.get(place - 1) < relevant) {
          hits++;
          dcg += 1 / (Math.log(place + 1) / Math.log(2));
          precisions += (double) hits / place;
          first = first == 0 ? 1.0 / place : first;
        }
      }
      assertThat(RankMetrics.ndcg(ranks, k)).isCloseTo(dcg / ideal, within(1e-9));
      assertThat(RankMetrics.recall(ranks, k)).isCloseTo((double) hits / relevant, within(1e-9));
      assertThat(RankMetrics.precision(ranks, k)).isCloseTo((double) hits / k, within(1e-9));
      assertThat(RankMetrics.hit(ranks, k)).isEqualTo(hits > 0 ? 1 : 0);
      assertThat(RankMetrics.reciprocalRank(ranks, k)).isCloseTo(first, within(1e-9));
      assertThat(RankMetrics.averagePrecision(ranks, k))
          .isCloseTo(precisions / Math.min(k, relevant), within(1e-9));
    }
  }

  @Test
  void rank_ofTies_isTheirAveragePlace() {
    assertThat(Rank.of(new float[] {1, 3, 1, 1, 0}, 5, 2)).isEqualTo(new Rank(3, 2));
    float out = Float.NEGATIVE_INFINITY;
    assertThat(Rank.of(new float[] {out, 3, out}, 3, 0).place()).isInfinite();
  }

  @Test
  void listStatistics_workedExamples_areReproduced() {
    assertThat(ListStatistics.coverage(new long[] {0, 3, 1, 0})).isEqualTo(0.5);
    // recommenders-team/recommenders, test_python_evaluation.py, test_catalog_coverage
    assertThat(ListStatistics.coverage(new long[] {1, 2, 1, 0, 2})).isEqualTo(0.8);
    assertThat(ListStatistics.gini(new long[] {5, 5, 5, 5})).isZero();
    assertThat(ListStatistics.gini(new long[] {0, 0, 0, 8})).isCloseTo(0.75, within(1e-12));
    assertThat(ListStatistics.novelty(new long[] {1, 1}, new int[] {4, 1}, 4)).isEqualTo(1);
    assertThat(ListStatistics.gini(new long[3])).isZero();
  }

  private static void shuffle(float[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
