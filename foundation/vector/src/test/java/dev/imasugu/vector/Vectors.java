package dev.imasugu.vector;

import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Vectors for tests, and what a search over them must find. */
final class Vectors {
  private Vectors() {}

  /** Clustered vectors, now and then a zero one, a copy of the one before, or a long one. */
  static float[][] random(RandomGenerator random, int count, int dimension) {
    var centres = new float[Math.max(1, count / 50)][];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = gaussian(random, dimension, 1);
    }
    var vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(40);
      if (kind == 0) {
        vectors[i] = new float[dimension];
      } else if (kind == 1 && i > 0) {
        vectors[i] = vectors[i - 1].clone();
      } else {
        float[] centre = centres[random.nextInt(centres.length)];
        vectors[i] = gaussian(random, dimension, 0.7f);
        float length = kind == 2 ? 10 : 1;
        for (int d = 0; d < dimension; d++) {
          vectors[i][d] = length * (vectors[i][d] + centre[d]);
        }
      }
    }
    return vectors;
  }

  static float[] gaussian(RandomGenerator random, int dimension, float deviation) {
    var vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) (random.nextGaussian() * deviation);
    }
    return vector;
  }

  static float[] gaussian(int seed, int dimension) {
    return gaussian(new Random(seed), dimension, 1);
  }

  /** The score by its definition, in doubles. */
  static double score(Metric metric, float[] query, float[] vector) {
    double dot = 0;
    double queryNorm = 0;
    double vectorNorm = 0;
    for (int d = 0; d < query.length; d++) {
      dot += (double) query[d] * vector[d];
      queryNorm += (double) query[d] * query[d];
      vectorNorm += (double) vector[d] * vector[d];
    }
    return switch (metric) {
      case INNER_PRODUCT -> dot;
      case COSINE ->
          queryNorm == 0 || vectorNorm == 0 ? 0 : dot / Math.sqrt(queryNorm * vectorNorm);
    };
  }

  /** What no score of these vectors can exceed, at least 1. */
  static double largestScore(Collection<float[]> vectors, Metric metric, float[] query) {
    double largest = 0;
    for (float[] vector : vectors) {
      largest = Math.max(largest, score(Metric.INNER_PRODUCT, vector, vector));
    }
    return switch (metric) {
      case COSINE -> 1;
      case INNER_PRODUCT ->
          Math.max(1, Math.sqrt(largest * score(Metric.INNER_PRODUCT, query, query)));
    };
  }

  /** Scores of the k best allowed rows, best first. */
  static double[] best(
      Map<Integer, float[]> rows, Metric metric, float[] query, int k, RowFilter filter) {
    return rows.entrySet().stream()
        .filter(entry -> filter.allows(entry.getKey()))
        .mapToDouble(entry -> -score(metric, query, entry.getValue()))
        .sorted()
        .limit(k)
        .map(negated -> -negated)
        .toArray();
  }

  /** What part of the true scores an answer reaches, ties counted as found. */
  static double recall(ScoredRows found, double[] truth) {
    if (truth.length == 0) {
      return 1;
    }
    double worst = truth[truth.length - 1];
    double tolerance = 1e-5 * Math.max(1, Math.abs(truth[0]));
    int hits = 0;
    for (int i = 0; i < found.size(); i++) {
      if (found.score(i) >= worst - tolerance) {
        hits++;
      }
    }
    return hits / (double) truth.length;
  }
}
