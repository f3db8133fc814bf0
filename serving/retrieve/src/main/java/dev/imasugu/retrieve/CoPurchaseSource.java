package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig.CoPurchase;
import dev.imasugu.retrieve.Neighbours.Adjacent;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.time.InstantSource;
import java.util.List;

/**
 * What is bought together with the items of a history, by lift.
 *
 * <p>{@code score(j) = sum over history of decay^age * T[h][j] / (n[h] n[j])}: how much more often
 * both are bought than if neither cared about the other, but for a factor that is the same for all.
 * Pairs that weigh less than {@code support} by now are left out: the lift of two rare items is
 * high by chance. All weights are base-2 logarithms of forward-decayed sums with one half-life.
 */
final class CoPurchaseSource implements CandidateSource {
  private static final double LN_2 = Math.log(2);

  private final CoPurchase settings;
  private final FeatureTable history;
  private final int item;
  private final Neighbours neighbours;
  private final ItemWeights frequency;
  private final Catalog catalog;
  private final InstantSource clock;

  CoPurchaseSource(
      CoPurchase settings,
      FeatureTable history,
      Neighbours neighbours,
      ItemWeights frequency,
      Catalog catalog,
      InstantSource clock) {
    this.settings = settings;
    this.history = history;
    this.item = history.index(Retriever.ITEM);
    this.neighbours = neighbours;
    this.frequency = frequency;
    this.catalog = catalog;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "co-purchase";
  }

  @Override
  public void collect(Profile profile, Deadline deadline, Scores scores) {
    List<Row> rows = profile.rows(history);
    double halfLives = (double) clock.millis() / settings.halfLife().toMillis();
    double least = Math.log(settings.support()) / LN_2 + halfLives;
    double weight = 1;
    for (int age = 0; age < Math.min(rows.size(), settings.items()); age++) {
      if (deadline.passed()) {
        return;
      }
      String id = rows.get(age).text(item);
      int bought = catalog.row(id);
      double from = bought < 0 ? Double.NaN : frequency.get(bought);
      Adjacent adjacent = neighbours.of(id);
      int[] to = adjacent.rows();
      double[] log2Weights = adjacent.log2Weights();
      int candidates = Math.min(to.length, settings.neighbours());
      for (int i = 0; i < candidates && log2Weights[i] >= least; i++) {
        double log2 = log2Weights[i] - from - frequency.get(to[i]) + halfLives;
        if (!Double.isNaN(log2)) {
          scores.add(to[i], weight * Math.exp(log2 * LN_2));
        }
      }
      weight *= settings.decay();
    }
  }
}
