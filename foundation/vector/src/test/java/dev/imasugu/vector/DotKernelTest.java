package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imasugu.testing.Randomized;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both kernels, whatever this machine would choose, must give the same answers bit for bit. */
@Randomized
class DotKernelTest {
  @ParameterizedTest
  @ValueSource(ints = {8, 33, 100, 128, 384})
  void search_portableAndSimd_areEqual(int dimension, RandomGenerator random) {
    assumeTrue(DotKernels.wide(), "no 512-bit vectors here");
    int padded = DotKernel.padded(dimension);
    for (Metric metric : Metric.values()) {
      VectorIndexOptions options = VectorIndexOptions.graph(dimension, metric);
      try (var simd = VectorIndex.create(options, DotKernels.simd(padded));
          var portable = VectorIndex.create(options, new PortableKernel(padded))) {
        var some = new BitSet();
        float[][] vectors = Vectors.random(random, 200, dimension);
        for (int row = 0; row < vectors.length; row++) {
          simd.put(row, vectors[row]);
          portable.put(row, vectors[row]);
          some.set(row, random.nextBoolean());
        }
        float[] query = Vectors.gaussian(random, dimension, 1);
        for (var plan :
            List.of(
                new SearchPlan.ScanAll(),
                new SearchPlan.ScanAllowed(),
                new SearchPlan.WalkGraph(60))) {
          for (RowFilter filter : List.of(RowFilter.all(), RowFilter.only(some))) {
            assertThat(portable.search(query, 50, filter, plan))
                .isEqualTo(simd.search(query, 50, filter, plan));
          }
        }
        float[][] queries = Vectors.random(random, 13, dimension);
        assertThat(portable.searchAll(queries, 20)).isEqualTo(simd.searchAll(queries, 20));
      }
    }
  }
}
