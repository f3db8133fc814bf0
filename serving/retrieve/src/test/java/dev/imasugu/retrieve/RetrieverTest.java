package dev.imasugu.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlacementConfig.Popular;
import dev.imasugu.config.PlacementConfig.Recent;
import dev.imasugu.config.PlacementConfig.Source;
import dev.imasugu.config.PlacementConfig.Transitions;
import dev.imasugu.config.Reference;
import dev.imasugu.domain.AsOf;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetrieverTest {
  private static final Duration DEADLINE = Duration.ofMillis(50);
  private static final FeatureTable RECENT = profile("recent_items");
  private static final FeatureTable BOUGHT = profile("excluded_items");
  private static final FeatureTable POPULARITY =
      new FeatureTable(
          "item_popularity",
          "v1",
          new TableKind.Statistics(),
          List.of(
              new Column("item_id", ColumnType.TEXT),
              new Column("popularity", ColumnType.DOUBLE),
              new Column("frequency", ColumnType.DOUBLE)),
          List.of("item_id"));
  private static final FeatureTable TRANSITIONS =
      new FeatureTable(
          "item_transitions",
          "v1",
          new TableKind.Statistics(),
          List.of(
              new Column("item_id", ColumnType.TEXT), new Column("neighbours", ColumnType.WEIGHTS)),
          List.of("item_id"));
  private static final Map<String, FeatureTable> TABLES =
      Map.of(
          "recent_items", RECENT,
          "excluded_items", BOUGHT,
          "item_popularity", POPULARITY,
          "item_transitions", TRANSITIONS);

  private final InMemoryEventLog log = new InMemoryEventLog(1);
  private final InMemoryStore store = new InMemoryStore();
  private final Catalog catalog;
  private final AtomicLong nanos = new AtomicLong();
  private long position;

  RetrieverTest() {
    for (String id : List.of("a", "b", "c", "d", "e")) {
      put(id, true);
    }
    catalog = Catalog.open(log, 100, InstantSource.system());
    popularity("a", 10, 0);
    popularity("b", 9, 0);
    popularity("c", 8, 2);
    popularity("d", 7, 4);
  }

  @AfterEach
  void close() {
    catalog.close();
    store.close();
    log.close();
  }

  @Test
  void retrieve_popular_isOrderedByDecayedWeight() {
    assertThat(retrieve(popular(1)))
        .extracting(item -> item.item().value())
        .containsExactly("a", "b", "c", "d", "e");
    assertThat(retrieve(popular(1)).getLast().source()).isEqualTo("catalogue");
    assertThat(retrieve(popular(1)).get(1).score()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void retrieve_recent_isTheHistoryNewestFirst() {
    seen(RECENT, "b", 1);
    seen(RECENT, "a", 3);
    seen(RECENT, "gone", 2);
    assertThat(retrieve(recent()))
        .extracting(item -> item.item().value())
        .containsExactly("a", "b");
  }

  @Test
  void retrieve_transitions_followTheFormula() {
    seen(RECENT, "a", 2);
    seen(RECENT, "b", 1);
    neighbours("a", new Weighted("c", 1), new Weighted("d", 1));
    neighbours("b", new Weighted("d", 3));
    List<RecommendedItem> items = retrieve(transitions(1));
    // c: 2^1 / sqrt(2^0 * 2^2) = 1; d: 2^1 / sqrt(2^4) + 0.6 * 2^3 / sqrt(2^4) = 0.5 + 1.2
    assertThat(items).extracting(item -> item.item().value()).containsExactly("d", "c");
    assertThat(items.get(1).score()).isCloseTo(1 / 1.7, within(1e-12));
    assertThat(items.getFirst().source()).isEqualTo("transitions");
  }

  @Test
  void retrieve_sharpTransitions_preferOneCloseNeighbour() {
    seen(RECENT, "a", 2);
    seen(RECENT, "b", 1);
    neighbours("a", new Weighted("c", 1), new Weighted("d", 1));
    neighbours("b", new Weighted("d", 3));
    List<RecommendedItem> items = retrieve(transitions(1, 2));
    // c: 1^2; d: 0.5^2 + 0.6 * 2^2
    assertThat(items.get(1).score()).isCloseTo(1 / 2.65, within(1e-12));
  }

  @Test
  void retrieve_severalSources_addWeightedScoresAndNameTheLargest() {
    seen(RECENT, "a", 1);
    neighbours("a", new Weighted("d", 1));
    List<RecommendedItem> items = retrieve(popular(1), transitions(0.9));
    RecommendedItem d =
        items.stream().filter(item -> item.item().value().equals("d")).findFirst().orElseThrow();
    assertThat(d.score()).isCloseTo(0.9 + 1.0 / 8, within(1e-12));
    assertThat(d.source()).isEqualTo("transitions");
  }

  @Test
  void retrieve_excludedAndUnavailable_areLeftOut() {
    seen(BOUGHT, "a", 1);
    put("b", false);
    catalog.shown(AsOf.of(0, log.end(Topic.ITEMS, 0))).join();
    assertThat(retrieve(popular(1)))
        .extracting(item -> item.item().value())
        .containsExactly("c", "d", "e");
  }

  @Test
  void retrieve_sizeOfThePlacement_isTheMost() {
    var config = new PlacementConfig(List.of(popular(1)), List.of(), 2, Duration.ofDays(1));
    assertThat(open(config).retrieve("p", profile(config), new Retriever.Scratch()).items())
        .hasSize(2);
  }

  @Test
  void retrieve_statisticsChange_isSeenWithinASecond() {
    seen(RECENT, "a", 1);
    var config = placement(transitions(1));
    Retriever retriever = open(config);
    neighbours("a", new Weighted("c", 1));
    assertThat(first(retriever)).isEqualTo("c");
    neighbours("a", new Weighted("d", 9));
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(first(retriever)).isEqualTo("d");
    popularity("e", 99, 0);
    assertThat(retriever.refreshPopular()).isFalse();
  }

  @Test
  void refreshPopular_newWeightOrItem_isSeen() {
    Retriever retriever = open(placement(popular(1)));
    assertThat(retriever.refreshPopular()).isFalse();
    popularity("e", 99, 0);
    assertThat(retriever.refreshPopular()).isTrue();
    assertThat(retriever.popular("p").getFirst().item()).isEqualTo(new ItemId("e"));
  }

  @Test
  void retrieve_sourcePastItsDeadline_isLeftOutAndNamed() {
    seen(RECENT, "a", 1);
    neighbours("a", new Weighted("d", 1));
    var config = placement(transitions(1), popular(1));
    var slow =
        Retriever.open(
            Map.of("p", config),
            TABLES,
            store.features(),
            catalog,
            () -> nanos.getAndAdd(Duration.ofMillis(30).toNanos()));
    Retrieved retrieved = slow.retrieve("p", slow.profile("u"), new Retriever.Scratch());
    // Each look at the clock takes 30 ms: three looks for transitions, two for popular.
    assertThat(retrieved.missingSources()).containsExactly("transitions");
    assertThat(retrieved.items().getFirst().item().value()).isEqualTo("a");
  }

  @Test
  void check_badReference_namesFileLineAndNearest() {
    var typo = new Recent(new Reference("recent_item", "placements/p.yaml", 3), 1, DEADLINE);
    assertThatThrownBy(() -> Retriever.check(Map.of("p", placement(typo)), TABLES))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Unknown table recent_item in placements/p.yaml:3 (expected one of: excluded_items,"
                + " item_popularity, item_transitions, recent_items)."
                + "\nMaybe you meant recent_items.");
    var unfit = new Recent(new Reference("item_popularity", "f", 3), 1, DEADLINE);
    assertThatThrownBy(() -> Retriever.check(Map.of("p", placement(unfit)), TABLES))
        .hasMessage("item_popularity in f:3 is a statistics table (expected: a profile table).");
    var wrong = new Popular(new Reference("item_transitions", "f", 3), 1, DEADLINE);
    assertThatThrownBy(() -> Retriever.check(Map.of("p", placement(wrong)), TABLES))
        .hasMessage(
            "item_transitions in f:3 has no column popularity of type DOUBLE (expected: one).");
  }

  private String first(Retriever retriever) {
    return retriever
        .retrieve("p", retriever.profile("u"), new Retriever.Scratch())
        .items()
        .getFirst()
        .item()
        .value();
  }

  private List<RecommendedItem> retrieve(Source... sources) {
    var config = placement(sources);
    return open(config).retrieve("p", profile(config), new Retriever.Scratch()).items();
  }

  private Profile profile(PlacementConfig config) {
    return open(config).profile("u");
  }

  private Retriever open(PlacementConfig config) {
    return Retriever.open(Map.of("p", config), TABLES, store.features(), catalog, nanos::get);
  }

  private static PlacementConfig placement(Source... sources) {
    return new PlacementConfig(
        List.of(sources), List.of(reference("excluded_items")), 100, Duration.ofDays(1));
  }

  private static Popular popular(double weight) {
    return new Popular(reference("item_popularity"), weight, DEADLINE);
  }

  private static Recent recent() {
    return new Recent(reference("recent_items"), 1, DEADLINE);
  }

  private static Transitions transitions(double weight) {
    return transitions(weight, 1);
  }

  private static Transitions transitions(double weight, double sharpness) {
    return new Transitions(
        reference("item_transitions"),
        reference("recent_items"),
        reference("item_popularity"),
        weight,
        10,
        100,
        0.6,
        0.5,
        sharpness,
        DEADLINE);
  }

  private static Reference reference(String name) {
    return new Reference(name, "placements/p.yaml", 1);
  }

  private static FeatureTable profile(String name) {
    return new FeatureTable(
        name,
        "v1",
        new TableKind.Recent(30, "item_id"),
        List.of(
            new Column("user_id", ColumnType.TEXT),
            new Column("item_id", ColumnType.TEXT),
            new Column("occurred_at", ColumnType.INSTANT),
            new Column("event_id", ColumnType.TEXT)),
        List.of("user_id", "item_id"));
  }

  private void seen(FeatureTable table, String item, long second) {
    Row row = Row.of("u", item, Instant.ofEpochSecond(second), "e" + second);
    store
        .features()
        .commit(
            new ProfileCommit(
                "v", 0, position, ++position, List.of(new TableRow(table, row)), List.of()));
  }

  private void popularity(String item, double popularity, double frequency) {
    store.features().upsert(POPULARITY, List.of(Row.of(item, popularity, frequency)));
  }

  private void neighbours(String item, Weighted... neighbours) {
    store
        .features()
        .upsert(TRANSITIONS, List.of(Row.of(item, new ArrayList<>(List.of(neighbours)))));
  }

  private void put(String id, boolean available) {
    Item item =
        new Item(new ItemId(id), null, null, null, available, Map.of(), Instant.EPOCH, false);
    log.append(Topic.ITEMS, List.of(new LogRecord(id, "", Instant.EPOCH, ItemCodec.encode(item))))
        .join();
  }
}
