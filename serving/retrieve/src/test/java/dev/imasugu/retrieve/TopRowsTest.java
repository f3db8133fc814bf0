package dev.imasugu.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.testing.Randomized;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

@Randomized
class TopRowsTest {
  @RepeatedTest(200)
  void drain_anyOffers_equalsSorting(RandomGenerator random) {
    int rows = random.nextInt(0, 60);
    int limit = random.nextInt(1, 40);
    double[] scores = random.doubles(rows).map(score -> Math.round(score * 8)).toArray();
    var top = new TopRows(limit, row -> "item" + (row * 7 % 61));
    IntStream.range(0, rows).forEach(row -> top.offer(row, scores[row]));
    List<Integer> expected =
        IntStream.range(0, rows)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer row) -> -scores[row])
                    .thenComparing(row -> "item" + (row * 7 % 61)))
            .limit(limit)
            .toList();
    assertThat(top.drain()).containsExactly(expected.stream().mapToInt(i -> i).toArray());
  }
}
