package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.functions.BetaPrior;
import dev.imasugu.functions.SmoothedCtr;
import dev.imasugu.query.BatchStatistics.Ctr;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import dev.imasugu.testing.Randomized;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The statistics of the default project against plain batch computations, in any order of arrival.
 */
@Timeout(240)
class DefaultStatisticsTest {
  private static final double RELATIVE = 1e-9;
  private static final List<EventType> TYPES =
      List.of(
          EventType.VIEW,
          EventType.CLICK,
          EventType.IMPRESSION,
          EventType.IMPRESSION,
          EventType.PURCHASE,
          EventType.ADD_TO_CART,
          EventType.DISMISS);

  @TempDir Path folder;

  @Test
  @Randomized
  void statistics_anyOrderOfArrival_equalABatchComputation(RandomGenerator random)
      throws Exception {
    QueryPlan plan = QueryPlan.of(Projects.all());
    List<Event> events = events(random, 1200);
    var items = new ArrayList<Item>();
    var categories = new HashMap<String, String>();
    for (int i = 0; i < 30; i++) { // the other ten are in no catalogue
      categories.put("i" + i, "c" + i % 6);
      items.add(
          new Item(
              new ItemId("i" + i), null, "c" + i % 6, 1.0, true, Map.of(), Projects.NOW, false));
    }
    var batch = new BatchStatistics(events, categories);
    Set<String> statistics =
        plan.tables().stream()
            .filter(table -> !table.kind().profile())
            .map(table -> table.name())
            .collect(Collectors.toSet());
    try (var bench = QueryTrial.Bench.start(folder);
        var trial = bench.plan(plan, statistics)) {
      for (List<Event> arrived : BatchStatistics.orders(events, random)) {
        var written = trial.run(new QueryTrial.Records(arrived, items, List.of())).rows();
        checkWeights(written, batch);
        checkLists(written, batch, arrived);
        checkClicks(written, batch);
      }
    }
  }

  private static void checkWeights(Map<String, List<Row>> written, BatchStatistics batch) {
    same(
        column(written, "item_popularity", 1),
        batch.decayed(
            BatchStatistics::isInterest,
            event -> EventTypes.BUILT_IN.weight(event.type()),
            Duration.ofHours(6)));
    same(
        column(written, "item_popularity", 2),
        batch.decayed(BatchStatistics::isInterest, _ -> 1, Duration.ofDays(30)));
    same(
        column(written, "item_trending", 1),
        batch.decayed(BatchStatistics::isInterest, _ -> 1, Duration.ofHours(1)));
    same(
        column(written, "item_trending", 2),
        batch.decayed(BatchStatistics::isInterest, _ -> 1, Duration.ofDays(7)));
    same(
        column(written, "item_purchases", 1),
        batch.decayed(BatchStatistics::isPurchase, _ -> 1, Duration.ofDays(90)));
  }

  private static void checkLists(
      Map<String, List<Row>> written, BatchStatistics batch, List<Event> arrived) {
    same(
        lists(written, "item_co_purchases"),
        flat(batch.coPurchases(Duration.ofHours(1), Duration.ofDays(90))));
    // Of transitions the order of arrival is part of the definition.
    same(lists(written, "item_transitions"), flat(Fold.transitions(arrived)));
    Map<String, Double> shares = lists(written, "user_categories");
    Map<String, Double> expected = flat(batch.affinities(Duration.ofDays(30)));
    assertThat(shares.keySet()).isEqualTo(expected.keySet());
    shares.forEach(
        (key, share) ->
            assertThat(share)
                .as(key)
                .isCloseTo(of(expected, key), within(RELATIVE * of(expected, key))));
  }

  private static void checkClicks(Map<String, List<Row>> written, BatchStatistics batch) {
    var slots = new HashMap<String, Ctr>();
    for (Row row : rows(written, "slot_ctr")) {
      slots.put(
          row.text(0) + " " + row.text(1),
          new Ctr((Long) row.values().get(2), (Long) row.values().get(3), 0));
    }
    assertThat(slots).isEqualTo(batch.slots());
    Map<String, Ctr> items = batch.items();
    var prior = new BetaPrior();
    var state = prior.createAccumulator();
    items.values().forEach(ctr -> prior.accumulate(state, ctr.clicks(), ctr.impressions()));
    var found = new HashMap<String, Ctr>();
    for (Row row : rows(written, "item_ctr")) {
      String key = row.text(0) + " " + row.text(1);
      var ctr = new Ctr((Long) row.values().get(2), (Long) row.values().get(3), row.number(5));
      Ctr expected = items.get(key);
      assertThat(expected).as(key).isNotNull();
      assertThat(ctr.expected())
          .as(key)
          .isCloseTo(expected.expected(), within(RELATIVE * Math.max(1, expected.expected())));
      assertThat(row.number(4))
          .as(key)
          .isCloseTo(
              new SmoothedCtr().eval(ctr.clicks(), ctr.impressions(), prior.getValue(state)),
              within(RELATIVE));
      found.put(key, new Ctr(ctr.impressions(), ctr.clicks(), expected.expected()));
    }
    assertThat(found).isEqualTo(items);
  }

  /** Two maps of log2 weights: equal keys, weights within the bound of each other. */
  private static void same(Map<String, Double> got, Map<String, Double> expected) {
    assertThat(got.keySet()).isEqualTo(expected.keySet());
    got.forEach(
        (key, log2) ->
            assertThat(Math.pow(2, log2 - of(expected, key)))
                .as(key)
                .isCloseTo(1, within(RELATIVE)));
  }

  private static List<Row> rows(Map<String, List<Row>> written, String table) {
    return written.getOrDefault(table, List.of());
  }

  private static double of(Map<String, Double> values, String key) {
    return values.getOrDefault(key, Double.NaN);
  }

  private static Map<String, Double> column(
      Map<String, List<Row>> written, String table, int column) {
    return rows(written, table).stream()
        .collect(Collectors.toMap(row -> row.text(0), row -> row.number(column)));
  }

  private static Map<String, Double> lists(Map<String, List<Row>> written, String table) {
    var flat = new HashMap<String, Double>();
    for (Row row : rows(written, table)) {
      List<Weighted> weights = row.weights(1);
      assertThat(weights).isSortedAccordingTo((a, b) -> Double.compare(b.weight(), a.weight()));
      weights.forEach(each -> flat.put(row.text(0) + " " + each.item(), each.weight()));
    }
    assertThat(flat.isEmpty()).as(table).isFalse();
    return flat;
  }

  private static Map<String, Double> flat(Map<String, Map<String, Double>> rows) {
    var flat = new HashMap<String, Double>();
    rows.forEach((key, row) -> row.forEach((name, value) -> flat.put(key + " " + name, value)));
    return flat;
  }

  private static List<Event> events(RandomGenerator random, int count) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < count; i++) {
      boolean visitor = random.nextInt(5) == 0;
      String user = "u" + random.nextInt(12);
      boolean placed = random.nextInt(3) > 0;
      events.add(
          new Event(
              "e" + i,
              visitor ? null : new UserId(user),
              visitor ? user : null,
              new ItemId("i" + random.nextInt(40)),
              TYPES.get(random.nextInt(TYPES.size())),
              Projects.NOW.minusMillis(random.nextLong(3L * 24 * 3600 * 1000)),
              Projects.NOW.plusMillis(i),
              null,
              null,
              "web",
              null,
              null,
              null,
              placed ? "home" : null,
              placed && random.nextInt(5) > 0 ? random.nextInt(5) + 1 : null,
              null,
              null,
              Map.of()));
    }
    return events;
  }
}
