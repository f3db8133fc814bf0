package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.UserNeighbours;

/** What the most similar users have (Resnick et al. 1994), by cosine over sets of items. */
record UserKnn(
    @Default("200") @Tuned(from = 20, to = 2_000, log = true) int k,
    @Default("0.5") @Tuned(from = 0, to = 1) double asymmetry,
    @Default("0") @Tuned(from = 0, to = 100) double shrink,
    @Default("1") @Tuned(from = 0.3, to = 1) double decay)
    implements Trainer {

  UserKnn {
    Require.range("k", k, 1, 1_000_000);
    Require.range("asymmetry", asymmetry, 0, 1);
    Require.range("shrink", shrink, 0, 1_000_000);
    Require.range("decay", decay, 0, 1);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    return new UserNeighbours(data, k, asymmetry, shrink, decay);
  }
}
