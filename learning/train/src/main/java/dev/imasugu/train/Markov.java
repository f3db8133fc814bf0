package dev.imasugu.train;

import dev.imasugu.model.CoVisits;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;

/** What came right after the last item, by count: a Markov chain of first order. */
record Markov() implements Trainer {
  @Override
  public Model fit(Interactions data, long seed) {
    return CoVisits.of(
        data, 0, new CoVisits.Pairs(1, false, 0, true), new CoVisits.Weights(0, 0, 0, 1, 1));
  }
}
