package dev.imasugu.vector;

/** Refusals of bad arguments: name, value, expectation. */
final class Check {
  /** Keeps every dot product of two vectors within float range. */
  private static final double MAX_NORM = 1e18;

  private Check() {}

  static void range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: in [%d, %d])".formatted(name, value, min, max));
    }
  }

  static void k(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: " + k + " (expected: >= 1)");
    }
  }

  static void row(int row) {
    if (row < 0) {
      throw new IllegalArgumentException("row: " + row + " (expected: >= 0)");
    }
  }

  /** Returns the norm of {@code values[from, from + length)}. */
  static double vector(String name, float[] values, int from, int length) {
    double squares = 0;
    for (int i = 0; i < length; i++) {
      float value = values[from + i];
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "%s[%d]: %s (expected: a finite number)".formatted(name, from + i, value));
      }
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    if (norm > MAX_NORM) {
      throw new IllegalArgumentException(
          "norm of %s: %s (expected: <= %s)".formatted(name, norm, MAX_NORM));
    }
    return norm;
  }

  static void length(String name, float[] values, int dimension) {
    if (values.length != dimension) {
      throw new IllegalArgumentException(
          "%s.length: %d (expected: %d, the dimension of the index)"
              .formatted(name, values.length, dimension));
    }
  }
}
