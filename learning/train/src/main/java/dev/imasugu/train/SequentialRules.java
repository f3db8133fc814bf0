package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.CoVisits;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;

/**
 * What came after the last item within some steps, by count over distance: the rules SR of Ludewig
 * and Jannach 2018.
 *
 * @param steps how far apart
 * @param prune rules kept of an item, 0 for all
 */
record SequentialRules(
    @Default("10") @Tuned(from = 1, to = 30) int steps,
    @Default("20") @Tuned(from = 5, to = 500, log = true) int prune)
    implements Trainer {

  SequentialRules {
    Require.range("steps", steps, 1, 1_000_000);
    Require.range("prune", prune, 0, 1_000_000);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    return CoVisits.of(
        data, prune, new CoVisits.Pairs(steps, true, 0, true), new CoVisits.Weights(0, 0, 0, 1, 1));
  }
}
