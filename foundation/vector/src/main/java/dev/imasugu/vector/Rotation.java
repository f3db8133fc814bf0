package dev.imasugu.vector;

import java.util.SplittableRandom;

/**
 * A random rotation: inner products stay as they are, and every vector looks like Gaussian noise.
 *
 * <p>Signs of components then carry the same information each, whatever the data (the condition of
 * the bound in Gao and Long 2024), and no component is so large that a code's scale is wasted on
 * it. For one thread.
 */
final class Rotation {
  private final Centroids axes;

  private Rotation(Centroids axes) {
    this.axes = axes;
  }

  static Rotation of(int dimension, long seed, boolean wide) {
    return of(dimension, orthogonal(dimension, seed), wide);
  }

  /**
   * Takes the matrix of another one.
   *
   * @param matrix from {@link #orthogonal}
   */
  static Rotation of(int dimension, float[] matrix, boolean wide) {
    return new Rotation(new Centroids(matrix, dimension, dimension, wide));
  }

  /** Rotates {@code count} row-major vectors. */
  void rotate(float[] vectors, int count, float[] rotated) {
    axes.products(vectors, count, rotated);
  }

  /** Gaussian rows made orthogonal one after the other (Gram and Schmidt, twice for rounding). */
  static float[] orthogonal(int dimension, long seed) {
    var random = new SplittableRandom(seed);
    var rows = new double[dimension][dimension];
    var flat = new float[dimension * dimension];
    for (int i = 0; i < dimension; i++) {
      for (int d = 0; d < dimension; d++) {
        rows[i][d] = random.nextGaussian();
      }
      for (int j = 0; j < 2 * i; j++) {
        double share = dot(rows[i], rows[j % i]);
        for (int d = 0; d < dimension; d++) {
          rows[i][d] -= share * rows[j % i][d];
        }
      }
      double norm = Math.sqrt(dot(rows[i], rows[i]));
      for (int d = 0; d < dimension; d++) {
        rows[i][d] /= norm;
        flat[i * dimension + d] = (float) rows[i][d];
      }
    }
    return flat;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
