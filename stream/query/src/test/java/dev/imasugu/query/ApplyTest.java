package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.Topic;
import dev.imasugu.query.QueryChange.Action;
import dev.imasugu.query.QueryStatus.State;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed queries go live beside those that are not touched, and each event counts once in each.
 */
@Timeout(240)
class ApplyTest {
  private static final QueryFile RECENT =
      new QueryFile(
          "sql/recent.sql",
          """
          -- kind: recent 100 by item_id
          CREATE TABLE recent (
            user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3), event_id STRING,
            PRIMARY KEY (user_id, item_id) NOT ENFORCED
          );
          INSERT INTO recent SELECT user_id, item_id, occurred_at, event_id FROM events;
          """);
  private static final QueryFile SHORTER =
      new QueryFile(RECENT.path(), RECENT.text().replace("recent 100 by", "recent 99 by"));
  private static final QueryFile LAST = copy(RECENT, "recent", "last");
  private static final QueryFile COUNTS = counts("counts", "COUNT(*)");
  private static final QueryFile OTHERS = counts("others", "COUNT(*)");

  @TempDir Path folder;

  private final InMemoryEventLog log = new InMemoryEventLog(2);
  private final InMemoryStore store = new InMemoryStore();
  private final List<LiveQueries> swaps = new CopyOnWriteArrayList<>();
  private Deployments deployments;
  private ContinuousQueries queries;
  private int events;

  private static QueryFile counts(String name, String aggregate) {
    return new QueryFile(
        "sql/" + name + ".sql",
        """
        -- kind: statistics
        CREATE TABLE %s (item_id STRING, n BIGINT, PRIMARY KEY (item_id) NOT ENFORCED);
        INSERT INTO %s SELECT item_id, %s FROM events GROUP BY item_id;
        """
            .formatted(name, name, aggregate));
  }

  private static QueryFile copy(QueryFile file, String from, String to) {
    String text =
        file.text().replace("TABLE " + from, "TABLE " + to).replace("INTO " + from, "INTO " + to);
    return new QueryFile("sql/" + to + ".sql", text);
  }

  @BeforeEach
  void start() {
    start(List.of(RECENT, LAST, COUNTS, OTHERS));
  }

  private void start(List<QueryFile> files) {
    QueryPlan plan = QueryPlan.of(files);
    var settings = new QuerySettings(folder, Duration.ofMillis(200), 1, Duration.ZERO, null);
    deployments = Deployments.open(folder, plan, log);
    deployments.toward(plan, false);
    queries =
        ContinuousQueries.start(
            deployments, store, settings, InstantSource.system(), _ -> {}, this::swap);
  }

  private Runnable swap(LiveQueries next) {
    return () -> swaps.add(next);
  }

  @AfterEach
  void stop() {
    queries.close();
    store.close();
    log.close();
  }

  @Test
  void apply_aProfileAndAStatisticsQueryChanged_othersAreNotTouched() {
    append(300);
    await(() -> count("counts") == 300 && running());
    List<QueryStatus> before = queries.status();

    QueryFile doubled = counts("counts", "COUNT(*) * 2");
    List<QueryFile> changed = List.of(SHORTER, LAST, doubled, OTHERS);
    Changes changes = queries.apply(QueryPlan.of(changed), false, this::swap);
    assertThat(changes.queries())
        .extracting(QueryChange::name, QueryChange::action, QueryChange::to)
        .containsExactlyInAnyOrder(
            tuple("recent", Action.REPLACE, 2),
            tuple("last", Action.KEEP, 1),
            tuple("counts", Action.REPLACE, 2),
            tuple("others", Action.KEEP, 1));
    FeatureTable old = table("counts");
    for (int i = 0; i < 20; i++) { // while it is built
      append(10);
      assertThat(store.features().findRow(table("others"), List.of("i1"))).isNotNull();
    }
    await(() -> swaps.size() == 1 && running());
    append(100);
    await(() -> count("counts") == 1200 && count("others") == 600 && rows("recent") == 99);
    assertThat(rows("last")).isEqualTo(100);
    assertThat(table("counts").id()).isNotEqualTo(old.id());
    assertThat(status("others").job()).isEqualTo(of(before, "others").job());
    assertThat(queries.status()).hasSize(4).allMatch(each -> each.restarts() == 0 && each.live());
    await(() -> store.features().findRow(old, List.of("i1")) == null); // the old version is gone

    // A restart goes on with the same versions, and the old job without what has left it.
    queries.close();
    start(changed);
    append(100);
    await(() -> count("counts") == 1400 && count("others") == 700 && running());
    assertThat(status("recent").version()).isEqualTo(2);
    assertThat(status("others").version()).isEqualTo(1);
    assertThat(swaps).hasSize(1);
  }

  /** Lists are made of what is live, which has marked whom its events touched. */
  @Test
  void apply_eventsThatTheLiveVersionHasRead_marksNobody() throws Exception {
    append(300);
    await(() -> count("counts") == 300 && running());
    assertThat(store.dirty().clean(store.dirty().take(100, 0))).isEqualTo(7);

    List<QueryFile> changed = List.of(SHORTER, LAST, COUNTS, OTHERS);
    queries.apply(QueryPlan.of(changed), false, this::swap);
    await(() -> swaps.size() == 1 && rows("recent") == 99);
    assertThat(store.dirty().size()).isZero();

    append(1);
    await(() -> store.dirty().size() > 0);
  }

  @Test
  void start_filesChangedWhileItWasDown_buildsBesideWhatWasLive() {
    append(100);
    await(() -> count("counts") == 100 && running());
    queries.close();
    start(List.of(RECENT, LAST, counts("counts", "COUNT(*) + 1000"), OTHERS));
    assertThat(deployments.live().number()).isEqualTo(1);
    assertThat(count("counts")).isEqualTo(100);
    await(() -> swaps.size() == 1);
    await(() -> count("counts") == 1100);
  }

  @Test
  void apply_fileGone_keepsItUntilItIsPruned() {
    append(50);
    await(() -> count("others") == 50 && running());
    var fewer = new ArrayList<>(List.of(RECENT, LAST, COUNTS));
    assertThat(queries.apply(QueryPlan.of(fewer), false, this::swap).none()).isTrue();
    append(50);
    await(() -> count("others") == 100);
    FeatureTable others = table("others");
    assertThat(queries.apply(QueryPlan.of(fewer), true, this::swap).none()).isFalse();
    await(() -> swaps.size() == 1);
    assertThat(deployments.live().table("others")).isNull();
    await(() -> store.features().findRow(others, List.of("i1")) == null);
    append(50);
    await(() -> count("counts") == 150);
    assertThat(queries.status()).allMatch(each -> each.restarts() == 0);
    assertThat(store.features().findRow(others, List.of("i1"))).isNull();
  }

  @Test
  void apply_queryThatFailsOnMostRows_neverGoesLive() {
    append(2500);
    await(() -> count("counts") == 2500 && running());
    QueryFile failing = counts("counts", "SUM(1 / CAST(session_id AS INT))");
    queries.apply(QueryPlan.of(List.of(RECENT, LAST, failing, OTHERS)), false, this::swap);
    await(() -> queries.rolloutFailure() != null);
    assertThat(queries.rolloutFailure()).startsWith("sql/counts.sql: ").contains("/ by zero");
    append(100);
    await(() -> count("counts") == 2600 && count("others") == 2600);
    assertThat(swaps).isEmpty();
    assertThat(queries.status())
        .filteredOn(QueryStatus::live)
        .allMatch(each -> each.state() == State.RUNNING);

    // Another apply takes its place.
    QueryFile better = counts("counts", "COUNT(*) * 3");
    queries.apply(QueryPlan.of(List.of(RECENT, LAST, better, OTHERS)), false, this::swap);
    await(() -> swaps.size() == 1);
    await(() -> count("counts") == 7800);
  }

  private void await(BooleanSupplier condition) {
    ContinuousQueriesTest.await(queries, condition);
  }

  private boolean running() {
    return queries.status().stream().allMatch(each -> each.state() == State.RUNNING);
  }

  private QueryStatus status(String name) {
    return of(queries.status(), name);
  }

  private static QueryStatus of(List<QueryStatus> all, String name) {
    return all.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private FeatureTable table(String name) {
    FeatureTable table = deployments.live().table(name);
    if (table == null) {
      throw new AssertionError("no table " + name);
    }
    return table;
  }

  private long count(String name) {
    Row row = store.features().findRow(table(name), List.of("i1"));
    return row == null ? -1 : (Long) row.values().get(1);
  }

  private int rows(String name) {
    return store.features().find(table(name), "u0").size();
  }

  /** All of one item for the counts; of u0 every event also touches an item of its own. */
  private void append(int count) {
    var records = new ArrayList<Event>();
    for (int i = 0; i < count; i++) {
      events++;
      records.add(event(events, "u" + events % 7, "i1"));
      records.add(event(-events, "u0", "own" + events % 100));
    }
    log.append(Topic.EVENTS, Projects.records(records)).join();
  }

  private static Event event(int number, String user, String item) {
    return new Event(
        "e" + number,
        new UserId(user),
        null,
        new ItemId(item),
        EventType.VIEW,
        Projects.NOW.plusMillis(Math.abs(number)),
        Projects.NOW.plusMillis(Math.abs(number)),
        null,
        null,
        null,
        "0",
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of());
  }
}
