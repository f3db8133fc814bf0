package dev.imasugu.train;

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
        subtract(inverse, i * n, inverse, k * n, matrix[i * n + k], i + 1);
      }
      scale(inverse, i * n, 1 / matrix[i * n + i], i + 1);
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        subtract(inverse, i * n, inverse, k * n, matrix[k * n + i], n);
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
        for (int c = j + 1; c <= i; c++) {
          a[i * n + c] -= factor * a[j * n + c];
        }
      }
    }
  }

  private static void subtract(
      double[] to, int at, double[] from, int start, double factor, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] -= factor * from[start + i];
    }
  }

  private static void scale(double[] values, int at, double factor, int count) {
    for (int i = 0; i < count; i++) {
      values[at + i] *= factor;
    }
  }
}
