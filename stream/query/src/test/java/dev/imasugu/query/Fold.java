package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The default project's queries as plain loops over the same events: what the SQL is held to. */
final class Fold {
  private static final Set<EventType> SEEN =
      Set.of(
          EventType.VIEW,
          EventType.CLICK,
          EventType.ADD_TO_CART,
          EventType.PURCHASE,
          EventType.LIKE,
          EventType.RATING);
  private static final Set<EventType> EXCLUDED = Set.of(EventType.PURCHASE, EventType.DISMISS);

  private Fold() {}

  static List<Row> recentItems(List<Event> events, String user) {
    return newest(events, user, SEEN, 30);
  }

  static List<Row> excludedItems(List<Event> events, String user) {
    return newest(events, user, EXCLUDED, 500);
  }

  private static List<Row> newest(
      List<Event> events, String user, Set<EventType> types, int limit) {
    var order = Comparator.comparing(Event::occurredAt).reversed().thenComparing(Event::eventId);
    Map<String, Event> byItem = new LinkedHashMap<>();
    events.stream()
        .filter(event -> event.owner().value().equals(user) && types.contains(event.type()))
        .sorted(order)
        .forEach(event -> byItem.putIfAbsent(item(event), event));
    return byItem.values().stream()
        .limit(limit)
        .map(
            event ->
                Row.of(
                    user, item(event), event.type().label(), event.occurredAt(), event.eventId()))
        .toList();
  }

  /** Item to log2 of its popularity. */
  static Map<String, Double> popularity(List<Event> events) {
    return decayed(events, Duration.ofHours(6), true);
  }

  /** Item to log2 of its frequency. */
  static Map<String, Double> frequency(List<Event> events) {
    return decayed(events, Duration.ofDays(30), false);
  }

  private static Map<String, Double> decayed(
      List<Event> events, Duration halfLife, boolean weighted) {
    Map<String, Double> sums = new HashMap<>();
    for (Event event : events) {
      if (SEEN.contains(event.type())) {
        double weight = weighted ? weight(event.type()) : 1;
        sums.merge(item(event), weight * factor(event.occurredAt(), halfLife), Double::sum);
      }
    }
    sums.replaceAll((item, sum) -> log2(sum, halfLife));
    return sums;
  }

  /** Item to neighbour to log2 of the pair's weight; events of each user in the given order. */
  static Map<String, Map<String, Double>> transitions(List<Event> events) {
    Duration halfLife = Duration.ofDays(30);
    Map<String, Deque<String>> last = new HashMap<>();
    Map<String, Map<String, Double>> sums = new HashMap<>();
    for (Event event : events) {
      if (!SEEN.contains(event.type())) {
        continue;
      }
      double factor = factor(event.occurredAt(), halfLife);
      Deque<String> before = last.computeIfAbsent(event.owner().value(), _ -> new ArrayDeque<>());
      int distance = 1;
      for (String earlier : before) {
        if (!earlier.equals(item(event))) {
          add(sums, earlier, item(event), factor / distance);
          add(sums, item(event), earlier, factor / distance / 2);
        }
        distance++;
      }
      before.addFirst(item(event));
      if (before.size() > 10) {
        before.removeLast();
      }
    }
    sums.values().forEach(row -> row.replaceAll((item, sum) -> log2(sum, halfLife)));
    return sums;
  }

  static List<String> users(List<Event> events) {
    return new ArrayList<>(events.stream().map(event -> event.owner().value()).distinct().toList());
  }

  private static void add(
      Map<String, Map<String, Double>> sums, String item, String neighbour, double weight) {
    sums.computeIfAbsent(item, _ -> new HashMap<>()).merge(neighbour, weight, Double::sum);
  }

  /** Relative to a landmark near the events: no overflow within their 60 days. */
  private static double factor(Instant time, Duration halfLife) {
    return Math.pow(
        2, (double) Duration.between(Projects.NOW, time).toMillis() / halfLife.toMillis());
  }

  private static double log2(double sum, Duration halfLife) {
    return Math.log(sum) / Math.log(2) + (double) Projects.NOW.toEpochMilli() / halfLife.toMillis();
  }

  private static double weight(EventType type) {
    if (type.equals(EventType.PURCHASE)) {
      return 5;
    }
    if (type.equals(EventType.ADD_TO_CART)) {
      return 3;
    }
    return type.equals(EventType.LIKE) || type.equals(EventType.RATING) ? 2 : 1;
  }

  private static String item(Event event) {
    return event.item() == null ? "" : event.item().value();
  }
}
