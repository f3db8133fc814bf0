package dev.imasugu.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.evaluate.Rival.DecayedPopularity;
import dev.imasugu.evaluate.Rival.LastItemTransition;
import dev.imasugu.evaluate.Rival.WindowPopularity;
import dev.imasugu.testing.Randomized;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RivalTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private record Touched(int item, long at) {}

  @Randomized
  void first_afterAnyChanges_isSorted(RandomGenerator random) {
    var board = new Leaderboard();
    double[] weights = new double[40];
    for (int i = 0; i < 500; i++) {
      int item = random.nextInt(weights.length);
      weights[item] = random.nextInt(6);
      board.set(item, weights[item]);
    }
    int[] expected =
        IntStream.range(0, weights.length)
            .boxed()
            .filter(item -> weights[item] > 0 && item % 3 != 0)
            .sorted(
                Comparator.comparingDouble((Integer item) -> -weights[item])
                    .thenComparing(Comparator.naturalOrder()))
            .limit(8)
            .mapToInt(item -> item)
            .toArray();
    assertThat(board.first(8, item -> item % 3 != 0)).containsExactly(expected);
  }

  @Randomized
  void decayedAndWindow_agreeWithSumsOverAllThatHappened(RandomGenerator random) {
    var decayed = new DecayedPopularity(Duration.ofHours(1));
    var window = new WindowPopularity(Duration.ofHours(20));
    var touched = new ArrayList<Touched>();
    long now = 0;
    for (int i = 0; i < 400; i++) {
      now += random.nextLong(HOUR * 5);
      var next = new Touched(random.nextInt(12), now);
      touched.add(next);
      decayed.learn(-1, next.item, now);
      window.learn(-1, next.item, now);
    }
    long end = now;
    double[] sums = new double[12];
    double[] counts = new double[12];
    for (Touched each : touched) {
      sums[each.item] += Math.pow(0.5, (double) (end - each.at) / HOUR);
      counts[each.item] += each.at > end - 20 * HOUR ? 1 : 0;
    }
    assertThat(decayed.list(-1, end, 5, _ -> true)).containsExactly(best(sums, 5));
    assertThat(window.list(-1, end, 12, _ -> true)).containsExactly(best(counts, 12));
  }

  private static int[] best(double[] weights, int most) {
    return IntStream.range(0, weights.length)
        .boxed()
        .filter(item -> weights[item] > 0)
        .sorted(
            Comparator.comparingDouble((Integer item) -> -weights[item])
                .thenComparing(Comparator.naturalOrder()))
        .limit(most)
        .mapToInt(item -> item)
        .toArray();
  }

  @Test
  void transition_knownItem_putsItsFollowersFirst() {
    var rival = new LastItemTransition();
    for (int follower : List.of(5, 6, 6, 7, 7, 7)) {
      rival.learn(1, follower, 0);
    }
    rival.learn(-1, 9, 0);
    assertThat(rival.list(1, 0, 4, item -> item != 6)).containsExactly(7, 5, 9);
    assertThat(rival.list(3, 0, 2, _ -> true)).containsExactly(7, 6);
  }

  @Test
  void ranks_ofAnswers_areReadBackSortedWithMissingOnesAtTheEnd() {
    var answers = new Answers(2);
    answers.add(Answers.Kind.REPEAT, 3, 1_000, 7, -1, new byte[][] {{2, 5, 0}, {0, 0, 0}});
    answers.add(Answers.Kind.NEW, 4, 2_000, 1, 50, new byte[][] {{1}, {20}});
    assertThat(answers.ranks(0, 0)).containsExactly(2, 5, Double.POSITIVE_INFINITY);
    assertThat(answers.ranks(1, 1)).containsExactly(20);
    assertThat(answers.kind(0)).isEqualTo(Answers.Kind.REPEAT);
    assertThat(answers.user(1)).isEqualTo(4);
    assertThat(Answers.Metric.RECALL.of(answers.ranks(0, 0), 10)).isEqualTo(2.0 / 3);
  }
}
