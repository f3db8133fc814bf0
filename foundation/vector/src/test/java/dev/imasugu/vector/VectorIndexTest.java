package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to search, against brute force. */
@Randomized
class VectorIndexTest {
  private static final List<Metric> METRICS = List.of(Metric.values());

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 31, 32, 33, 64, 100, 128, 384, 1024})
  void search_scanning_isExact(int dimension, RandomGenerator random) {
    for (Metric metric : METRICS) {
      for (int count : new int[] {0, 1, 2, 17, 129, 500}) {
        try (var index = VectorIndex.create(VectorIndexOptions.exact(dimension, metric))) {
          Map<Integer, float[]> rows = fill(index, random, count, dimension);
          agree(index, rows, metric, random, 20);
        }
      }
    }
  }

  @Test
  void search_manyChanges_staysExact(RandomGenerator random) {
    int dimension = 8 + random.nextInt(60);
    for (Metric metric : METRICS) {
      for (var options :
          List.of(
              VectorIndexOptions.exact(dimension, metric),
              VectorIndexOptions.graph(dimension, metric))) {
        try (var index = VectorIndex.create(options)) {
          var rows = new TreeMap<Integer, float[]>();
          float[][] vectors = Vectors.random(random, 3000, dimension);
          for (float[] vector : vectors) {
            int row = random.nextInt(400) * (random.nextInt(50) == 0 ? 1000 : 1);
            if (random.nextInt(3) == 0) {
              assertThat(index.remove(row)).isEqualTo(rows.remove(row) != null);
            } else {
              index.put(row, vector);
              rows.put(row, vector);
            }
            assertThat(index.size()).isEqualTo(rows.size());
          }
          agree(index, rows, metric, random, 20);
        }
      }
    }
  }

  private static Map<Integer, float[]> fill(
      VectorIndex index, RandomGenerator random, int count, int dimension) {
    var rows = new TreeMap<Integer, float[]>();
    float[][] vectors = Vectors.random(random, count, dimension);
    for (int i = 0; i < count; i++) {
      int row = 3 * i + random.nextInt(3);
      index.put(row, vectors[i]);
      rows.put(row, vectors[i]);
    }
    return rows;
  }

  /** Searches with many filters and k; every answer must be what brute force finds. */
  private static void agree(
      VectorIndex index,
      Map<Integer, float[]> rows,
      Metric metric,
      RandomGenerator random,
      int searches) {
    int dimension = index.options().dimension();
    var queries = new ArrayList<float[]>();
    for (int i = 0; i < searches; i++) {
      float[] query = i == 0 ? new float[dimension] : Vectors.gaussian(random, dimension, 1);
      queries.add(query);
      var some = new BitSet();
      for (int row : rows.keySet()) {
        some.set(row, random.nextInt(4) == 0);
      }
      List<RowFilter> filters =
          List.of(
              RowFilter.all(),
              RowFilter.only(some),
              RowFilter.only(new BitSet()),
              RowFilter.except(some),
              RowFilter.where(row -> row % 3 == 0));
      RowFilter filter = filters.get(i % filters.size());
      int k = 1 + random.nextInt(rows.size() + 10);
      for (SearchPlan plan : List.of(new SearchPlan.ScanAll(), new SearchPlan.ScanAllowed())) {
        ScoredRows found = index.search(query, k, filter, plan);
        check(found, Vectors.best(rows, metric, query, k, filter), rows, metric, query, filter);
      }
    }
    int k = 1 + random.nextInt(rows.size() + 10);
    ScoredRows[] all = index.searchAll(queries.toArray(float[][]::new), k);
    for (int i = 0; i < all.length; i++) {
      float[] query = queries.get(i);
      double[] truth = Vectors.best(rows, metric, query, k, RowFilter.all());
      check(all[i], truth, rows, metric, query, RowFilter.all());
    }
  }

  private static void check(
      ScoredRows found,
      double[] truth,
      Map<Integer, float[]> rows,
      Metric metric,
      float[] query,
      RowFilter filter) {
    assertThat(found.size()).isEqualTo(truth.length);
    assertThat(found.rows()).doesNotHaveDuplicates();
    double tolerance = 1e-5 * Vectors.largestScore(rows.values(), metric, query);
    for (int i = 0; i < truth.length; i++) {
      float[] vector = rows.get(found.row(i));
      assertThat(vector).isNotNull();
      assertThat(filter.allows(found.row(i))).isTrue();
      assertThat((double) found.score(i)).isCloseTo(truth[i], within(tolerance));
      assertThat((double) found.score(i))
          .isCloseTo(Vectors.score(metric, query, vector), within(tolerance));
      if (i > 0 && found.score(i) == found.score(i - 1)) {
        assertThat(found.row(i)).as("ties by row").isGreaterThan(found.row(i - 1));
      }
    }
  }

  @Test
  void search_badInput_saysNameValueAndExpectation() {
    try (var index = VectorIndex.create(VectorIndexOptions.exact(8, Metric.COSINE))) {
      var fine = new float[8];
      assertThatThrownBy(() -> index.search(fine, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("k: 0 (expected: >= 1)");
      assertThatThrownBy(() -> index.search(new float[9], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("query.length: 9 (expected: 8, the dimension of the index)");
      var nan = new float[] {0, 0, Float.NaN, 0, 0, 0, 0, 0};
      assertThatThrownBy(() -> index.search(nan, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("query[2]: NaN (expected: a finite number)");
      var infinite = new float[] {0, 0, 0, 0, 0, 0, 0, Float.NEGATIVE_INFINITY};
      assertThatThrownBy(() -> index.put(1, infinite))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("vector[7]: -Infinity (expected: a finite number)");
      assertThatThrownBy(() -> index.put(-1, fine))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("row: -1 (expected: >= 0)");
      var huge = new float[] {3e38f, 0, 0, 0, 0, 0, 0, 0};
      assertThatThrownBy(() -> index.put(1, huge))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("norm of vector");
      assertThat(index.size()).isZero();
    }
    assertThatThrownBy(() -> VectorIndexOptions.exact(7, Metric.COSINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension: 7 (expected: in [8, 1024])");
  }

  @Test
  void search_manyEqualRows_keepsTheFirst() {
    try (var index = VectorIndex.create(VectorIndexOptions.exact(8, Metric.INNER_PRODUCT))) {
      var vector = new float[] {1, 2, 3, 4, 5, 6, 7, 8};
      for (int row = 20_000; row > 0; row--) {
        index.put(row, vector);
      }
      ScoredRows found = index.search(vector, 5);
      assertThat(found.rows()).containsExactly(1, 2, 3, 4, 5);
      assertThat(found.score(0)).isEqualTo(204f);
    }
  }

  @Test
  void search_rowPutMeanwhile_takesNobodysPlace() {
    try (var index = VectorIndex.create(VectorIndexOptions.exact(8, Metric.INNER_PRODUCT))) {
      for (int row = 0; row < 3; row++) {
        index.put(row, new float[] {1 + row, 0, 0, 0, 0, 0, 0, 0});
      }
      var rows =
          new BitSet() {
            @Override
            public long[] toLongArray() {
              index.put(3, new float[] {9, 0, 0, 0, 0, 0, 0, 0});
              return super.toLongArray();
            }
          };
      rows.set(0, 4);
      ScoredRows found =
          index.search(
              new float[] {1, 0, 0, 0, 0, 0, 0, 0},
              10,
              RowFilter.only(rows),
              new SearchPlan.ScanAllowed());
      assertThat(found.rows()).contains(0, 1, 2);
    }
  }

  @Test
  void putAll_rowTwice_keepsTheLast() {
    for (var options :
        List.of(
            VectorIndexOptions.exact(8, Metric.INNER_PRODUCT),
            VectorIndexOptions.graph(8, Metric.INNER_PRODUCT))) {
      try (var index = VectorIndex.create(options)) {
        index.put(5, new float[] {9, 9, 9, 9, 9, 9, 9, 9});
        float[] vectors = new float[24];
        vectors[0] = 1;
        vectors[8] = 2;
        vectors[16] = 3;
        index.putAll(new int[] {5, 6, 5}, vectors, 2);
        ScoredRows found = index.search(new float[] {1, 0, 0, 0, 0, 0, 0, 0}, 10);
        assertThat(found.rows()).containsExactly(5, 6);
        assertThat(found.score(0)).isEqualTo(3f);
        assertThatThrownBy(() -> index.putAll(new int[] {1}, new float[9], 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("vectors.length: 9 (expected: 8, rows.length * dimension)");
      }
    }
  }

  @Test
  void use_afterClose_isRefused() {
    var index = VectorIndex.create(VectorIndexOptions.exact(8, Metric.COSINE));
    index.put(1, Vectors.gaussian(1, 8));
    index.close();
    index.close();
    assertThatThrownBy(() -> index.search(new float[8], 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("index: closed (expected: open)");
    assertThatThrownBy(() -> index.put(2, new float[8])).isInstanceOf(IllegalStateException.class);
  }
}
