package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.Row;
import dev.imasugu.testing.Randomized;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuousQueriesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  static List<QueryFile> defaults() throws IOException {
    try (Stream<Path> paths = Files.list(Path.of("../../examples/shop/sql"))) {
      var files = new ArrayList<QueryFile>();
      for (Path path : paths.sorted().toList()) {
        files.add(new QueryFile("sql/" + path.getFileName(), Files.readString(path)));
      }
      return files;
    }
  }

  @Test
  @Randomized
  void smoke(RandomGenerator random) throws Exception {
    long t0 = System.nanoTime();
    QueryPlan plan = QueryPlan.of(defaults());
    System.out.println("plan ms " + (System.nanoTime() - t0) / 1000000);
    var log = new InMemoryEventLog(3);
    var store = new InMemoryStore();
    var queries =
        ContinuousQueries.start(
            plan, log, store, new QuerySettings(folder, Duration.ofSeconds(1), 1, Duration.ZERO));
    var events = new ArrayList<LogRecord>();
    for (int i = 0; i < 2000; i++) {
      var event =
          new Event(
              "e" + i,
              new UserId("u" + random.nextInt(50)),
              null,
              new ItemId("i" + random.nextInt(40)),
              EventType.VIEW,
              NOW.plusSeconds(i),
              NOW.plusSeconds(i),
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              Map.of());
      events.add(
          new LogRecord(event.owner().value(), event.eventId(), NOW, EventCodec.encode(event)));
    }
    log.append(Topic.EVENTS, events).join();
    String last = "";
    for (int i = 0; i < 150; i++) {
      Thread.sleep(100);
      String now = queries.status().get(0).state() + " " + queries.status().get(1).state();
      if (!now.equals(last)) System.out.println((System.nanoTime() - t0) / 1000000 + " " + now);
      last = now;
      if (queries.status().stream().allMatch(s -> s.state() == QueryStatus.State.RUNNING)) break;
    }
    System.out.println((System.nanoTime() - t0) / 1000000 + " " + queries.status());
    FeatureTable recent = plan.table("recent_items");
    System.out.println(store.features().find(recent, "u1"));
    Thread.sleep(500);
    System.out.println(store.features().findRow(plan.table("item_popularity"), List.of("i1")));
    Row row = store.features().findRow(plan.table("item_transitions"), List.of("i1"));
    System.out.println(row);
    queries.close();
    System.out.println((System.nanoTime() - t0) / 1000000);
    assertThat(row).isNotNull();
  }
}
