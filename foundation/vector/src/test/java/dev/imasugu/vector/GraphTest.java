package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.testing.Randomized;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Randomized
class GraphTest {
  private static final int DIMENSION = 24;
  private static final int K = 50;
  private static final SearchPlan WALK = new SearchPlan.WalkGraph(2 * K);

  @ParameterizedTest
  @EnumSource(Metric.class)
  void search_afterPutsOrBulk_findsNearlyAll(Metric metric, RandomGenerator random) {
    float[][] vectors = Vectors.random(random, 3000, DIMENSION);
    var rows = new TreeMap<Integer, float[]>();
    var flat = new float[vectors.length * DIMENSION];
    var numbers = new int[vectors.length];
    try (var single = VectorIndex.create(VectorIndexOptions.graph(DIMENSION, metric));
        var bulk = VectorIndex.create(VectorIndexOptions.graph(DIMENSION, metric))) {
      for (int row = 0; row < vectors.length; row++) {
        single.put(row, vectors[row]);
        rows.put(row, vectors[row]);
        numbers[row] = row;
        System.arraycopy(vectors[row], 0, flat, row * DIMENSION, DIMENSION);
      }
      bulk.putAll(numbers, flat, 2);
      assertThat(recall(single, rows, metric, random)).isGreaterThan(0.95);
      assertThat(recall(bulk, rows, metric, random)).isGreaterThan(0.95);
    }
  }

  @Test
  void search_afterManyDeletesAndInserts_findsAsMuchAsAFreshBuild(RandomGenerator random) {
    var rows = new TreeMap<Integer, float[]>();
    float[][] vectors = Vectors.random(random, 6_000, DIMENSION);
    VectorIndexOptions options = VectorIndexOptions.graph(DIMENSION, Metric.COSINE);
    try (var index = VectorIndex.create(options);
        var fresh = VectorIndex.create(options)) {
      for (int i = 0; i < vectors.length; i++) {
        index.put(i, vectors[i]);
        rows.put(i, vectors[i]);
        if (i >= 1500) {
          int gone = rows.ceilingKey(random.nextInt(i));
          index.remove(gone);
          rows.remove(gone);
        }
      }
      rows.forEach(fresh::put);
      double kept = recall(index, rows, Metric.COSINE, random);
      assertThat(kept).isGreaterThan(0.97 * recall(fresh, rows, Metric.COSINE, random));
      // Slots are reused: 6,000 writes need little more than 1,500 of them.
      assertThat(index.bytesBesideFloats()).isLessThan(4 * fresh.bytesBesideFloats());
    }
  }

  @Test
  void put_inAGraph_isFoundByTheNextSearch(RandomGenerator random) {
    try (var index = VectorIndex.create(VectorIndexOptions.graph(DIMENSION, Metric.COSINE))) {
      int found = 0;
      for (int row = 0; row < 1500; row++) {
        float[] vector = Vectors.gaussian(random, DIMENSION, 1);
        index.put(row, vector);
        ScoredRows rows = index.search(vector, 1, RowFilter.all(), WALK);
        found += rows.size() == 1 && rows.row(0) == row ? 1 : 0;
      }
      assertThat(found).isGreaterThanOrEqualTo(1490);
    }
  }

  @Test
  void search_afterAllRemoved_isEmptyAndStartsAnew(RandomGenerator random) {
    try (var index = VectorIndex.create(VectorIndexOptions.graph(DIMENSION, Metric.COSINE))) {
      for (int round = 0; round < 3; round++) {
        float[] vector = Vectors.gaussian(random, DIMENSION, 1);
        for (int row = 0; row < 300; row++) {
          index.put(row, Vectors.gaussian(random, DIMENSION, 1));
        }
        assertThat(index.search(vector, 10, RowFilter.all(), WALK).size()).isEqualTo(10);
        for (int row = 0; row < 300; row++) {
          assertThat(index.remove(row)).isTrue();
        }
        assertThat(index.search(vector, 10, RowFilter.all(), WALK).size()).isZero();
      }
    }
  }

  @Test
  void search_filterThatMisleads_stillFindsAllThereIs(RandomGenerator random) {
    try (var index = VectorIndex.create(VectorIndexOptions.graph(DIMENSION, Metric.COSINE))) {
      for (int row = 0; row < 5000; row++) {
        float[] vector = Vectors.gaussian(random, DIMENSION, 0.1f);
        vector[0] += row < 4900 ? 1 : -1;
        index.put(row, vector);
      }
      // Few, and at the far end from the query.
      var near = new float[DIMENSION];
      near[0] = 1;
      RowFilter far = RowFilter.where(row -> row >= 4900);
      assertThat(index.search(near, 100, far).size()).isEqualTo(100);
    }
  }

  @Test
  void explain_bySizeAndFilter_choosesWhatIsCheap(RandomGenerator random) {
    try (var index = VectorIndex.create(VectorIndexOptions.graph(DIMENSION, Metric.COSINE))) {
      int count = 8_000;
      var numbers = new int[count];
      var flat = new float[count * DIMENSION];
      for (int row = 0; row < count; row++) {
        numbers[row] = row;
        System.arraycopy(
            Vectors.gaussian(random, DIMENSION, 1), 0, flat, row * DIMENSION, DIMENSION);
      }
      index.putAll(numbers, flat, 2);
      var few = new BitSet();
      few.set(100, 150);
      Explanation filtered = index.explain(10, RowFilter.only(few));
      assertThat(filtered.chosen()).isEqualTo(new SearchPlan.ScanAllowed());
      assertThat(filtered.allowedShare()).isEqualTo(50 / 8_000.0);
      assertThat(index.explain(count, RowFilter.all()).chosen())
          .isEqualTo(new SearchPlan.ScanAll());
      assertThat(filtered.toString()).startsWith("-> ScanAllowed[]: scores 50 rows");
    }
  }

  private static double recall(
      VectorIndex index, Map<Integer, float[]> rows, Metric metric, RandomGenerator random) {
    int queries = 60;
    double sum = 0;
    for (int i = 0; i < queries; i++) {
      float[] query = Vectors.gaussian(random, DIMENSION, 1);
      sum +=
          Vectors.recall(
              index.search(query, K, RowFilter.all(), WALK),
              Vectors.best(rows, metric, query, K, RowFilter.all()));
    }
    return sum / queries;
  }
}
