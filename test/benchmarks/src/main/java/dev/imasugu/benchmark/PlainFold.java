package dev.imasugu.benchmark;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the default project's queries should have made of a log, as the slow and obvious loops over
 * all its events. Weights are log2 of the decayed weight at the epoch, as in the tables.
 */
final class PlainFold {
  static final Duration POPULARITY_HALF_LIFE = Duration.ofHours(6);
  static final Duration FREQUENCY_HALF_LIFE = Duration.ofDays(30);

  private static final int REACH = 10;
  private static final Set<EventType> SEEN =
      Set.of(
          EventType.VIEW,
          EventType.CLICK,
          EventType.ADD_TO_CART,
          EventType.PURCHASE,
          EventType.LIKE,
          EventType.RATING);
  private static final Set<EventType> EXCLUDED = Set.of(EventType.PURCHASE, EventType.DISMISS);

  private final Map<String, List<Event>> byOwner;
  private final List<Event> events;
  private final Instant landmark;

  /**
   * Takes the events of a log.
   *
   * @param events those of one user in the log's order
   */
  PlainFold(List<Event> events) {
    this.events = events;
    byOwner =
        events.stream()
            .collect(
                Collectors.groupingBy(
                    event -> event.owner().value(), TreeMap::new, Collectors.toList()));
    landmark = events.stream().map(Event::occurredAt).max(Instant::compareTo).orElse(Instant.EPOCH);
  }

  Set<String> owners() {
    return byOwner.keySet();
  }

  List<Row> recentItems(String owner) {
    return newest(owner, SEEN, 30);
  }

  List<Row> excludedItems(String owner) {
    return newest(owner, EXCLUDED, 500);
  }

  private List<Row> newest(String owner, Set<EventType> types, int limit) {
    Map<String, Event> byItem = new LinkedHashMap<>();
    byOwner.getOrDefault(owner, List.of()).stream()
        .filter(event -> types.contains(event.type()))
        .sorted(Comparator.comparing(Event::occurredAt).reversed().thenComparing(Event::eventId))
        .forEach(event -> byItem.putIfAbsent(item(event), event));
    return byItem.values().stream()
        .limit(limit)
        .map(
            event ->
                Row.of(
                    owner, item(event), event.type().label(), event.occurredAt(), event.eventId()))
        .toList();
  }

  Map<String, Double> popularity() {
    Map<String, Double> sums = new HashMap<>();
    for (Event event : events) {
      if (SEEN.contains(event.type())) {
        double weight = weight(event.type()) * decay(event, POPULARITY_HALF_LIFE);
        sums.merge(item(event), weight, Double::sum);
      }
    }
    sums.replaceAll((_, sum) -> log2(sum, POPULARITY_HALF_LIFE));
    return sums;
  }

  Map<String, Double> frequency() {
    Map<String, Double> sums = new HashMap<>();
    for (Event event : events) {
      if (SEEN.contains(event.type())) {
        sums.merge(item(event), decay(event, FREQUENCY_HALF_LIFE), Double::sum);
      }
    }
    sums.replaceAll((_, sum) -> log2(sum, FREQUENCY_HALF_LIFE));
    return sums;
  }

  /** Item to neighbour to weight. */
  Map<String, Map<String, Double>> transitions() {
    Map<String, Map<String, Double>> sums = new HashMap<>();
    for (List<Event> ofOwner : byOwner.values()) {
      Deque<String> newestFirst = new ArrayDeque<>();
      for (Event event : ofOwner) {
        if (SEEN.contains(event.type())) {
          double decay = decay(event, FREQUENCY_HALF_LIFE);
          int distance = 1;
          for (String earlier : newestFirst) {
            if (!earlier.equals(item(event))) {
              add(sums, earlier, item(event), decay / distance);
              add(sums, item(event), earlier, decay / distance / 2);
            }
            distance++;
          }
          newestFirst.addFirst(item(event));
          if (newestFirst.size() > REACH) {
            newestFirst.removeLast();
          }
        }
      }
    }
    sums.values()
        .forEach(neighbours -> neighbours.replaceAll((_, sum) -> log2(sum, FREQUENCY_HALF_LIFE)));
    return sums;
  }

  private static void add(
      Map<String, Map<String, Double>> sums, String item, String neighbour, double weight) {
    sums.computeIfAbsent(item, _ -> new HashMap<>()).merge(neighbour, weight, Double::sum);
  }

  /** Relative to a landmark among the events, so that nothing overflows. */
  private double decay(Event event, Duration halfLife) {
    double millis = Duration.between(landmark, event.occurredAt()).toMillis();
    return Math.pow(2, millis / halfLife.toMillis());
  }

  private double log2(double sum, Duration halfLife) {
    return Math.log(sum) / Math.log(2) + (double) landmark.toEpochMilli() / halfLife.toMillis();
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
    if (event.item() == null) {
      throw new IllegalStateException("no item in " + event);
    }
    return event.item().value();
  }
}
