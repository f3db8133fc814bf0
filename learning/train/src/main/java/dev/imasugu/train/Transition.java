package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.CoVisits;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;

/**
 * What people went on to: {@code T[a][b] += 1 / distance} for pairs at most {@code window} apart,
 * {@code S = (T + backward * T') / sqrt(n_i * n_j)}, and {@code score(j) = sum over history of
 * decay^age * S[h][j]}. The model of the {@code transitions} source of a placement; takes in one
 * event at a time.
 */
record Transition(
    @Default("10") @Tuned(from = 1, to = 50, log = true) int window,
    @Default("0.5") @Tuned(from = 0, to = 1) double backward,
    @Default("0.6") @Tuned(from = 0.2, to = 1) double decay,
    @Default("0.5") @Tuned(from = 0, to = 1) double own,
    @Default("0.5") @Tuned(from = 0, to = 1) double other,
    @Default("0") @Tuned(from = 0, to = 20) double shrink,
    @Default("1000") int length,
    @Default("0") int neighbours)
    implements Trainer {

  Transition {
    Require.range("window", window, 1, 1_000_000);
    Require.range("backward", backward, 0, 1);
    Require.range("decay", decay, 0, 1);
    Require.range("own", own, 0, 2);
    Require.range("other", other, 0, 2);
    Require.range("shrink", shrink, 0, 1_000_000);
    Require.range("length", length, 1, 1_000_000);
    Require.range("neighbours", neighbours, 0, 1_000_000);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    return CoVisits.of(
        data,
        neighbours,
        new CoVisits.Pairs(window, true, backward, false),
        new CoVisits.Weights(own, other, shrink, decay, length));
  }
}
