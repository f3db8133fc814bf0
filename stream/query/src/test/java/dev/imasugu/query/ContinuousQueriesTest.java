package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import dev.imasugu.testing.Randomized;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class ContinuousQueriesTest {
  @TempDir Path folder;

  private record Expected(
      Map<String, Double> popularity, Map<String, Map<String, Double>> transitions) {
    static Expected of(List<Event> events) {
      return new Expected(Fold.popularity(events), Fold.transitions(events));
    }
  }

  @Test
  @Randomized
  void queries_stoppedAndStartedInTheMiddle_equalAFoldOverTheEvents(RandomGenerator random)
      throws Exception {
    var files = new ArrayList<>(Projects.shop());
    files.add(Projects.searches());
    QueryPlan plan = QueryPlan.of(files);
    var settings = new QuerySettings(folder, Duration.ofMillis(300), 2, Duration.ZERO, null);
    List<Event> first = Projects.events(random, "a", 1500);
    List<Event> second = Projects.events(random, "b", 1500);
    var all = new ArrayList<>(first);
    all.addAll(second);
    Expected expectedFirst = Expected.of(first);
    Expected expectedAll = Expected.of(all);
    try (var log = new InMemoryEventLog(3);
        var store = new InMemoryStore()) {
      log.append(Topic.EVENTS, Projects.records(first.subList(0, 700))).join();
      append(log, "u1", new byte[] {99, 1, 2}); // not an event: skipped, not a crash loop
      try (var queries = Projects.start(plan, log, store, settings)) {
        assertThat(queries.status())
            .extracting(QueryStatus::name)
            .containsExactly(
                "excluded_items",
                "item_popularity",
                "item_transitions",
                "recent_items",
                "searches");
        await(queries, () -> running(queries));
        log.append(Topic.EVENTS, Projects.records(first.subList(700, 1500))).join();
        await(queries, () -> running(queries) && matches(plan, store, expectedFirst));
        checkDirty(store, first);
      }
      log.append(Topic.EVENTS, Projects.records(second.subList(0, 500))).join();
      try (var queries = Projects.start(plan, log, store, settings)) {
        log.append(Topic.EVENTS, Projects.records(second.subList(500, 1500))).join();
        await(queries, () -> running(queries) && matches(plan, store, expectedAll));
        assertThat(queries.status()).allMatch(status -> status.restarts() == 0);
      }
      checkProfiles(plan, store, all);
      checkStatistics(plan, store, all);
    }
  }

  private static void append(InMemoryEventLog log, String key, byte[] value) {
    log.append(Topic.EVENTS, List.of(new LogRecord(key, "x", Projects.NOW, value))).join();
  }

  private static boolean running(ContinuousQueries queries) {
    return queries.status().stream()
        .allMatch(status -> status.state() == QueryStatus.State.RUNNING && status.lag() == 0);
  }

  /** Waits for queries that write when they are ready; a deadline far beyond a busy machine. */
  static void await(ContinuousQueries queries, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(110);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("%s", queries.status()).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static void checkDirty(InMemoryStore store, List<Event> events) throws Exception {
    Map<String, String> reasons = new HashMap<>();
    for (DirtyUser user : store.dirty().take(1000, 0)) {
      reasons.put(user.user(), user.reason());
    }
    Map<String, Boolean> expected = new HashMap<>();
    for (Event event : events) {
      if (!event.type().equals(EventType.IMPRESSION)) { // no query makes a row of it
        expected.put(event.owner().value(), true);
      }
    }
    assertThat(reasons.keySet()).isEqualTo(expected.keySet());
    assertThat(reasons.values()).contains("searched");
  }

  /** Whether the newest statistics have arrived: only then is the comparison worth its message. */
  private static boolean matches(QueryPlan plan, InMemoryStore store, Expected folded) {
    FeatureTable transitions = table(plan, "item_transitions");
    FeatureTable popularity = table(plan, "item_popularity");
    for (Map.Entry<String, Double> item : folded.popularity().entrySet()) {
      Row row = store.features().findRow(popularity, List.of(item.getKey()));
      if (row == null || Math.abs(row.number(1) - item.getValue()) > 1e-9) {
        return false;
      }
    }
    for (Map.Entry<String, Map<String, Double>> item : folded.transitions().entrySet()) {
      Row row = store.features().findRow(transitions, List.of(item.getKey()));
      if (row == null || row.weights(1).size() != item.getValue().size()) {
        return false;
      }
      for (Weighted neighbour : row.weights(1)) {
        Double weight = item.getValue().get(neighbour.item());
        if (weight == null || Math.abs(weight - neighbour.weight()) > 1e-9) {
          return false;
        }
      }
    }
    return true;
  }

  private static void checkProfiles(QueryPlan plan, InMemoryStore store, List<Event> events) {
    for (String user : Fold.users(events)) {
      assertThat(store.features().find(table(plan, "recent_items"), user))
          .as("recent items of %s", user)
          .isEqualTo(Fold.recentItems(events, user));
      assertThat(store.features().find(table(plan, "excluded_items"), user))
          .as("excluded items of %s", user)
          .isEqualTo(Fold.excludedItems(events, user));
    }
  }

  private static void checkStatistics(QueryPlan plan, InMemoryStore store, List<Event> events) {
    Map<String, Double> popularity = Fold.popularity(events);
    Map<String, Double> frequency = Fold.frequency(events);
    var items = new HashMap<String, Row>();
    store.features().scan(table(plan, "item_popularity"), row -> items.put(row.text(0), row));
    assertThat(items.keySet()).isEqualTo(popularity.keySet());
    items.forEach(
        (item, row) -> {
          assertThat(row.number(1)).isCloseTo(popularity.getOrDefault(item, 0.0), within(1e-9));
          assertThat(row.number(2)).isCloseTo(frequency.getOrDefault(item, 0.0), within(1e-9));
        });
    var lists = new HashMap<String, List<Weighted>>();
    store
        .features()
        .scan(table(plan, "item_transitions"), row -> lists.put(row.text(0), row.weights(1)));
    assertThat(lists.keySet()).isEqualTo(Fold.transitions(events).keySet());
    lists
        .values()
        .forEach(list -> assertThat(list).isSortedAccordingTo(ContinuousQueriesTest::best));
  }

  private static int best(Weighted a, Weighted b) {
    return Double.compare(b.weight(), a.weight());
  }

  private static FeatureTable table(QueryPlan plan, String name) {
    FeatureTable table = plan.table(name);
    if (table == null) {
      throw new AssertionError("no table " + name);
    }
    return table;
  }
}
