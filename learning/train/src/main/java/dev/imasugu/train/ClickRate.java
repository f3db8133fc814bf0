package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.SegmentItems;

/**
 * Popularity by the share of impressions that somebody went for, drawn to the mean of all items
 * where there are few: {@code (events + prior * mean) / (impressions + prior)}, the mean of a beta
 * distribution (Chapelle and Li 2011 draw from it).
 *
 * @param prior impressions that an item is given beforehand, at the mean rate
 */
record ClickRate(@Default("100") @Tuned(from = 1, to = 10_000, log = true) double prior)
    implements Trainer {

  ClickRate {
    Require.range("prior", prior, 1e-3, 1e9);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    Interactions shown = data.impressions();
    if (shown == null || shown.size() == 0) {
      throw new IllegalArgumentException(
          "click-rate: impressions are not known (expected: data with a column click of 0 and 1)");
    }
    int[] events = data.itemCounts();
    int[] impressions = shown.itemCounts();
    double mean = (double) data.size() / shown.size();
    float[] rates = new float[data.items()];
    for (int item = 0; item < rates.length; item++) {
      rates[item] = (float) ((events[item] + prior * mean) / (impressions[item] + prior));
    }
    return new SegmentItems(new float[0][], new float[][] {rates});
  }
}
