package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.CoVisits;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;

/**
 * Items that the same users have, by cosine: {@code S[i][j] = c_ij / (n_i^(1-asymmetry) *
 * n_j^asymmetry + shrink)} (Sarwar et al. 2001; asymmetric cosine: Aiolli 2013). The score is the
 * sum over the history, newer items weighing more if {@code decay} is below 1.
 *
 * @param neighbours of an item that is scored; 0 for all
 */
record ItemKnn(
    @Default("0") @Tuned(from = 10, to = 1_000, log = true) int neighbours,
    @Default("0") @Tuned(from = 0, to = 100) double shrink,
    @Default("0.5") @Tuned(from = 0, to = 1) double asymmetry,
    @Default("1") @Tuned(from = 0.3, to = 1) double decay)
    implements Trainer {

  ItemKnn {
    Require.range("neighbours", neighbours, 0, 1_000_000);
    Require.range("shrink", shrink, 0, 1_000_000);
    Require.range("asymmetry", asymmetry, 0, 1);
    Require.range("decay", decay, 0, 1);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    return CoVisits.together(
        data.distinct(),
        neighbours,
        new CoVisits.Weights(1 - asymmetry, asymmetry, shrink, decay, Integer.MAX_VALUE));
  }
}
