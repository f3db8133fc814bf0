package dev.imasugu.train;

import dev.imasugu.vector.Floats;

/** Small positive definite matrices in doubles, row by row. */
final class Cholesky {
  private Cholesky() {}

  /**
   * Returns the inverse.
   *
   * @param matrix shape [n, n], overwritten
   * @throws IllegalArgumentException if it is not positive definite
   */
  static double[] inverse(double[] matrix, int n) {
    decompose(matrix, n);
    double[] inverse = new double[n * n];
    for (int column = 0; column < n; column++) {
      inverse[column * n + column] = 1;
    }
    // L Y = I, then L' X = Y, a row of right-hand sides at a time
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        Floats.add(inverse, i * n, -matrix[i * n + k], inverse, k * n, i + 1);
      }
      scale(inverse, i * n, 1 / matrix[i * n + i], i + 1);
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        Floats.add(inverse, i * n, -matrix[k * n + i], inverse, k * n, n);
      }
      scale(inverse, i * n, 1 / matrix[i * n + i], n);
    }
    return inverse;
  }

  private static void decompose(double[] a, int n) {
    for (int j = 0; j < n; j++) {
      double pivot = a[j * n + j];
      if (!(pivot > 0)) {
        throw new IllegalArgumentException(
            "matrix: pivot %s at row %d (expected: positive; a greater regularisation)"
                .formatted(pivot, j));
      }
      double root = Math.sqrt(pivot);
      a[j * n + j] = root;
      for (int i = j + 1; i < n; i++) {
        a[i * n + j] /= root;
        a[j * n + i] = a[i * n + j];
      }
      for (int i = j + 1; i < n; i++) {
        // the row of the lower triangle by the upper half, which holds L'
        double factor = a[i * n + j];
        Floats.add(a, i * n + j + 1, -factor, a, j * n + j + 1, i - j);
      }
    }
  }

  private static void scale(double[] values, int at, double factor, int count) {
    for (int i = 0; i < count; i++) {
      values[at + i] *= factor;
    }
  }
}
