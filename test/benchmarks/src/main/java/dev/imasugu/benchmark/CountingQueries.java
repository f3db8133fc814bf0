package dev.imasugu.benchmark;

import dev.imasugu.domain.Event;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.node.Node;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Five queries beside those of the project that can be told from their next versions and from a
 * version that missed an event or counted one twice: three multiply the events of an item by the
 * version, two keep one item more of a user with each.
 */
final class CountingQueries {
  private static final int STATISTICS = 3;
  private static final int PROFILES = 2;
  private static final int KEPT = 10;

  private CountingQueries() {}

  /** Writes the files of a version. */
  static void write(Path directory, int version) {
    try {
      for (int i = 1; i <= STATISTICS; i++) {
        Files.writeString(directory.resolve("sql/count_" + i + ".sql"), count(i, version));
      }
      for (int i = 1; i <= PROFILES; i++) {
        Files.writeString(directory.resolve("sql/kept_" + i + ".sql"), kept(i, version));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String count(int number, int version) {
    return """
        -- kind: statistics
        CREATE TABLE count_%1$d (item_id STRING, n BIGINT, PRIMARY KEY (item_id) NOT ENFORCED);
        INSERT INTO count_%1$d
        SELECT item_id, COUNT(*) * %2$d FROM events WHERE item_id IS NOT NULL GROUP BY item_id;
        """
        .formatted(number, version * number);
  }

  private static String kept(int number, int version) {
    return """
        -- kind: recent %2$d by item_id
        CREATE TABLE kept_%1$d (
          user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3), event_id STRING,
          PRIMARY KEY (user_id, item_id) NOT ENFORCED
        );
        INSERT INTO kept_%1$d
        SELECT user_id, item_id, occurred_at, event_id FROM events WHERE item_id IS NOT NULL;
        """
        .formatted(number, size(number, version));
  }

  private static int size(int number, int version) {
    return KEPT + 10 * number + version;
  }

  /** Every event of a log, user by user in its order. */
  static List<Event> events(EventLog log) {
    var events = new ArrayList<Event>();
    for (int partition = 0; partition < log.partitions(); partition++) {
      try (LogCursor cursor = log.read(Topic.EVENTS, partition, 0)) {
        for (StoredRecord next = cursor.next(); next != null; next = cursor.next()) {
          events.add(EventCodec.decode(next.value()));
        }
      }
    }
    return events;
  }

  /** Holds the live tables of a node at rest against a plain fold over its log. */
  static void check(Node node, int version, Violations violations) {
    List<Event> events = events(node.log()).stream().filter(event -> event.item() != null).toList();
    Map<String, Long> counts = new HashMap<>();
    events.forEach(event -> counts.merge(item(event), 1L, Long::sum));
    for (int i = 1; i <= STATISTICS; i++) {
      checkCounts(node, table(node, "count_" + i), counts, (long) version * i, violations);
    }
    Map<String, List<Event>> byOwner = new LinkedHashMap<>();
    events.forEach(
        event -> byOwner.computeIfAbsent(event.owner().value(), _ -> new ArrayList<>()).add(event));
    for (int i = 1; i <= PROFILES; i++) {
      checkKept(node, table(node, "kept_" + i), byOwner, size(i, version), violations);
    }
  }

  private static void checkCounts(
      Node node, FeatureTable table, Map<String, Long> counts, long factor, Violations violations) {
    Map<String, Long> found = new HashMap<>();
    node.store().features().scan(table, row -> found.put(row.text(0), (Long) row.values().get(1)));
    Map<String, Long> expected = new HashMap<>(counts);
    expected.replaceAll((_, count) -> count * factor);
    expected.forEach(
        (item, count) -> {
          if (!count.equals(found.get(item))) {
            violations.add(
                table.name(), "%s: %s (expected: %d)".formatted(item, found.get(item), count));
          }
        });
    if (found.size() != expected.size()) {
      violations.add(
          table.name(), "%d items (expected: %d)".formatted(found.size(), expected.size()));
    }
  }

  private static void checkKept(
      Node node,
      FeatureTable table,
      Map<String, List<Event>> byOwner,
      int size,
      Violations violations) {
    byOwner.forEach(
        (owner, events) -> {
          Map<String, Event> newest = new LinkedHashMap<>();
          events.stream()
              .sorted(
                  Comparator.comparing(Event::occurredAt).reversed().thenComparing(Event::eventId))
              .forEach(event -> newest.putIfAbsent(item(event), event));
          List<Row> expected =
              newest.values().stream()
                  .limit(size)
                  .map(event -> Row.of(owner, item(event), event.occurredAt(), event.eventId()))
                  .toList();
          List<Row> found = node.store().features().find(table, owner);
          if (!found.equals(expected)) {
            violations.add(table.name(), "%s: %s (expected: %s)".formatted(owner, found, expected));
          }
        });
  }

  private static FeatureTable table(Node node, String name) {
    FeatureTable table = node.live().table(name);
    if (table == null) {
      throw new IllegalStateException("no live table " + name);
    }
    return table;
  }

  private static String item(Event event) {
    if (event.item() == null) {
      throw new IllegalStateException("no item in " + event);
    }
    return event.item().value();
  }
}
