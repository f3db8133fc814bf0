package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.Topic;
import dev.imasugu.query.QueryStatus.State;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the queries when their state, or an event, is not as it should be. */
@Timeout(240)
class RecoveryTest {
  private static final QueryFile COUNTS =
      new QueryFile(
          "sql/counts.sql",
          """
          -- How often each item was touched.
          --
          -- kind: statistics
          CREATE TABLE counts (
            item_id STRING,
            events BIGINT,
            PRIMARY KEY (item_id) NOT ENFORCED
          );

          INSERT INTO counts SELECT item_id, COUNT(*) FROM events GROUP BY item_id;
          """);

  private static final QueryFile SHARES =
      new QueryFile(
          "sql/shares.sql",
          """
          -- Divides by what a client says.
          --
          -- kind: statistics
          CREATE TABLE shares (
            item_id STRING,
            share BIGINT,
            PRIMARY KEY (item_id) NOT ENFORCED
          );

          INSERT INTO shares
          SELECT item_id, SUM(100 / CAST(session_id AS INT)) FROM events GROUP BY item_id;
          """);

  private static final QueryFile RECENT =
      new QueryFile(
          "sql/recent.sql",
          """
          -- What a user touched lately.
          --
          -- kind: recent 10 by item_id
          CREATE TABLE recent (
            user_id STRING,
            item_id STRING,
            occurred_at TIMESTAMP_LTZ(3),
            event_id STRING,
            PRIMARY KEY (user_id, item_id) NOT ENFORCED
          );

          INSERT INTO recent SELECT user_id, item_id, occurred_at, event_id FROM events;
          """);

  @TempDir Path folder;

  private final QueryPlan plan = QueryPlan.of(List.of(COUNTS));

  @Test
  void start_newestCheckpointDamaged_takesTheNextOlder() throws Exception {
    try (var log = new InMemoryEventLog(2);
        var store = new InMemoryStore()) {
      countTwice(log, store);
      List<Path> checkpoints = checkpoints();
      assertThat(checkpoints).hasSizeBetween(2, 3); // the last may not have been told of the oldest
      damage(checkpoints.get(0));
      // What only the checkpoints know is not in the log any more.
      log.retain(Topic.EVENTS, Projects.NOW.plusMillis(3), List.of(99L, 99L));
      goesOn(log, store);
    }
  }

  @Test
  void start_allCheckpointsDamaged_readsTheLogAgain() throws Exception {
    try (var log = new InMemoryEventLog(2);
        var store = new InMemoryStore()) {
      countTwice(log, store);
      checkpoints().forEach(RecoveryTest::damage);
      goesOn(log, store);
    }
  }

  @Test
  void run_queryFailsOnARow_goesWithoutItAndNobodyElseNotices() throws Exception {
    QueryPlan failing = QueryPlan.of(List.of(COUNTS, RECENT, SHARES));
    try (var log = new InMemoryEventLog(2);
        var store = new InMemoryStore();
        var queries = Projects.start(failing, log, store, settings())) {
      append(log, event(1, "u1", "4"), event(2, "u2", "5"));
      append(log, event(3, "u1", "0"), event(4, "u3", "1"));
      ContinuousQueriesTest.await(
          queries,
          () ->
              value(store, failing, "shares", "i1") == 25L + 20L + 100L
                  && value(store, failing, "counts", "i1") == 4L
                  && store.features().find(table(failing, "recent"), "u3").size() == 1);
      QueryStatus shares = status(queries, "shares");
      assertThat(shares.quarantinedRows()).isEqualTo(1);
      assertThat(shares.error()).contains("/ by zero");
      assertThat(queries.status())
          .allMatch(status -> status.state() == State.RUNNING && status.restarts() == 0)
          .filteredOn(status -> !status.name().equals("shares"))
          .allMatch(status -> status.quarantinedRows() == 0 && status.error() == null);
    }
  }

  /** Leaves two complete checkpoints behind; the item's count is 2 then. */
  private void countTwice(InMemoryEventLog log, InMemoryStore store) {
    try (var queries = Projects.start(plan, log, store, settings())) {
      append(log, event(1, "u1", "1"), event(2, "u2", "1"));
      ContinuousQueriesTest.await(queries, () -> value(store, plan, "counts", "i1") == 2);
      List<Path> older = checkpoints();
      ContinuousQueriesTest.await(
          queries,
          () -> {
            List<Path> newer = checkpoints();
            return newer.size() >= 2 && newer.stream().noneMatch(older::contains);
          });
    }
  }

  private void goesOn(InMemoryEventLog log, InMemoryStore store) {
    try (var queries = Projects.start(plan, log, store, settings())) {
      append(log, event(3, "u1", "1"));
      ContinuousQueriesTest.await(queries, () -> value(store, plan, "counts", "i1") == 3);
      QueryStatus status = status(queries, "counts");
      assertThat(status.state()).isEqualTo(State.RUNNING);
      assertThat(status.restarts()).isZero();
    }
  }

  private QuerySettings settings() {
    return new QuerySettings(folder, Duration.ofMillis(100), 1, Duration.ZERO, null);
  }

  private List<Path> checkpoints() {
    return new Checkpoints(folder.resolve("checkpoints"), "statistics-1").complete();
  }

  private static void damage(Path checkpoint) {
    try {
      Path metadata = checkpoint.resolve("_metadata");
      byte[] bytes = Files.readAllBytes(metadata);
      Files.write(
          metadata,
          Arrays.copyOf(bytes, bytes.length / 2),
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static QueryStatus status(ContinuousQueries queries, String name) {
    return queries.status().stream()
        .filter(status -> status.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long value(InMemoryStore store, QueryPlan plan, String table, String item) {
    Row row = store.features().findRow(table(plan, table), List.of(item));
    return row == null ? -1 : (Long) row.values().get(1);
  }

  private static FeatureTable table(QueryPlan plan, String name) {
    FeatureTable table = plan.table(name);
    if (table == null) {
      throw new AssertionError("no table " + name);
    }
    return table;
  }

  private static void append(InMemoryEventLog log, Event... events) {
    log.append(Topic.EVENTS, Projects.records(List.of(events))).join();
  }

  private static Event event(int number, String user, @Nullable String session) {
    return new Event(
        "e" + number,
        new UserId(user),
        null,
        new ItemId("i1"),
        EventType.VIEW,
        Projects.NOW.plusMillis(number),
        Projects.NOW.plusMillis(number),
        null,
        null,
        null,
        session,
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of());
  }
}
