package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imasugu.testing.Randomized;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Randomized
class CellIndexTest {
  private static final CellIndex.Effort EVERYTHING = new CellIndex.Effort(10_000, 100_000);

  @TempDir Path folder;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(float[][] vectors) implements VectorSource {
    @Override
    public int count() {
      return vectors.length;
    }

    @Override
    public void read(int first, int count, float[] into) throws IOException {
      for (int i = 0; i < count; i++) {
        float[] vector = vectors[first + i];
        System.arraycopy(vector, 0, into, i * vector.length, vector.length);
      }
    }

    Map<Integer, float[]> map() {
      var map = new HashMap<Integer, float[]>();
      for (int row = 0; row < vectors.length; row++) {
        map.put(row, vectors[row]);
      }
      return map;
    }
  }

  private static CellIndexOptions options(int dimension, Metric metric) {
    return new CellIndexOptions(dimension, metric, 5, 32, 7);
  }

  private static CellIndex built(Path folder, CellIndexOptions options, VectorSource rows)
      throws IOException {
    CellIndex.build(folder, options, rows, _ -> {});
    return CellIndex.open(folder);
  }

  @Test
  void search_anyShape_findsTheBestOfBruteForce(RandomGenerator random) throws IOException {
    for (Metric metric : Metric.values()) {
      for (int dimension : new int[] {8, 33, 100, 130}) {
        var rows = new Rows(Vectors.random(random, 1000, dimension));
        Path place = folder.resolve(metric + "-" + dimension);
        try (CellIndex index = built(place, options(dimension, metric), rows)) {
          double recall = 0;
          for (int q = 0; q < 5; q++) {
            float[] query = Vectors.gaussian(random, dimension, 1);
            double[] truth = Vectors.best(rows.map(), metric, query, 20, RowFilter.all());
            ScoredRows found = index.search(query, 20, RowFilter.all(), EVERYTHING);
            double largest = Vectors.largestScore(rows.map().values(), metric, query);
            assertThat(found.size()).isEqualTo(20);
            for (int i = 0; i < 20; i++) {
              double score = Vectors.score(metric, query, rows.vectors()[found.row(i)]);
              assertThat((double) found.score(i)).isCloseTo(score, within(0.01 * largest));
              recall += score >= truth[19] - 1e-5 * largest ? 0.01 : 0;
            }
          }
          // All rows are reranked, so only the rounding to 8 bits can change their order.
          assertThat(recall).as("%s %d", metric, dimension).isGreaterThan(0.9);
        }
      }
    }
  }

  @Test
  void search_fewReranked_stillFindsMost(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 2000, 128));
    try (CellIndex index = built(folder, options(128, Metric.COSINE), rows)) {
      double recall = 0;
      for (int q = 0; q < 10; q++) {
        float[] query = rows.vectors()[random.nextInt(2000)].clone();
        query[random.nextInt(128)] += 0.5f;
        double[] truth = Vectors.best(rows.map(), Metric.COSINE, query, 10, RowFilter.all());
        for (int row :
            index.search(query, 10, RowFilter.all(), new CellIndex.Effort(60, 200)).rows()) {
          double score = Vectors.score(Metric.COSINE, query, rows.vectors()[row]);
          recall += score >= truth[9] - 1e-5 ? 0.01 : 0;
        }
      }
      assertThat(recall).isGreaterThan(0.8);
    }
  }

  @Test
  void scan_ofSigns_isUnbiasedAndAsWideAsItsSource(RandomGenerator random) throws IOException {
    int dimension = 128;
    var vectors = new float[3000][];
    Arrays.setAll(vectors, _ -> Vectors.gaussian(random, dimension, 1));
    var one = new CellIndexOptions(dimension, Metric.INNER_PRODUCT, 1, 65_536, 7);
    CellIndex.build(folder, one, new Rows(vectors), _ -> {});
    float[] query = Vectors.gaussian(random, dimension, 1);
    double norm = Math.sqrt(Vectors.score(Metric.INNER_PRODUCT, query, query));
    double mean = 0;
    double squares = 0;
    try (var arena = Arena.ofConfined()) {
      Region region = Region.open(CellIndexBuild.region(folder, 0), dimension, arena);
      var rotated = new float[dimension];
      Rotation.of(dimension, 7, DotKernels.wide()).rotate(query, 1, rotated);
      var bits = new BitCodes(dimension, DotKernels.wide());
      bits.query(rotated, region.centroid(0));
      float base = 0;
      for (int d = 0; d < dimension; d++) {
        base += rotated[d] * OffHeap.MEMORY.get(Slots.FLOAT, region.centroid(0) + 4L * d);
      }
      for (int from = 0; from < region.positions; from += Desk.BLOCK) {
        int some = Math.min(Desk.BLOCK, region.positions - from);
        int hits =
            bits.scan(
                region.signs(from), some, region.offset(from), region.factor(from), base, -1e9f);
        for (int i = 0; i < hits; i++) {
          float[] vector = vectors[region.row(from + bits.picked[i])];
          double error =
              (bits.scores[bits.picked[i]] - Vectors.score(Metric.INNER_PRODUCT, query, vector))
                  / norm
                  / Math.sqrt(Vectors.score(Metric.INNER_PRODUCT, vector, vector));
          mean += error / vectors.length;
          squares += error * error / vectors.length;
        }
      }
    }
    // sqrt(pi / 2 - 1) of the product of the lengths, shared among the dimensions.
    double expected = Math.sqrt((Math.PI / 2 - 1) / dimension);
    assertThat(Math.sqrt(squares)).isCloseTo(expected, within(0.15 * expected));
    assertThat(mean).isCloseTo(0, within(6 * expected / Math.sqrt(vectors.length)));
  }

  @Test
  void rotate_twoVectors_keepsTheirProduct(RandomGenerator random) {
    for (int dimension : new int[] {8, 100, 384}) {
      float[] a = Vectors.gaussian(random, dimension, 1);
      float[] b = Vectors.gaussian(random, dimension, 1);
      var both = Arrays.copyOf(a, 2 * dimension);
      System.arraycopy(b, 0, both, dimension, dimension);
      var rotated = new float[2 * dimension];
      Rotation.of(dimension, random.nextLong(), DotKernels.wide()).rotate(both, 2, rotated);
      assertThat(
              Vectors.score(
                  Metric.INNER_PRODUCT,
                  Arrays.copyOf(rotated, dimension),
                  Arrays.copyOfRange(rotated, dimension, 2 * dimension)))
          .isCloseTo(Vectors.score(Metric.INNER_PRODUCT, a, b), within(1e-3));
    }
  }

  @Test
  void search_portableAndSimd_areEqual(RandomGenerator random) throws IOException {
    assumeTrue(DotKernels.wide(), "no 512-bit vectors here");
    int dimension = 8 + random.nextInt(150);
    var rows = new Rows(Vectors.random(random, 1000, dimension));
    var effort = new CellIndex.Effort(7, 50);
    CellIndex.build(folder, options(dimension, Metric.COSINE), rows, _ -> {});
    try (CellIndex simd = CellIndex.open(folder);
        CellIndex portable = CellIndex.open(folder, false)) {
      for (int q = 0; q < 5; q++) {
        float[] query = Vectors.gaussian(random, dimension, 1);
        assertThat(portable.search(query, 20, RowFilter.all(), effort))
            .isEqualTo(simd.search(query, 20, RowFilter.all(), effort));
      }
    }
  }

  @Test
  void remove_anyRow_isFoundNoMoreEvenAfterReopening(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 700, 16));
    float[] query = Vectors.gaussian(random, 16, 1);
    var gone = new BitSet();
    try (CellIndex index = built(folder, options(16, Metric.COSINE), rows)) {
      for (int i = 0; i < 50; i++) {
        int best = index.search(query, 1, RowFilter.all(), EVERYTHING).row(0);
        assertThat(gone.get(best)).isFalse();
        gone.set(best);
        assertThat(index.remove(best)).isTrue();
        assertThat(index.remove(best)).isFalse();
      }
      assertThat(index.size()).isEqualTo(650);
    }
    try (CellIndex index = CellIndex.open(folder)) {
      assertThat(index.size()).isEqualTo(650);
      ScoredRows found = index.search(query, 1000, RowFilter.all(), EVERYTHING);
      assertThat(found.size()).isEqualTo(650);
      assertThat(found.rows()).doesNotContain(gone.stream().toArray());
    }
  }

  @Test
  void search_filtered_findsOnlyAllowed(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 700, 16));
    var seen = new BitSet();
    random.ints(300, 0, 700).forEach(seen::set);
    try (CellIndex index = built(folder, options(16, Metric.INNER_PRODUCT), rows)) {
      float[] query = Vectors.gaussian(random, 16, 1);
      int[] found = index.search(query, 1000, RowFilter.except(seen), EVERYTHING).rows();
      assertThat(found).hasSize(700 - seen.cardinality());
      assertThat(Arrays.stream(found).anyMatch(seen::get)).isFalse();
    }
  }

  @Test
  void build_fewerRowsThanRegions_works(RandomGenerator random) throws IOException {
    for (int count : new int[] {0, 1, 3}) {
      var rows = new Rows(Vectors.random(random, count, 8));
      Path place = folder.resolve("of-" + count);
      try (CellIndex index = built(place, options(8, Metric.COSINE), rows)) {
        assertThat(index.search(Vectors.gaussian(random, 8, 1), 10).size()).isEqualTo(count);
        index.verify();
      }
    }
  }

  @Test
  void build_stoppedAnywhere_goesOnToTheSameFiles(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 10_000, 8));
    CellIndexOptions options = options(8, Metric.COSINE);
    Path whole = folder.resolve("whole");
    Path pieces = folder.resolve("pieces");
    CellIndex.build(whole, options, rows, _ -> {});
    for (long budget = 1; !Files.exists(pieces.resolve(CellIndexBuild.INDEX)); budget += 4000) {
      var left = new AtomicLong(budget + random.nextInt(3000));
      try {
        CellIndex.build(
            pieces,
            options,
            rows,
            handled -> {
              if (left.addAndGet(-handled) < 0) {
                throw new IllegalStateException("stopped");
              }
            });
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("stopped");
      }
    }
    try (Stream<Path> files = Files.list(whole)) {
      for (Path file : files.toList()) {
        assertThat(pieces.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void build_otherOptionsOrVectors_isRefused(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 50, 8));
    CellIndex.build(folder, options(8, Metric.COSINE), rows, _ -> {});
    assertThatThrownBy(
            () -> CellIndex.build(folder, options(8, Metric.INNER_PRODUCT), rows, _ -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds 50 vectors");
    var nan = new Rows(new float[][] {new float[8], {1, 2, 3, Float.NaN, 5, 6, 7, 8}});
    assertThatThrownBy(
            () -> CellIndex.build(folder.resolve("nan"), options(8, Metric.COSINE), nan, _ -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN (expected: a finite number)");
  }

  @Test
  void search_badInput_isRefused(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 50, 8));
    CellIndex index = built(folder, options(8, Metric.COSINE), rows);
    assertThatThrownBy(() -> index.search(new float[7], 1)).hasMessageContaining("query.length: 7");
    assertThatThrownBy(() -> index.search(new float[8], 0)).hasMessageContaining("k: 0");
    assertThatThrownBy(() -> index.remove(50)).hasMessageContaining("row: 50");
    assertThat(index.search(new float[8], 5).size()).isEqualTo(5);
    index.close();
    assertThatThrownBy(() -> index.search(new float[8], 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void open_cutOrAltered_isRefused(RandomGenerator random) throws IOException {
    var rows = new Rows(Vectors.random(random, 500, 16));
    CellIndex.build(folder, options(16, Metric.COSINE), rows, _ -> {});
    Path region = CellIndexBuild.region(folder, 2);
    byte[] whole = Files.readAllBytes(region);
    for (int at : new int[] {0, 20, Region.PAGE + random.nextInt(500)}) {
      byte[] altered = whole.clone();
      altered[at] ^= 1;
      Files.write(region, altered);
      assertThatThrownBy(() -> CellIndex.open(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("region-0002 is refused");
    }
    Files.write(region, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> CellIndex.open(folder)).hasMessageContaining("length");
    byte[] altered = whole.clone();
    altered[whole.length - 1] ^= 1;
    Files.write(region, altered);
    try (CellIndex index = CellIndex.open(folder)) {
      assertThatThrownBy(index::verify).hasMessageContaining("records: wrong checksum");
    }
    Files.delete(folder.resolve(CellIndexBuild.INDEX));
    assertThatThrownBy(() -> CellIndex.open(folder)).hasMessageContaining("a complete build");
  }
}
