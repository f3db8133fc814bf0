package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.PopularItems;
import dev.imasugu.model.WindowedItems;
import java.time.Duration;

/**
 * What most people want: the same list for everybody, and the line that every other model must
 * beat.
 *
 * @param window only events this far before the newest count; zero for all
 * @param halfLife an event this much older counts half; zero for no decay
 */
record Popularity(
    @Default("0s") Duration window,
    @Default("0s") @Tuned(from = 3_600_000, to = 2_592_000_000d, log = true) Duration halfLife)
    implements Trainer {

  Popularity {
    if (!window.isZero() && !halfLife.isZero()) {
      throw new IllegalArgumentException(
          "window, half-life: both given (expected: one of them or none)");
    }
  }

  @Override
  public Model fit(Interactions data, long seed) {
    if (!data.timed() && !(window.isZero() && halfLife.isZero())) {
      throw new IllegalArgumentException(
          "popularity: window or half-life on data without a clock (expected: data with times)");
    }
    long newest = Long.MIN_VALUE;
    for (int event = 0; event < data.size(); event++) {
      newest = Math.max(newest, data.timeMillis(event));
    }
    if (!window.isZero()) {
      return WindowedItems.of(data, window.toMillis());
    }
    double halfLifeMillis = halfLife.isZero() ? Double.POSITIVE_INFINITY : halfLife.toMillis();
    double[] weights = new double[data.items()];
    for (int event = 0; event < data.size(); event++) {
      double halfLives =
          halfLife.isZero() ? 0 : (data.timeMillis(event) - (double) newest) / halfLifeMillis;
      weights[data.item(event)] += Math.exp(halfLives * Math.log(2));
    }
    return new PopularItems(weights, halfLifeMillis, newest);
  }
}
