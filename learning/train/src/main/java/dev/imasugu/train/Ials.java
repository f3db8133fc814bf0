package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Cores;
import dev.imasugu.model.Factors;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemIndex;
import dev.imasugu.model.Model;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Implicit alternating least squares (Hu, Koren & Volinsky 2008) with regularisation by frequency
 * (Rendle et al. 2022), solved a block of dimensions at a time (iALS++, Rendle et al. 2021); with
 * one block it is plain iALS. New users are folded in by the same equations.
 *
 * @param unobserved weight of the pairs that were not seen
 * @param deviation of the initial values, before division by the root of the dimension
 * @param block dimensions solved together
 */
record Ials(
    @Default("64") int dimension,
    @Default("12") int epochs,
    @Default("0.007") @Tuned(from = 5e-4, to = 0.1, log = true) double regularisation,
    @Default("0.3") @Tuned(from = 0.02, to = 1, log = true) double unobserved,
    @Default("0.1") double deviation,
    @Default("64") int block)
    implements Trainer {

  Ials {
    Require.range("dimension", dimension, 1, 2_048);
    Require.range("epochs", epochs, 1, 10_000);
    Require.range("regularisation", regularisation, 1e-9, 1e6);
    Require.range("unobserved", unobserved, 0, 1e6);
    Require.range("deviation", deviation, 1e-9, 1e3);
    Require.range("block", block, 1, 2_048);
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Model fit(Interactions events, long seed) {
    Interactions data = events.distinct();
    ItemIndex index = data.byItem();
    var random = new SplittableRandom(seed);
    float[] users = normal(data.users(), random);
    float[] items = normal(data.items(), random);
    for (int epoch = 0; epoch < epochs; epoch++) {
      sweep(users, data.users(), items, data.items(), data::start, data::item);
      sweep(items, data.items(), users, data.users(), index::start, index::user);
    }
    return new Factors(items, data.items(), dimension, unobserved, regularisation);
  }

  private float[] normal(int rows, RandomGenerator random) {
    float[] values = new float[rows * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation / Math.sqrt(dimension));
    }
    return values;
  }

  /** Where a row's neighbours are, and which. */
  private interface Neighbours {
    int at(int place);
  }

  /** Solves every row of one side for the other side as it is. */
  private void sweep(
      float[] own, int rows, float[] other, int others, Neighbours start, Neighbours neighbour) {
    float[] gram = gram(other, others);
    Cores.each(
        rows,
        32,
        (from, to) -> {
          var solver = new RowSolver(gram, other, others);
          for (int row = from; row < to; row++) {
            solver.solve(own, row, start.at(row), start.at(row + 1), neighbour);
          }
        });
  }

  /** V'V, summed in the same order whichever thread does what. */
  private float[] gram(float[] vectors, int rows) {
    int stretches = Math.min(16, rows);
    float[][] parts = new float[stretches][dimension * dimension];
    Cores.each(
        stretches,
        1,
        (from, _) -> {
          int begin = (int) ((long) from * rows / stretches);
          int end = (int) ((from + 1L) * rows / stretches);
          for (int row = begin; row < end; row++) {
            addOuter(parts[from], vectors, row * dimension, 0, dimension);
          }
        });
    for (int part = 1; part < stretches; part++) {
      for (int i = 0; i < parts[0].length; i++) {
        parts[0][i] += parts[part][i];
      }
    }
    return parts[0];
  }

  private static void addOuter(float[] sum, float[] vectors, int at, int from, int width) {
    for (int a = 0; a < width; a++) {
      float value = vectors[at + from + a];
      for (int b = 0; b < width; b++) {
        sum[a * width + b] += value * vectors[at + from + b];
      }
    }
  }

  /** Solves rows; for one thread. */
  private final class RowSolver {
    private final float[] gram;
    private final float[] other;
    private final int others;
    private final int width = Math.min(block, dimension);
    private final float[] outer = new float[width * width];
    private final double[] matrix = new double[width * width];
    private final double[] right = new double[width];
    private float[] packed = new float[64 * dimension];
    private float[] errors = new float[64];

    RowSolver(float[] gram, float[] other, int others) {
      this.gram = gram;
      this.other = other;
      this.others = others;
    }

    void solve(float[] own, int row, int start, int end, Neighbours neighbour) {
      int count = end - start;
      int at = row * dimension;
      if (count == 0) {
        Arrays.fill(own, at, at + dimension, 0);
        return;
      }
      if (errors.length < count) {
        errors = new float[2 * count];
        packed = new float[2 * count * dimension];
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(
            other, neighbour.at(start + i) * dimension, packed, i * dimension, dimension);
        float dot = 0;
        for (int d = 0; d < dimension; d++) {
          dot += packed[i * dimension + d] * own[at + d];
        }
        errors[i] = dot - 1;
      }
      double ridge = regularisation * (count + unobserved * others);
      for (int from = 0; from < dimension; from += width) {
        step(own, at, count, from, Math.min(width, dimension - from), ridge);
      }
    }

    /** One Newton step on a block of dimensions: the exact minimum, the others held. */
    private void step(float[] own, int at, int count, int from, int size, double ridge) {
      Arrays.fill(outer, 0, size * size, 0);
      outerProducts(count, from, size);
      for (int a = 0; a < size; a++) {
        double slope = ridge * own[at + from + a];
        for (int d = 0; d < dimension; d++) {
          slope += unobserved * gram[(from + a) * dimension + d] * own[at + d];
        }
        right[a] = slope;
        for (int b = a; b < size; b++) {
          matrix[a * size + b] =
              outer[a * size + b] + unobserved * gram[(from + a) * dimension + from + b];
        }
        matrix[a * size + a] += ridge;
      }
      for (int i = 0; i < count; i++) {
        float error = errors[i];
        for (int a = 0; a < size; a++) {
          right[a] += error * packed[i * dimension + from + a];
        }
      }
      Factors.solve(matrix, right, size);
      for (int a = 0; a < size; a++) {
        own[at + from + a] -= (float) right[a];
      }
      if (size < dimension) {
        for (int i = 0; i < count; i++) {
          double change = 0;
          for (int a = 0; a < size; a++) {
            change += right[a] * packed[i * dimension + from + a];
          }
          errors[i] -= (float) change;
        }
      }
    }

    /** The sum of outer products, four vectors at a time: a fourth of the loads and stores. */
    private void outerProducts(int count, int from, int size) {
      int i = 0;
      for (; i + 4 <= count; i += 4) {
        int p = i * dimension + from;
        int q = p + dimension;
        int r = q + dimension;
        int s = r + dimension;
        for (int a = 0; a < size; a++) {
          float x = packed[p + a];
          float y = packed[q + a];
          float z = packed[r + a];
          float w = packed[s + a];
          int row = a * size;
          for (int b = 0; b < size; b++) {
            outer[row + b] +=
                x * packed[p + b] + y * packed[q + b] + z * packed[r + b] + w * packed[s + b];
          }
        }
      }
      for (; i < count; i++) {
        for (int a = 0; a < size; a++) {
          float value = packed[i * dimension + from + a];
          for (int b = 0; b < size; b++) {
            outer[a * size + b] += value * packed[i * dimension + from + b];
          }
        }
      }
    }
  }
}
