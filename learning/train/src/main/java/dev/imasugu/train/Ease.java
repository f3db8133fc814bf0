package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Cores;
import dev.imasugu.model.DenseItemToItem;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;

/**
 * The linear autoencoder with a zero diagonal in closed form: {@code P = (X'X + lambda I)^-1, B =
 * -P / diag(P)} by columns (Steck 2019). Needs items^2 floats.
 *
 * @param decay weight of an item of the history relative to the next newer one: 1 as published,
 *     less where order matters
 */
record Ease(
    @Default("200") @Tuned(from = 5, to = 5_000, log = true) double lambda,
    @Default("1") @Tuned(from = 0.4, to = 1) double decay)
    implements Trainer {

  Ease {
    Require.range("lambda", lambda, 1e-3, 1e9);
    Require.range("decay", decay, 0, 1);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    SymmetricMatrix matrix = SymmetricMatrix.gram(data, "ease");
    matrix.addToDiagonal(lambda);
    matrix.invert();
    float[] diagonal = new float[matrix.size];
    for (int item = 0; item < matrix.size; item++) {
      diagonal[item] = -1 / matrix.at(item, item);
    }
    Cores.each(
        matrix.size,
        64,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int at = row * matrix.stride;
            for (int column = 0; column < matrix.size; column++) {
              matrix.values[at + column] *= diagonal[column];
            }
            matrix.values[at + row] = 0;
          }
        });
    return new DenseItemToItem(matrix.values, matrix.size, matrix.stride, decay);
  }
}
