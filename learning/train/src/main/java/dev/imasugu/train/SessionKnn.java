package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.SessionNeighbours;
import java.time.Duration;

/**
 * V-SkNN (Ludewig and Jannach 2018), with {@code per-item} above zero VMIS-kNN (Kersbergen,
 * Sprangers and Schelter 2022), with a half-life and a distance V-STAN (Ludewig et al. 2021): what
 * similar sessions went for. Users are taken for sessions where the data has none.
 *
 * @param halfLife a session this much older counts half; zero for all alike
 * @param distance an item this many places from the shared one counts 1 / e; zero for all alike
 */
record SessionKnn(
    @Default("500") @Tuned(from = 50, to = 3_000, log = true) int k,
    @Default("5000") @Tuned(from = 500, to = 20_000, log = true) int sample,
    @Default("0") int perItem,
    @Default("1000000") @Tuned(from = 2, to = 50, log = true) int length,
    @Default("5") @Tuned(from = 0, to = 10) double idf,
    @Default("0s") @Tuned(from = 3_600_000, to = 2_592_000_000d, log = true) Duration halfLife,
    @Default("0") @Tuned(from = 0.5, to = 50, log = true) double distance)
    implements Trainer {

  SessionKnn {
    Require.range("k", k, 1, 1_000_000);
    Require.range("sample", sample, 1, 10_000_000);
    Require.range("per-item", perItem, 0, 10_000_000);
    Require.range("length", length, 1, 1_000_000);
    Require.range("idf", idf, 0, 1_000);
    Require.range("distance", distance, 0, 1_000_000);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    if (!data.timed() && !halfLife.isZero()) {
      throw new IllegalArgumentException(
          "session-knn: half-life on data without a clock (expected: data with times)");
    }
    return new SessionNeighbours(
        data,
        new SessionNeighbours.Reach(
            k,
            sample,
            perItem,
            length,
            idf,
            halfLife.isZero() ? Double.POSITIVE_INFINITY : halfLife.toMillis(),
            distance == 0 ? Double.POSITIVE_INFINITY : distance));
  }
}
