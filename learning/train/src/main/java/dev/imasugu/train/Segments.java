package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Cores;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.SegmentItems;
import java.util.SplittableRandom;

/**
 * Popularity within segments of users: spherical k-means (Dhillon and Modha 2001) over their items.
 *
 * @param segments how many
 * @param rounds of k-means
 */
record Segments(
    @Default("10") @Tuned(from = 2, to = 100, log = true) int segments, @Default("10") int rounds)
    implements Trainer {

  Segments {
    Require.range("segments", segments, 1, 1_000);
    Require.range("rounds", rounds, 1, 1_000);
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Model fit(Interactions events, long seed) {
    Interactions data = events.distinct();
    var random = new SplittableRandom(seed);
    int count = Math.min(segments, data.users());
    int[] segmentOf = new int[data.users()];
    for (int user = 0; user < segmentOf.length; user++) {
      segmentOf[user] = random.nextInt(count);
    }
    float[][] centres = centres(data, segmentOf, count);
    for (int round = 0; round < rounds; round++) {
      float[][] now = centres;
      Cores.each(
          data.users(),
          512,
          (from, to) -> {
            for (int user = from; user < to; user++) {
              segmentOf[user] = SegmentItems.nearest(now, data.history(user));
            }
          });
      centres = centres(data, segmentOf, count);
    }
    float[][] popularity = new float[count + 1][data.items()];
    for (int user = 0; user < data.users(); user++) {
      for (int event = data.start(user); event < data.start(user + 1); event++) {
        popularity[segmentOf[user]][data.item(event)]++;
        popularity[count][data.item(event)]++;
      }
    }
    for (int segment = 0; segment < count; segment++) {
      for (int item = 0; item < data.items(); item++) {
        popularity[segment][item] += popularity[count][item] / (10f * data.users());
      }
    }
    return new SegmentItems(centres, popularity);
  }

  private static float[][] centres(Interactions data, int[] segmentOf, int count) {
    float[][] centres = new float[count][data.items()];
    for (int user = 0; user < data.users(); user++) {
      int size = data.start(user + 1) - data.start(user);
      for (int event = data.start(user); event < data.start(user + 1); event++) {
        centres[segmentOf[user]][data.item(event)] += (float) (1 / Math.sqrt(size));
      }
    }
    for (float[] centre : centres) {
      double squares = 0;
      for (float value : centre) {
        squares += (double) value * value;
      }
      float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
      for (int item = 0; item < centre.length; item++) {
        centre[item] *= scale;
      }
    }
    return centres;
  }
}
