package dev.imasugu.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlacementConfig.CoPurchase;
import dev.imasugu.config.PlacementConfig.Source;
import dev.imasugu.config.PlacementConfig.Trending;
import dev.imasugu.config.PlacementConfig.UserItems;
import dev.imasugu.config.Reference;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.Column;
import dev.imasugu.store.ColumnType;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.ProfileCommit;
import dev.imasugu.store.ProfileCommit.TableRow;
import dev.imasugu.store.Row;
import dev.imasugu.store.TableKind;
import dev.imasugu.store.Weighted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatisticsSourcesTest {
  private static final Duration DEADLINE = Duration.ofMillis(50);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final FeatureTable CART =
      new FeatureTable(
          "cart",
          "v1",
          new TableKind.Recent(20, "item_id"),
          List.of(
              new Column("user_id", ColumnType.TEXT),
              new Column("item_id", ColumnType.TEXT),
              new Column("occurred_at", ColumnType.INSTANT),
              new Column("event_id", ColumnType.TEXT)),
          List.of("user_id", "item_id"));
  private static final FeatureTable TRENDING =
      statistics("trending", "item_id", "recent", ColumnType.DOUBLE, "baseline", ColumnType.DOUBLE);
  private static final FeatureTable PAIRS =
      statistics("pairs", "item_id", "neighbours", ColumnType.WEIGHTS);
  private static final FeatureTable BOUGHT =
      statistics("bought", "item_id", "frequency", ColumnType.DOUBLE);
  private static final FeatureTable DROPS =
      statistics("drops", "user_id", "items", ColumnType.WEIGHTS);
  private static final Map<String, FeatureTable> TABLES =
      Map.of("cart", CART, "trending", TRENDING, "pairs", PAIRS, "bought", BOUGHT, "drops", DROPS);

  private final InMemoryEventLog log = new InMemoryEventLog(1);
  private final InMemoryStore store = new InMemoryStore();
  private final Catalog catalog;
  private Instant now = NOW;

  StatisticsSourcesTest() {
    for (String id : List.of("a", "b", "c", "d")) {
      var item = new Item(new ItemId(id), id, null, null, true, Map.of(), NOW, false);
      log.append(Topic.ITEMS, List.of(new LogRecord(id, "", NOW, ItemCodec.encode(item)))).join();
    }
    catalog = Catalog.open(log, 100, InstantSource.system());
  }

  @AfterEach
  void close() {
    catalog.close();
    store.close();
    log.close();
  }

  private static FeatureTable statistics(String name, String key, Object... columns) {
    var all = new java.util.ArrayList<Column>();
    all.add(new Column(key, ColumnType.TEXT));
    for (int i = 0; i < columns.length; i += 2) {
      all.add(new Column((String) columns[i], (ColumnType) columns[i + 1]));
    }
    return new FeatureTable(name, "v1", new TableKind.Statistics(), all, List.of(key));
  }

  /** Log2 at the epoch of a weight as it is at {@code NOW}. */
  private static double log2(double weight, Duration halfLife) {
    return Math.log(weight) / Math.log(2) + (double) NOW.toEpochMilli() / halfLife.toMillis();
  }

  private void trend(String item, double recent, double baseline) {
    store
        .features()
        .upsert(TRENDING, List.of(Row.of(item, log2(recent, HOUR), log2(baseline, WEEK))));
  }

  private Retriever open(Source source) {
    var config = new PlacementConfig(List.of(source), List.of(), 10, Duration.ofDays(1));
    return Retriever.open(
        () -> now, Map.of("p", config), TABLES, store.features(), catalog, System::nanoTime, null);
  }

  private static List<RecommendedItem> items(Retriever retriever) {
    return retriever.retrieve("p", retriever.profile("u"), new Retriever.Scratch()).items();
  }

  private static List<String> ids(List<RecommendedItem> items) {
    return items.stream().map(item -> item.item().value()).toList();
  }

  private static Reference reference(String table) {
    return new Reference(table, "placements/p.yaml", 3);
  }

  private static Trending trending() {
    return new Trending(reference("trending"), 1, HOUR, WEEK, DEADLINE);
  }

  @Test
  void trending_moreThanUsual_isRankedByDeviations() {
    trend("a", 10, 168 * 9); // an old favourite: about as much as ever
    trend("b", 10, 168); // ten where one is usual
    trend("c", 1, 1); // somebody happened to look
    trend("d", 3, 168 * 9); // less than usual
    Retriever retriever = open(trending());
    List<RecommendedItem> items = items(retriever);
    assertThat(ids(items)).containsExactly("b", "c", "a");
    double b = (10 - 1) / Math.sqrt(1 + 1);
    double a = (10 - 9) / Math.sqrt(9 + 1);
    assertThat(items.get(2).score()).isCloseTo(a / b, within(1e-9));
    assertThat(items.getFirst().source()).isEqualTo("trending");
    assertThat(ids(retriever.popular("p"))).as("for strangers").containsExactly("b", "c", "a");
  }

  @Test
  void trending_hoursWithoutEvents_isOver() {
    trend("b", 10, 168);
    Retriever retriever = open(trending());
    now = NOW.plus(Duration.ofHours(5));
    assertThat(retriever.refreshPopular()).isTrue();
    assertThat(retriever.refreshPopular()).as("within the same seconds").isFalse();
    assertThat(items(retriever)).isEmpty();
  }

  @Test
  void coPurchase_pairs_areRankedByLiftAndNeedSupport() {
    Duration days = Duration.ofDays(90);
    store
        .features()
        .upsert(
            PAIRS,
            List.of(
                Row.of(
                    "a",
                    List.of(
                        new Weighted("b", log2(8, days)),
                        new Weighted("c", log2(4, days)),
                        new Weighted("d", log2(1.9, days))))));
    for (var bought : Map.of("a", 10.0, "b", 80.0, "c", 5.0, "d", 2.0).entrySet()) {
      store
          .features()
          .upsert(BOUGHT, List.of(Row.of(bought.getKey(), log2(bought.getValue(), days))));
    }
    var row = new TableRow(CART, Row.of("u", "a", NOW, "e1"));
    store.features().commit(new ProfileCommit("v", 0, 0, 1, List.of(row), List.of()));
    var source =
        new CoPurchase(
            reference("pairs"),
            reference("cart"),
            reference("bought"),
            1,
            days,
            2,
            10,
            100,
            1,
            DEADLINE);
    List<RecommendedItem> items = items(open(source));
    assertThat(ids(items)).as("d has too little support").containsExactly("c", "b");
    double lift = (8 / (10.0 * 80)) / (4 / (10.0 * 5));
    assertThat(items.get(1).score()).isCloseTo(lift, within(1e-9));
    assertThat(items.getFirst().source()).isEqualTo("co-purchase");
  }

  @Test
  void userItems_row_isTheListInItsOrder() {
    store
        .features()
        .upsert(
            DROPS,
            List.of(
                Row.of(
                    "u",
                    List.of(new Weighted("c", 9), new Weighted("gone", 8), new Weighted("a", 7)))));
    List<RecommendedItem> items = items(open(new UserItems(reference("drops"), 1, DEADLINE)));
    assertThat(ids(items)).containsExactly("c", "a");
    assertThat(items.get(1).score()).isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void check_unfitTable_isAClearError() {
    assertThatThrownBy(() -> open(new UserItems(reference("pairs"), 1, DEADLINE)))
        .hasMessage(
            "pairs in placements/p.yaml:3 (expected: a statistics table with the primary key"
                + " user_id).");
    assertThatThrownBy(() -> open(new Trending(reference("bought"), 1, HOUR, WEEK, DEADLINE)))
        .hasMessageContaining("bought in placements/p.yaml:3 has no column recent");
    assertThatThrownBy(() -> new Trending(reference("trending"), 1, WEEK, HOUR, DEADLINE))
        .hasMessageContaining("baseline-half-life (ms): 3600000");
  }
}
