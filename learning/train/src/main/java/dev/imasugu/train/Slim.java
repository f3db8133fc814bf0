package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemIndex;
import dev.imasugu.model.ItemToItem;
import dev.imasugu.model.Model;
import dev.imasugu.model.Rows;
import dev.imasugu.vector.Floats;

/**
 * Each item's column as a sparse non-negative sum of others: {@code min 1/2 |x_j - X w|^2 + l2/2
 * |w|^2 + l1 |w|_1, w >= 0, w_j = 0} (Ning and Karypis 2011), by coordinate descent on the Gram
 * matrix (Friedman, Hastie and Tibshirani 2010). Needs items^2 floats.
 *
 * @param sweeps over the other items, at most
 */
record Slim(
    @Default("1") @Tuned(from = 0.05, to = 30, log = true) double l1,
    @Default("100") @Tuned(from = 1, to = 2_000, log = true) double l2,
    @Default("30") int sweeps,
    @Default("1") @Tuned(from = 0.3, to = 1) double decay)
    implements Trainer {

  /** Weights that change less in a sweep are taken for settled. */
  private static final float ENOUGH = 1e-4f;

  Slim {
    Require.range("l1", l1, 0, 1e9);
    Require.range("l2", l2, 0, 1e9);
    Require.range("sweeps", sweeps, 1, 10_000);
    Require.range("decay", decay, 0, 1);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    SymmetricMatrix gram = SymmetricMatrix.gram(data, "slim");
    ItemIndex index = data.byItem();
    Rows columns =
        Rows.fill(
            data.items(),
            0,
            (item, row) -> {
              if (index.start(item) == index.start(item + 1)) {
                return;
              }
              float[] weights = descend(gram, item);
              for (int other = 0; other < weights.length; other++) {
                if (weights[other] > 0) {
                  row.add(other, weights[other]);
                }
              }
            });
    return new ItemToItem(columns.transposed(), decay, Integer.MAX_VALUE);
  }

  private float[] descend(SymmetricMatrix gram, int item) {
    int n = gram.size;
    float[] weights = new float[n];
    // what is left to explain: x_c'(x_j - X w), kept up to date as weights change
    float[] left = new float[n];
    System.arraycopy(gram.values, item * gram.stride, left, 0, n);
    for (int sweep = 0; sweep < sweeps; sweep++) {
      float most = 0;
      for (int c = 0; c < n; c++) {
        float own = gram.at(c, c);
        float next = (float) Math.max(0, (left[c] + own * weights[c] - l1) / (own + l2));
        float step = next - weights[c];
        if (step != 0 && c != item) {
          weights[c] = next;
          Floats.add(left, 0, -step, gram.values, c * gram.stride, n);
          most = Math.max(most, Math.abs(step));
        }
      }
      if (most < ENOUGH) {
        break;
      }
    }
    return weights;
  }
}
