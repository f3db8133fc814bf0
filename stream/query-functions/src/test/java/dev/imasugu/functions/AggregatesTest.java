package dev.imasugu.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class AggregatesTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long NOW = 1_772_366_400_000L;

  private record Shown(long clicks, long impressions) {}

  @Test
  @Randomized
  void decayedSum_anyOrder_isTheSumAtTheNewestEvent(RandomGenerator random) {
    var millis = new ArrayList<Long>();
    for (int i = 0; i < 300; i++) {
      millis.add(NOW - random.nextLong(100 * HOUR));
    }
    long newest = Collections.max(millis);
    double expected =
        millis.stream().mapToDouble(t -> Math.pow(2, (t - newest) / (6.0 * HOUR))).sum();
    for (int round = 0; round < 3; round++) {
      Collections.shuffle(millis, new Random(random.nextLong()));
      var function = new DecayedSumAggregate();
      var left = function.createAccumulator();
      var right = function.createAccumulator();
      for (int i = 0; i < millis.size(); i++) {
        function.accumulate(
            i < 100 ? left : right, 1.0, TimestampData.fromEpochMillis(millis.get(i)), 6 * HOUR);
      }
      function.merge(left, List.of(right));
      assertThat(function.getValue(left)).isCloseTo(expected, within(1e-9 * expected));
    }
  }

  @Test
  void decayedSum_nothing_isNull() {
    var function = new DecayedSumAggregate();
    assertThat(function.getValue(function.createAccumulator())).isNull();
  }

  @Test
  @Randomized
  void betaPrior_itemsOfAKnownBeta_findsIt(RandomGenerator random) {
    var items = items(random, 4000, 2, 30);
    RowData prior = prior(items);
    double alpha = prior.getDouble(0);
    double beta = prior.getDouble(1);
    assertThat(alpha / (alpha + beta)).isCloseTo(2.0 / 32, within(0.006));
    assertThat(alpha + beta).isBetween(22.0, 45.0);
  }

  @Test
  @Randomized
  void betaPrior_rowsTakenBack_leaveNoTrace(RandomGenerator random) {
    var kept = items(random, 200, 1, 10);
    var function = new BetaPrior();
    var state = function.createAccumulator();
    var changes = new ArrayList<Runnable>();
    for (Shown item : kept) {
      changes.add(() -> function.accumulate(state, item.clicks, item.impressions));
      for (long n = 0; n < item.impressions; n++) { // as a GROUP BY below it would do
        long shown = n;
        changes.add(() -> function.accumulate(state, Math.min(shown, item.clicks), shown));
        changes.add(() -> function.retract(state, Math.min(shown, item.clicks), shown));
      }
    }
    Collections.shuffle(changes, new Random(random.nextLong()));
    changes.forEach(Runnable::run);
    assertThat(function.getValue(state)).isEqualTo(prior(kept));
  }

  @Test
  void betaPrior_ratesThatDifferByChanceOnly_isStrongAndNothingIsNull() {
    var function = new BetaPrior();
    assertThat(function.getValue(function.createAccumulator())).isNull();
    RowData prior = prior(Collections.nCopies(50, new Shown(10, 100)));
    assertThat(prior.getDouble(0) + prior.getDouble(1)).isEqualTo(BetaPrior.STRONGEST);
    assertThat(prior(List.of(new Shown(1, 1))).getDouble(0)).isPositive();
  }

  @Test
  void smoothedCtr_knownPrior_pullsTheUnseenToTheMean() {
    var function = new SmoothedCtr();
    RowData prior = Rows.of(1.0, 9.0);
    assertThat(function.eval(0L, 0L, prior)).isEqualTo(0.1);
    assertThat(function.eval(5L, 10L, prior)).isEqualTo(0.3);
    assertThat(function.eval(9L, 2L, prior)).isEqualTo(0.25);
    assertThat(function.eval(1L, 2L, null)).isNull();
  }

  private static List<Shown> items(RandomGenerator random, int count, int alpha, int beta) {
    var items = new ArrayList<Shown>();
    for (int i = 0; i < count; i++) {
      double rate = order(random, alpha, alpha + beta - 1);
      long impressions = 1L + random.nextInt(60);
      long clicks = 0;
      for (int n = 0; n < impressions; n++) {
        clicks += random.nextDouble() < rate ? 1 : 0;
      }
      items.add(new Shown(clicks, impressions));
    }
    return items;
  }

  /** The k-th smallest of n uniform numbers is Beta(k, n + 1 - k). */
  private static double order(RandomGenerator random, int k, int n) {
    return random.doubles(n).sorted().skip(k - 1L).findFirst().orElseThrow();
  }

  private static RowData prior(List<Shown> items) {
    var function = new BetaPrior();
    var state = function.createAccumulator();
    items.forEach(item -> function.accumulate(state, item.clicks, item.impressions));
    return function.getValue(state);
  }

  @Test
  @Randomized
  void topN_anyOrder_isTheBestOfEach(RandomGenerator random) {
    record Offer(String item, double score) {}
    var offers = new ArrayList<Offer>();
    for (int i = 0; i < 500; i++) {
      offers.add(new Offer("i" + random.nextInt(50), random.nextInt(40)));
    }
    String expected = null;
    for (int round = 0; round < 4; round++) {
      var function = new TopN();
      BestScores best = function.createAccumulator();
      offers.forEach(offer -> function.accumulate(best, offer.item, offer.score, 7));
      String got = shown(function.getValue(best));
      if (expected == null) {
        var sorted =
            offers.stream()
                .sorted(
                    (a, b) ->
                        a.score != b.score
                            ? Double.compare(b.score, a.score)
                            : a.item.compareTo(b.item))
                .toList();
        var distinct = new ArrayList<String>();
        var seen = new java.util.HashSet<String>();
        for (Offer offer : sorted) {
          if (seen.add(offer.item) && distinct.size() < 7) {
            distinct.add(offer.item + "=" + offer.score);
          }
        }
        expected = String.join(" ", distinct);
      }
      assertThat(got).isEqualTo(expected);
      Collections.shuffle(offers, new Random(random.nextLong()));
    }
  }

  @Test
  void distinctRecent_aLateEvent_doesNotMoveItsItemBack() throws Exception {
    var function = new DistinctRecent();
    BestScores best = function.createAccumulator();
    for (Object[] event : new Object[][] {{"a", 5L}, {"b", 7L}, {"a", 2L}, {"c", 1L}, {"d", 9L}}) {
      var time = TimestampData.fromEpochMillis((Long) event[1] * 1000);
      function.accumulate(best, (String) event[0], time, 3);
    }
    assertThat(shown(function.getValue(best))).isEqualTo("d=9.0 b=7.0 a=5.0");
    var serializer = new BestScores.Serializer();
    var out = new DataOutputSerializer(16);
    serializer.serialize(best, out);
    BestScores read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    BestScores copy = serializer.copy(best);
    function.accumulate(best, "e", TimestampData.fromEpochMillis(10_000), 3);
    assertThat(shown(function.getValue(read))).isEqualTo("d=9.0 b=7.0 a=5.0");
    assertThat(shown(function.getValue(copy))).isEqualTo("d=9.0 b=7.0 a=5.0");
  }

  @Test
  void categoryAffinity_shares_addUpToOneAndDoNotAge() {
    var function = new CategoryAffinity();
    NeighbourSums sums = function.createAccumulator();
    var before = TimestampData.fromEpochMillis(NOW - 24 * HOUR);
    function.accumulate(sums, "hats", 2.0, before, 24 * HOUR);
    function.accumulate(sums, "hats", 2.0, TimestampData.fromEpochMillis(NOW), 24 * HOUR);
    function.accumulate(sums, "shoes", 1.0, TimestampData.fromEpochMillis(NOW), 24 * HOUR);
    assertThat(shown(function.getValue(sums))).isEqualTo("hats=0.75 shoes=0.25");
    for (int i = 0; i < 40; i++) {
      function.accumulate(sums, "c" + i, 1.0, TimestampData.fromEpochMillis(NOW), 24 * HOUR);
    }
    assertThat(function.getValue(sums).size()).isEqualTo(CategoryAffinity.SHOWN);
  }

  private static String shown(ArrayData array) {
    var parts = new ArrayList<String>();
    for (int i = 0; i < array.size(); i++) {
      RowData row = array.getRow(i, 2);
      parts.add(row.getString(0) + "=" + row.getDouble(1));
    }
    return String.join(" ", parts);
  }
}
