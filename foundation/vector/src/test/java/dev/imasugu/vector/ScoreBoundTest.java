package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.testing.Randomized;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far scores from codes are from the true ones: never beyond one bound, rarely the other. */
@Randomized
class ScoreBoundTest {
  private static final int ROWS = 2_000;

  @ParameterizedTest
  @ValueSource(ints = {8, 64, 384})
  void slack_ofManyRows_holdsAsPromised(int dimension, RandomGenerator random) {
    var query = new CodedVector(dimension);
    var row = new CodedVector(dimension);
    float[] vector = Vectors.gaussian(random, dimension, 1);
    query.set(vector, 0, 0, false);
    var certain = new ScoreBound();
    certain.set(query);
    var likely = new ScoreBound();
    likely.setLikely(query, dimension);
    int unlikely = 0;
    for (float[] other : Vectors.random(random, ROWS, dimension)) {
      row.set(other, 0, 0, false);
      int dot = 0;
      for (int i = 0; i < dimension; i++) {
        dot += query.codes[i] * row.codes[i];
      }
      double score = Vectors.score(Metric.INNER_PRODUCT, vector, other);
      assertThat(score).isLessThanOrEqualTo(certain.upper(dot, row.scale, row.norm, row.error));
      assertThat(score).isGreaterThanOrEqualTo(certain.lower(dot, row.scale, row.norm, row.error));
      assertThat(likely.slack(row.norm, row.error))
          .isLessThanOrEqualTo(certain.slack(row.norm, row.error));
      double off = Math.abs(score - (double) dot * row.scale * query.scale);
      unlikely += off > likely.slack(row.norm, row.error) ? 1 : 0;
    }
    assertThat(unlikely).as("rows off by more than is likely").isLessThan(ROWS / 200);
  }
}
