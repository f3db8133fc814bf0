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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day boundary is not an event, wherever one lives; and time goes on when nobody does anything.
 */
@Timeout(240)
class EventTimeTest {
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** Before the night in which Berlin has two o'clock twice. */
  private static final Instant BEGIN = Instant.parse("2026-10-24T03:00:00Z");

  private static final QueryFile DAYS =
      new QueryFile(
          "sql/days.sql",
          """
          -- Views of each day in Tokyo.
          --
          -- kind: statistics
          CREATE TABLE days (day_begin STRING, n BIGINT, PRIMARY KEY (day_begin) NOT ENFORCED);
          INSERT INTO days
          SELECT CAST(window_start AS STRING), COUNT(*)
          FROM TABLE(
            TUMBLE(TABLE events, DESCRIPTOR(occurred_at), INTERVAL '1' DAY, INTERVAL '15' HOUR))
          GROUP BY window_start, window_end;
          """);

  @TempDir Path folder;

  private final TimeZone before = TimeZone.getDefault();
  private final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);
  private final List<Event> events = new ArrayList<>();
  private final InMemoryEventLog log = new InMemoryEventLog(3);
  private final InMemoryStore store = new InMemoryStore();
  private @Nullable Deployments deployments;

  @AfterEach
  void stop() {
    TimeZone.setDefault(before);
    store.close();
    log.close();
  }

  @Test
  void threeDays_acrossMidnightsAndTheEndOfSummerTime_loseNoRowAndNeedNoRestart() throws Exception {
    var files = new ArrayList<>(Projects.shop());
    files.add(DAYS);
    QueryPlan plan = QueryPlan.of(files);
    try (var queries = start(plan, TOKYO)) {
      live(Duration.ofHours(36));
      await(queries);
    }
    try (var queries = start(plan, BERLIN)) {
      live(Duration.ofHours(36));
      await(queries);
      for (String user : Fold.users(events)) {
        assertThat(store.features().find(table("recent_items"), user))
            .isEqualTo(Fold.recentItems(events, user));
      }

      // The stream stops after one event: what waits for the end of its day is done all the same.
      now.updateAndGet(at -> at.plus(Duration.ofHours(30)));
      append(event("last", now.get()));
      Instant day = now.get();
      now.updateAndGet(at -> at.plus(Duration.ofHours(26)));
      ContinuousQueriesTest.await(
          queries,
          () -> {
            now.updateAndGet(at -> at.plusMillis(1_100));
            return days().equals(expectedDays(now.get()));
          });
      assertThat(days().get(dayOf(day))).isEqualTo(1L);
      assertThat(queries.status()).allMatch(each -> each.lateRows() == 0);

      // Two days late: too late for its day, counted; the recent items have it at its place.
      append(event("late", now.get().minus(Duration.ofDays(2))));
      ContinuousQueriesTest.await(
          queries,
          () ->
              store
                  .features()
                  .find(table("recent_items"), "u1")
                  .equals(Fold.recentItems(events, "u1")));
      ContinuousQueriesTest.await(
          queries,
          () ->
              queries.status().stream()
                  .filter(each -> each.name().equals("days"))
                  .allMatch(each -> each.lateRows() == 1));
      assertThat(queries.status())
          .allMatch(each -> each.restarts() == 0 && each.state() == State.RUNNING);
    }
  }

  private ContinuousQueries start(QueryPlan plan, ZoneId zone) {
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    Deployments opened = Deployments.open(folder, plan, log);
    deployments = opened;
    return ContinuousQueries.start(
        opened,
        store,
        new QuerySettings(folder, Duration.ofMillis(300), 1, Duration.ofDays(9), null),
        now::get,
        _ -> {},
        _ -> () -> {});
  }

  /** Some events every twenty minutes. */
  private void live(Duration time) {
    Instant end = now.get().plus(time);
    while (now.get().isBefore(end)) {
      now.updateAndGet(at -> at.plus(Duration.ofMinutes(20)));
      for (int i = 0; i < 5; i++) {
        append(event("e" + events.size(), now.get().minusMillis(100L * i)));
      }
    }
  }

  private void append(Event event) {
    events.add(event);
    log.append(Topic.EVENTS, Projects.records(List.of(event))).join();
  }

  private Event event(String id, Instant occurredAt) {
    int number = events.size();
    return new Event(
        id,
        new UserId("u" + number % 3),
        null,
        new ItemId("i" + number % 50),
        EventType.VIEW,
        occurredAt,
        now.get());
  }

  private void await(ContinuousQueries queries) {
    Map<String, Double> popularity = Fold.popularity(events);
    ContinuousQueriesTest.await(
        queries,
        () -> {
          now.updateAndGet(at -> at.plusMillis(1_100)); // partitions without events are idle
          return popularity.entrySet().stream().allMatch(this::isStored)
              && days().equals(expectedDays(now.get()));
        });
    assertThat(queries.status()).allMatch(each -> each.restarts() == 0 && each.lateRows() == 0);
  }

  private boolean isStored(Map.Entry<String, Double> item) {
    Row row = store.features().findRow(table("item_popularity"), List.of(item.getKey()));
    return row != null && Math.abs(row.number(1) - item.getValue()) < 1e-9;
  }

  private Map<String, Long> days() {
    var days = new HashMap<String, Long>();
    store.features().scan(table("days"), row -> days.put(row.text(0), (Long) row.values().get(1)));
    return days;
  }

  /** Events of the days that are over. */
  private Map<String, Long> expectedDays(Instant at) {
    var days = new HashMap<String, Long>();
    for (Event event : events) {
      LocalDate day = event.occurredAt().atZone(TOKYO).toLocalDate();
      Instant end = day.plusDays(1).atStartOfDay(TOKYO).toInstant();
      if (!end.isAfter(at.minus(Watermarks.LATENESS))) {
        days.merge(dayOf(event.occurredAt()), 1L, Long::sum);
      }
    }
    return days;
  }

  /** As SQL writes its beginning, in UTC. */
  private static String dayOf(Instant instant) {
    return instant.atZone(TOKYO).toLocalDate().minusDays(1) + " 15:00:00.000";
  }

  private FeatureTable table(String name) {
    FeatureTable table = Objects.requireNonNull(deployments).live().table(name);
    if (table == null) {
      throw new AssertionError("no table " + name);
    }
    return table;
  }
}
