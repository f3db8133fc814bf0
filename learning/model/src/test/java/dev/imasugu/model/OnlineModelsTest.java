package dev.imasugu.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.model.CoVisits.Pairs;
import dev.imasugu.model.CoVisits.Weights;
import dev.imasugu.testing.Randomized;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

@Randomized
class OnlineModelsTest {
  private static final int ITEMS = 30;

  @Test
  void coVisits_anyData_scoreAsTheFormulaSays(RandomGenerator random) {
    Interactions data = sequences(random);
    Pairs pairs =
        new Pairs(1 + random.nextInt(12), random.nextBoolean(), random.nextDouble(), false);
    Weights weights = new Weights(0.5, 0.5, random.nextInt(3), 0.7, 8);
    History history = data.history(0);
    float[] scores = new float[ITEMS];
    CoVisits.of(data, 0, pairs, weights).score(history, scores);
    int[] n = data.itemCounts();
    for (int j = 0; j < ITEMS; j++) {
      double expected = 0;
      for (int age = 0; age < Math.min(8, history.size()); age++) {
        int h = history.newest(age);
        double count = 0;
        for (int user = 0; user < data.users(); user++) {
          History all = data.history(user);
          for (int a = 0; a < all.size(); a++) {
            for (int b = a + 1; b < all.size() && b - a <= pairs.window(); b++) {
              double pair = pairs.byDistance() ? 1.0 / (b - a) : 1;
              count += all.item(a) == h && all.item(b) == j && h != j ? pair : 0;
              count += all.item(b) == h && all.item(a) == j && h != j ? pair * pairs.backward() : 0;
            }
          }
        }
        double norm = Math.sqrt((double) Math.max(1, n[h]) * Math.max(1, n[j])) + weights.shrink();
        expected += Math.pow(0.7, age) * count / norm;
      }
      assertThat(scores[j]).as("item %d", j).isCloseTo((float) expected, within(1e-4f));
    }
  }

  @Test
  void absorb_everyLastEvent_isTheSameAsFittingWithIt(RandomGenerator random) {
    Interactions all = sequences(random);
    Interactions before = all.withoutLast(1, 1);
    Pairs pairs = new Pairs(5, true, 0.5, false);
    Weights weights = new Weights(0.5, 0.5, 1, 0.6, 10);
    Absorbing counted = CoVisits.of(before, 0, pairs, weights);
    Absorbing windowed = WindowedItems.of(before, 4);
    for (int user = 0; user < all.users(); user++) {
      History history = all.history(user);
      if (history.size() > 1) {
        int item = history.newest(0);
        long time = history.timeMillis(history.size() - 1);
        counted.absorb(history.first(history.size() - 1), item, time);
        windowed.absorb(history.first(history.size() - 1), item, time);
      }
    }
    assertSameScores(counted, CoVisits.of(all, 0, pairs, weights), all.history(1));
    assertSameScores(windowed, WindowedItems.of(all, 4), all.history(1));
  }

  @Test
  void decayedPopularity_absorbedOverManyHalfLives_staysFinite(RandomGenerator random) {
    var items = new PopularItems(new double[ITEMS], 1_000, 0);
    for (long time = 0; time < 3_000_000; time += 10_000) {
      items.absorb(History.empty(), random.nextInt(ITEMS - 1), time);
    }
    items.absorb(History.empty(), ITEMS - 1, 3_000_000);
    float[] scores = new float[ITEMS];
    items.score(History.empty(), scores);
    assertThat(TopItems.of(scores, ITEMS, 1)).containsExactly(ITEMS - 1);
    for (float score : scores) {
      assertThat(score).isBetween(0f, 1f);
    }
  }

  @Test
  void topItems_withTiesAndGaps_areSortedByScoreThenRow(RandomGenerator random) {
    float[] scores = new float[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      int drawn = random.nextInt(8);
      scores[i] = drawn == 0 ? Float.NEGATIVE_INFINITY : drawn;
    }
    Integer[] sorted = new Integer[ITEMS];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(sorted, (a, b) -> Float.compare(scores[b], scores[a]));
    int[] expected =
        Arrays.stream(sorted)
            .filter(i -> scores[i] > 0)
            .limit(7)
            .mapToInt(Integer::intValue)
            .toArray();
    assertThat(TopItems.of(scores, ITEMS, 7)).containsExactly(expected);
  }

  @Test
  void sessionNeighbours_everySessionASample_scoreAsTheFormulaSays(RandomGenerator random) {
    Interactions data = sequences(random);
    History current = data.history(2).last(4);
    double distance = random.nextBoolean() ? 2.5 : Double.POSITIVE_INFINITY;
    var model =
        new SessionNeighbours(
            data, new SessionNeighbours.Reach(1_000, 1_000, 0, 100, 2, 4, distance));
    float[] scores = new float[ITEMS];
    model.score(current, scores);
    double[] expected = new double[ITEMS];
    int[] counts = data.itemCounts();
    int distinct = (int) Arrays.stream(current.items()).distinct().count();
    long newest = data.timeMillis(data.size() - 1);
    for (int session = 0; session < data.users(); session++) {
      int[] its = Arrays.stream(data.history(session).items()).distinct().toArray();
      double similarity = 0;
      int step = 0;
      for (int age = current.size() - 1; age >= 0; age--) {
        int item = current.newest(age);
        boolean newestOfItem =
            Arrays.stream(current.last(age).items()).noneMatch(other -> other == item);
        if (newestOfItem && Arrays.stream(its).anyMatch(other -> other == item)) {
          double share = (double) (current.size() - age) / current.size();
          similarity += share * share / distinct;
          step = age + 1;
        }
      }
      if (step == 0) {
        continue;
      }
      long age = newest - data.timeMillis(data.start(session + 1) - 1);
      int shared = List.of(boxed(its)).indexOf(current.newest(step - 1));
      for (int place = 0; place < its.length; place++) {
        double idf = Math.log((double) data.users() / counts[its[place]]);
        double near = Math.exp(-Math.abs(place - shared) / distance);
        expected[its[place]] += similarity * Math.pow(2, -age / 4.0) / step * (1 + 2 * idf) * near;
      }
    }
    for (int item = 0; item < ITEMS; item++) {
      assertThat(scores[item]).isCloseTo((float) expected[item], within(1e-3f));
    }
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  private static void assertSameScores(Model a, Model b, History history) {
    float[] left = new float[ITEMS];
    float[] right = new float[ITEMS];
    a.score(history, left);
    b.score(history, right);
    for (int i = 0; i < ITEMS; i++) {
      assertThat(left[i]).isCloseTo(right[i], within(1e-4f));
    }
  }

  private static Interactions sequences(RandomGenerator random) {
    int[][] sequences = new int[12][];
    for (int user = 0; user < sequences.length; user++) {
      sequences[user] = random.ints(2 + random.nextInt(12), 0, ITEMS).toArray();
    }
    return Interactions.of(ITEMS, sequences);
  }
}
