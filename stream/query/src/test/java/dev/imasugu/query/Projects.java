package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Query files and events for tests. */
final class Projects {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private Projects() {}

  /** What a first list of the default project needs. */
  private static final Set<String> FIRST =
      Set.of("excluded_items", "item_popularity", "item_transitions", "recent_items");

  /** The default project's files that a first list needs. */
  static List<QueryFile> shop() throws IOException {
    return all().stream().filter(file -> FIRST.contains(file.name())).toList();
  }

  /** All of the default project's files. */
  static List<QueryFile> all() throws IOException {
    try (Stream<Path> paths = Files.list(Path.of("../../examples/shop/sql"))) {
      var files = new ArrayList<QueryFile>();
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        files.add(new QueryFile("sql/" + path.getFileName(), Files.readString(path)));
      }
      return files;
    }
  }

  /** Starts a plan, or goes on with it, as a server does; what is poisoned is only counted. */
  static ContinuousQueries start(
      QueryPlan plan, EventLog log, Store store, QuerySettings settings) {
    Deployments deployments = Deployments.open(settings.folder(), plan, log);
    deployments.toward(plan, false);
    return ContinuousQueries.start(
        deployments, store, settings, InstantSource.system(), _ -> {}, _ -> () -> {});
  }

  /** A file that marks everyone who searches. */
  static QueryFile searches() {
    return new QueryFile(
        "sql/searches.sql",
        """
        -- Who searched gets a new list.
        INSERT INTO triggers
        SELECT user_id, 'searched', occurred_at FROM events WHERE type = 'search';
        """);
  }

  private static final Set<EventType> WITHOUT_ITEM =
      Set.of(EventType.SEARCH, EventType.SESSION_START, EventType.LOGIN);

  /** Events of few users and items, their times all over the last 60 days. */
  static List<Event> events(RandomGenerator random, String prefix, int count) {
    var events = new ArrayList<Event>();
    List<EventType> types = EventType.BUILT_IN;
    for (int i = 0; i < count; i++) {
      boolean visitor = random.nextInt(4) == 0;
      EventType type = types.get(random.nextInt(types.size()));
      String user = "u" + random.nextInt(20);
      events.add(
          new Event(
              prefix + i,
              visitor ? null : new UserId(user),
              visitor ? user : null,
              WITHOUT_ITEM.contains(type) ? null : new ItemId("i" + random.nextInt(40)),
              type,
              NOW.minusMillis(random.nextLong(60L * 24 * 3600 * 1000)),
              NOW.plusMillis(i),
              random.nextBoolean() ? random.nextDouble() : null,
              null,
              "web",
              null,
              null,
              null,
              "home",
              random.nextBoolean() ? random.nextInt(20) : null,
              null,
              null,
              Map.of("a", "b")));
    }
    return events;
  }

  static LogRecord record(Event event) {
    return new LogRecord(
        event.owner().value(), event.eventId(), event.receivedAt(), EventCodec.encode(event));
  }

  static List<LogRecord> records(List<Event> events) {
    return events.stream().map(Projects::record).toList();
  }
}
