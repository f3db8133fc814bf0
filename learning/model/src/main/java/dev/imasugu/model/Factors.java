package dev.imasugu.model;

import dev.imasugu.vector.Floats;
import java.util.Arrays;

/**
 * Scores by inner products with item vectors; the user's vector is solved from the history, so that
 * new users and new events count at once: {@code (sum v v' + w G + reg I) u = sum v}, G the Gram
 * matrix of all item vectors (Hu, Koren and Volinsky 2008; Rendle et al. 2021).
 */
public final class Factors implements Model {
  private final float[] vectors;
  private final int items;
  private final int dimension;
  private final double[] gram;
  private final double unobserved;
  private final double regularisation;

  /**
   * @param vectors shape [items, dimension], taken over
   * @param unobserved w, the weight of items that are not in the history
   * @param regularisation for each unit of weight: {@code reg = regularisation * (events + w *
   *     items)}
   */
  public Factors(
      float[] vectors, int items, int dimension, double unobserved, double regularisation) {
    this.vectors = vectors;
    this.items = items;
    this.dimension = dimension;
    this.unobserved = unobserved;
    this.regularisation = regularisation;
    this.gram = new double[dimension * dimension];
    for (int item = 0; item < items; item++) {
      int at = item * dimension;
      for (int a = 0; a < dimension; a++) {
        for (int b = 0; b < dimension; b++) {
          gram[a * dimension + b] += (double) vectors[at + a] * vectors[at + b];
        }
      }
    }
  }

  @Override
  public int items() {
    return items;
  }

  @Override
  public void score(History history, float[] scores) {
    if (history.size() == 0) {
      Arrays.fill(scores, 0, items, 0);
      return;
    }
    double[] user = fold(history);
    float[] query = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      query[d] = (float) user[d];
    }
    for (int item = 0; item < items; item++) {
      int at = item * dimension;
      scores[item] = Floats.dot(query, 0, vectors, at, dimension);
    }
  }

  private double[] fold(History history) {
    double[] matrix = new double[dimension * dimension];
    double[] right = new double[dimension];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = unobserved * gram[i];
    }
    int[] distinct = Arrays.stream(history.items()).distinct().toArray();
    for (int item : distinct) {
      int at = item * dimension;
      for (int a = 0; a < dimension; a++) {
        double value = vectors[at + a];
        right[a] += value;
        for (int b = a; b < dimension; b++) {
          matrix[a * dimension + b] += value * vectors[at + b];
        }
      }
    }
    double ridge = regularisation * (distinct.length + unobserved * items);
    for (int d = 0; d < dimension; d++) {
      matrix[d * dimension + d] += ridge;
    }
    solve(matrix, right, dimension);
    return right;
  }

  /**
   * Solves a positive definite system in place, by Cholesky.
   *
   * @param matrix shape [n, n], only the upper triangle is read; overwritten
   * @param right the right-hand side, becomes the solution
   * @throws IllegalArgumentException if the matrix is not positive definite
   */
  public static void solve(double[] matrix, double[] right, int n) {
    for (int k = 0; k < n; k++) {
      double pivot = matrix[k * n + k];
      if (!(pivot > 0)) {
        throw new IllegalArgumentException(
            "matrix: pivot %s at row %d (expected: positive; a greater regularisation)"
                .formatted(pivot, k));
      }
      double inverse = 1 / Math.sqrt(pivot);
      for (int c = k; c < n; c++) {
        matrix[k * n + c] *= inverse;
      }
      right[k] *= inverse;
      for (int i = k + 1; i < n; i++) {
        double factor = matrix[k * n + i];
        Floats.add(matrix, i * n + i, -factor, matrix, k * n + i, n - i);
        right[i] -= factor * right[k];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = right[i];
      for (int c = i + 1; c < n; c++) {
        sum -= matrix[i * n + c] * right[c];
      }
      right[i] = sum / matrix[i * n + i];
    }
  }
}
