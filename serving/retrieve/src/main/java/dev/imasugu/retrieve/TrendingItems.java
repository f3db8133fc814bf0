package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig.Trending;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Items by how far their recent events exceed what their own baseline lets one expect: {@code (r -
 * e) / sqrt(e + 1)}, r the weight of recent events now and e what r would be if events had always
 * come at the baseline's rate. Were they a Poisson process, that is the number of standard
 * deviations; the 1 keeps an item that was hardly ever seen from trending with its first visitor.
 */
final class TrendingItems extends RankedItems {
  /** Numbers change with time alone: so often is that looked at. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final double LN_2 = Math.log(2);

  private final ItemWeights recent;
  private final ItemWeights baseline;
  private final Duration recentHalfLife;
  private final Duration baselineHalfLife;
  private final InstantSource clock;
  private long seenRecent = -1;
  private long seenBaseline = -1;
  private long nowMillis = Long.MIN_VALUE;

  TrendingItems(
      Trending settings,
      ItemWeights recent,
      ItemWeights baseline,
      Catalog catalog,
      InstantSource clock,
      int limit) {
    super(catalog, limit);
    this.recent = recent;
    this.baseline = baseline;
    this.clock = clock;
    recentHalfLife = settings.recentHalfLife();
    baselineHalfLife = settings.baselineHalfLife();
  }

  @Override
  boolean changed() {
    long now = clock.millis();
    boolean changed =
        recent.changes() != seenRecent
            || baseline.changes() != seenBaseline
            || now - nowMillis >= PATIENCE.toMillis()
            || nowMillis == Long.MIN_VALUE;
    if (changed) {
      seenRecent = recent.changes();
      seenBaseline = baseline.changes();
      nowMillis = now;
    }
    return changed;
  }

  @Override
  int rows() {
    return Math.min(recent.length(), baseline.length());
  }

  @Override
  double number(int row) {
    double happened = weight(recent.get(row), recentHalfLife);
    double usual =
        weight(baseline.get(row), baselineHalfLife)
            * recentHalfLife.toMillis()
            / baselineHalfLife.toMillis();
    double deviations = (happened - usual) / Math.sqrt(usual + 1);
    return deviations > 0 ? deviations : Double.NaN;
  }

  private double weight(double log2, Duration halfLife) {
    return Math.exp((log2 - (double) nowMillis / halfLife.toMillis()) * LN_2);
  }

  @Override
  double score(double number, double best) {
    return number / best;
  }
}
