package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.SessionNeighbours;

/**
 * V-SkNN (Ludewig & Jannach 2018), and with {@code per-item} above zero VMIS-kNN (Kersbergen,
 * Sprangers & Schelter 2022): what similar sessions went for. Users are taken for sessions where
 * the data has none.
 */
record SessionKnn(
    @Default("500") @Tuned(from = 50, to = 3_000, log = true) int k,
    @Default("5000") @Tuned(from = 500, to = 20_000, log = true) int sample,
    @Default("0") int perItem,
    @Default("1000000") @Tuned(from = 2, to = 50, log = true) int length,
    @Default("5") @Tuned(from = 0, to = 10) double idf)
    implements Trainer {

  SessionKnn {
    Require.range("k", k, 1, 1_000_000);
    Require.range("sample", sample, 1, 10_000_000);
    Require.range("per-item", perItem, 0, 10_000_000);
    Require.range("length", length, 1, 1_000_000);
    Require.range("idf", idf, 0, 1_000);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    return new SessionNeighbours(
        data, new SessionNeighbours.Reach(k, sample, perItem, length, idf));
  }
}
