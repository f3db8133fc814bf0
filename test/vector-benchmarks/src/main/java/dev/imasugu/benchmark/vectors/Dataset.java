package dev.imasugu.benchmark.vectors;

import com.github.luben.zstd.ZstdInputStream;
import dev.imasugu.vector.Metric;
import dev.imasugu.vector.ScoredRows;
import dev.imasugu.vector.VectorIndex;
import dev.imasugu.vector.VectorIndexOptions;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;

/** Base vectors, queries, and the true score of the 10th and 100th best row of each query. */
final class Dataset {
  static final int DEEPEST = 100;
  static final double TIE = 1e-6;

  private final String name;
  private final int dimension;
  private final float[][] base;
  private final float[][] queries;

  /** Scores of each query's best rows, best first. */
  private final float[][] truth;

  private Dataset(String name, int dimension, float[][] base, float[][] queries) {
    this.name = name;
    this.dimension = dimension;
    this.base = base;
    this.queries = queries;
    this.truth = truth(base, queries, dimension);
  }

  String name() {
    return name;
  }

  int dimension() {
    return dimension;
  }

  float[][] base() {
    return base;
  }

  float[][] queries() {
    return queries;
  }

  /**
   * Reads {@code base} and {@code query} of a folder: {@code .f32} (row-major, little endian) or
   * {@code .i8.zst} (signed bytes), each brought to unit length.
   */
  static Dataset read(Path folder, int dimension, int grow, long seed, int maxQueries)
      throws IOException {
    float[][] base = vectors(folder, "base", dimension);
    float[][] queries = vectors(folder, "query", dimension);
    if (queries.length > maxQueries) {
      queries = Arrays.copyOf(queries, maxQueries);
    }
    if (grow > 0) {
      base = grown(base, grow, seed);
    }
    String name = folder.getFileName() + (grow > 0 ? " grown to " + grow : "");
    return new Dataset(name, dimension, base, queries);
  }

  static int guessDimension(Path folder) {
    return Files.exists(folder.resolve("base.i8.zst")) ? 128 : 384;
  }

  static float[][] vectors(Path folder, String name, int dimension) throws IOException {
    Path floats = folder.resolve(name + ".f32");
    boolean hasFloats = Files.exists(floats);
    Path bytes = folder.resolve(name + ".i8.zst");
    var vectors = new ArrayList<float[]>();
    int width = hasFloats ? 4 * dimension : dimension;
    try (InputStream in =
        hasFloats
            ? new BufferedInputStream(Files.newInputStream(floats), 1 << 20)
            : new ZstdInputStream(Files.newInputStream(bytes))) {
      for (byte[] row = in.readNBytes(width); row.length == width; row = in.readNBytes(width)) {
        var vector = new float[dimension];
        if (hasFloats) {
          ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        } else {
          for (int d = 0; d < dimension; d++) {
            vector[d] = row[d];
          }
        }
        vectors.add(unit(vector));
      }
    }
    return vectors.toArray(float[][]::new);
  }

  static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares > 0) {
      double factor = 1 / Math.sqrt(squares);
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) (vector[d] * factor);
      }
    }
    return vector;
  }

  private static float[][] grown(float[][] base, int count, long seed) {
    var vectors = new GrownVectors(base, count, seed);
    float[][] grown = Arrays.copyOf(base, count);
    for (int i = base.length; i < count; i++) {
      grown[i] = vectors.vector(i);
    }
    return grown;
  }

  private static float[][] truth(float[][] base, float[][] queries, int dimension) {
    try (var index =
        VectorIndex.create(VectorIndexOptions.exact(dimension, Metric.INNER_PRODUCT))) {
      for (int row = 0; row < base.length; row++) {
        index.put(row, base[row]);
      }
      ScoredRows[] found = index.searchAll(queries, DEEPEST);
      var scores = new float[queries.length][];
      for (int i = 0; i < queries.length; i++) {
        scores[i] = new float[found[i].size()];
        for (int rank = 0; rank < scores[i].length; rank++) {
          scores[i][rank] = found[i].score(rank);
        }
      }
      return scores;
    }
  }

  /** What part of the k best a result reaches; equal scores count, whatever their rows. */
  double recall(int query, int[] rows, int k) {
    float[] scores = truth[query];
    int most = Math.min(k, scores.length);
    int hits = 0;
    for (int i = 0; i < Math.min(rows.length, k); i++) {
      if (dot(queries[query], base[rows[i]]) >= scores[most - 1] - TIE) {
        hits++;
      }
    }
    return hits / (double) most;
  }

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }
}
