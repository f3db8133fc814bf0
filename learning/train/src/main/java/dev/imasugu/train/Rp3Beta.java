package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemIndex;
import dev.imasugu.model.ItemToItem;
import dev.imasugu.model.Model;
import dev.imasugu.model.Rows;

/**
 * A walk of three steps, user to item to user to item, popular ends weighing less (Paudel et al.
 * 2017): {@code W[i][j] = sum over users of both of (1 / n_i)^alpha * (1 / n_u)^alpha / n_j^beta}.
 */
record Rp3Beta(
    @Default("1") @Tuned(from = 0.2, to = 2) double alpha,
    @Default("0.6") @Tuned(from = 0, to = 1.2) double beta,
    @Default("0") @Tuned(from = 20, to = 1_000, log = true) int neighbours,
    @Default("1") @Tuned(from = 0.3, to = 1) double decay)
    implements Trainer {

  Rp3Beta {
    Require.range("alpha", alpha, 0, 10);
    Require.range("beta", beta, 0, 10);
    Require.range("neighbours", neighbours, 0, 1_000_000);
    Require.range("decay", decay, 0, 1);
  }

  @Override
  public Model fit(Interactions events, long seed) {
    Interactions data = events.distinct();
    ItemIndex index = data.byItem();
    int[] counts = data.itemCounts();
    float[] end = new float[counts.length];
    for (int item = 0; item < end.length; item++) {
      end[item] = (float) Math.pow(Math.max(1, counts[item]), -beta);
    }
    Rows rows =
        Rows.fill(
            data.items(),
            neighbours,
            (item, row) -> {
              double start = Math.pow(Math.max(1, counts[item]), -alpha);
              for (int p = index.start(item); p < index.start(item + 1); p++) {
                int user = index.user(p);
                int size = data.start(user + 1) - data.start(user);
                float step = (float) (start * Math.pow(size, -alpha));
                for (int e = data.start(user); e < data.start(user + 1); e++) {
                  row.add(data.item(e), step * end[data.item(e)]);
                }
              }
              row.clear(item);
            });
    return new ItemToItem(rows, decay, Integer.MAX_VALUE);
  }
}
