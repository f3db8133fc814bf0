package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig.Transitions;
import dev.imasugu.retrieve.Neighbours.Adjacent;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.util.List;

/**
 * What people went on to after the user's recent items.
 *
 * <p>{@code score(j) = sum over history of decay^age * S[h][j]^sharpness}, {@code S[h][j] = T[h][j]
 * / (n[h] n[j])^damping}: transition weights over a power of both frequencies. All three are stored
 * as base-2 logarithms of forward-decayed sums with the same half-life. With a damping of 1/2 the
 * landmark cancels: {@code log2 S = log2 T - (log2 n[h] + log2 n[j]) / 2} at any time. With another
 * what is left is a factor that all candidates share; it is taken out by the frequency of the
 * newest item that has one.
 */
final class TransitionSource implements CandidateSource {
  private static final double LN2 = Math.log(2);

  private final Transitions settings;
  private final FeatureTable history;
  private final int item;
  private final Neighbours neighbours;
  private final ItemWeights frequency;
  private final Catalog catalog;

  TransitionSource(
      Transitions settings,
      FeatureTable history,
      Neighbours neighbours,
      ItemWeights frequency,
      Catalog catalog) {
    this.settings = settings;
    this.history = history;
    this.item = history.index(Retriever.ITEM);
    this.neighbours = neighbours;
    this.frequency = frequency;
    this.catalog = catalog;
  }

  @Override
  public String name() {
    return "transitions";
  }

  @Override
  public void collect(Profile profile, Deadline deadline, Scores scores) {
    List<Row> rows = profile.rows(history);
    double weight = 1;
    double shared = Double.NaN;
    for (int age = 0; age < Math.min(rows.size(), settings.items()); age++) {
      if (deadline.passed()) {
        return;
      }
      String id = rows.get(age).text(item);
      int seen = catalog.row(id);
      double from = seen < 0 ? Double.NaN : frequency.get(seen);
      if (Double.isNaN(shared)) {
        shared = (2 * settings.damping() - 1) * from;
      }
      Adjacent adjacent = neighbours.of(id);
      int[] to = adjacent.rows();
      double[] log2Weights = adjacent.log2Weights();
      double apart = shared - settings.damping() * from;
      for (int i = 0; i < Math.min(to.length, settings.neighbours()); i++) {
        double log2 = log2Weights[i] - settings.damping() * frequency.get(to[i]) + apart;
        if (!Double.isNaN(log2)) {
          scores.add(to[i], weight * Math.exp(settings.sharpness() * log2 * LN2));
        }
      }
      weight *= settings.decay();
    }
  }
}
