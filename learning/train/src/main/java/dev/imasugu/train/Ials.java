package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Cores;
import dev.imasugu.model.Factors;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemIndex;
import dev.imasugu.model.Model;
import dev.imasugu.vector.Floats;
import dev.imasugu.vector.ProductTile;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Implicit alternating least squares (Hu, Koren and Volinsky 2008) with regularisation by frequency
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
    float[] values = new float[rows * dimension + ProductTile.BLOCK];
    for (int i = 0; i < rows * dimension; i++) {
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
          gram(vectors, begin * dimension, end - begin, dimension, parts[from]);
        });
    float[] sum = new float[dimension * dimension];
    for (float[] part : parts) {
      Floats.add(sum, 0, 1, part, 0, sum.length);
    }
    return sum;
  }

  /** Writes X'X of {@code count} rows of {@code width} floats, X going on behind its last row. */
  private static void gram(float[] rows, int start, int count, int width, float[] sum) {
    var tile = new ProductTile(count);
    for (int b = 0; b < width; b += ProductTile.BLOCK) {
      int columns = Math.min(ProductTile.BLOCK, width - b);
      for (int a = 0; a < width; a += ProductTile.GROUP) {
        float[] product = tile.product(rows, start + a, width, rows, start + b, width);
        for (int r = 0; r < Math.min(ProductTile.GROUP, width - a); r++) {
          System.arraycopy(product, r * ProductTile.BLOCK, sum, (a + r) * width + b, columns);
        }
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

    /** The vectors of the row's neighbours, a block of dimensions; shape [count, size]. */
    private float[] packed = new float[64 * width + ProductTile.BLOCK];

    private float[] errors = new float[64];
    private final float[] change = new float[width];

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
        packed = new float[2 * count * width + ProductTile.BLOCK];
      }
      for (int i = 0; i < count; i++) {
        int near = neighbour.at(start + i) * dimension;
        errors[i] = Floats.dot(other, near, own, at, dimension) - 1;
      }
      double ridge = regularisation * (count + unobserved * others);
      for (int from = 0; from < dimension; from += width) {
        int size = Math.min(width, dimension - from);
        for (int i = 0; i < count; i++) {
          int near = neighbour.at(start + i) * dimension;
          System.arraycopy(other, near + from, packed, i * size, size);
        }
        step(own, at, count, from, size, ridge);
      }
    }

    /** One Newton step on a block of dimensions: the exact minimum, the others held. */
    private void step(float[] own, int at, int count, int from, int size, double ridge) {
      gram(packed, 0, count, size, outer);
      Arrays.fill(change, 0);
      for (int i = 0; i < count; i++) {
        Floats.add(change, 0, errors[i], packed, i * size, size);
      }
      for (int a = 0; a < size; a++) {
        int row = (from + a) * dimension;
        right[a] =
            change[a]
                + ridge * own[at + from + a]
                + unobserved * Floats.dot(gram, row, own, at, dimension);
        for (int b = a; b < size; b++) {
          matrix[a * size + b] = outer[a * size + b] + unobserved * gram[row + from + b];
        }
        matrix[a * size + a] += ridge;
      }
      Factors.solve(matrix, right, size);
      for (int a = 0; a < size; a++) {
        change[a] = (float) right[a];
        own[at + from + a] -= change[a];
      }
      if (size < dimension) {
        for (int i = 0; i < count; i++) {
          errors[i] -= Floats.dot(change, 0, packed, i * size, size);
        }
      }
    }
  }
}
