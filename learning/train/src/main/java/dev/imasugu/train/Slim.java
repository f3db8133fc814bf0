package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemIndex;
import dev.imasugu.model.ItemToItem;
import dev.imasugu.model.Model;
import dev.imasugu.model.Rows;
import dev.imasugu.model.TopItems;
import java.util.Arrays;

/**
 * Each item's column as a sparse non-negative sum of others: {@code min 1/2 |x_j - X w|^2 + l2/2
 * |w|^2 + l1 |w|_1, w >= 0, w_j = 0} (Ning & Karypis 2011), by coordinate descent on the Gram
 * matrix (Friedman, Hastie & Tibshirani 2010). Needs items^2 floats.
 *
 * @param candidates how many items may have a weight: those most often together
 * @param sweeps over the candidates, at most
 */
record Slim(
    @Default("1") @Tuned(from = 0.05, to = 30, log = true) double l1,
    @Default("100") @Tuned(from = 1, to = 2_000, log = true) double l2,
    @Default("300") int candidates,
    @Default("30") int sweeps,
    @Default("1") @Tuned(from = 0.3, to = 1) double decay)
    implements Trainer {

  Slim {
    Require.range("l1", l1, 0, 1e9);
    Require.range("l2", l2, 0, 1e9);
    Require.range("candidates", candidates, 1, 100_000);
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
              int[] chosen = together(gram, item);
              float[] weights = descend(gram, item, chosen);
              for (int c = 0; c < chosen.length; c++) {
                if (weights[c] > 0) {
                  row.add(chosen[c], weights[c]);
                }
              }
            });
    return new ItemToItem(columns.transposed(), decay, Integer.MAX_VALUE);
  }

  /** The items most often with an item, in ascending order. */
  private int[] together(SymmetricMatrix gram, int item) {
    float[] counts = new float[gram.size];
    System.arraycopy(gram.values, item * gram.stride, counts, 0, gram.size);
    counts[item] = Float.NEGATIVE_INFINITY;
    int[] best = TopItems.of(counts, gram.size, candidates);
    return Arrays.stream(best).filter(other -> counts[other] > 0).sorted().toArray();
  }

  private float[] descend(SymmetricMatrix gram, int item, int[] chosen) {
    int n = chosen.length;
    float[] weights = new float[n];
    // what is left to explain: x_c'(x_j - X w), kept up to date as weights change
    float[] left = new float[n];
    float[] local = new float[n * n];
    for (int a = 0; a < n; a++) {
      left[a] = gram.at(chosen[a], item);
      int row = chosen[a] * gram.stride;
      for (int b = 0; b < n; b++) {
        local[a * n + b] = gram.values[row + chosen[b]];
      }
    }
    float least = 1e-4f;
    for (int sweep = 0; sweep < sweeps; sweep++) {
      float most = 0;
      for (int c = 0; c < n; c++) {
        float own = local[c * n + c];
        float next = (float) Math.max(0, (left[c] + own * weights[c] - l1) / (own + l2));
        float step = next - weights[c];
        if (step != 0) {
          weights[c] = next;
          for (int b = 0; b < n; b++) {
            left[b] -= step * local[c * n + b];
          }
          most = Math.max(most, Math.abs(step));
        }
      }
      if (most < least) {
        break;
      }
    }
    return weights;
  }
}
