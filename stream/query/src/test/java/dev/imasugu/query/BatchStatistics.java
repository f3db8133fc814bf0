package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.EventTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The default statistics as plain batch computations over all events, by their definitions. */
final class BatchStatistics {
  private final List<Event> events;
  private final Map<String, String> categories;

  BatchStatistics(List<Event> events, Map<String, String> categories) {
    this.events = List.copyOf(events);
    this.categories = categories;
  }

  record Ctr(long impressions, long clicks, double expected) {}

  static boolean isInterest(Event event) {
    return event.item() != null && EventTypes.BUILT_IN.weight(event.type()) > 0;
  }

  static boolean isPurchase(Event event) {
    return event.type().equals(EventType.PURCHASE);
  }

  /** Item to log2 of its decayed weight. */
  Map<String, Double> decayed(
      Predicate<Event> counted, ToDoubleFunction<Event> weight, Duration halfLife) {
    var sums = new HashMap<String, Double>();
    for (Event event : events) {
      if (counted.test(event)) {
        double now = weight.applyAsDouble(event) * factor(event.occurredAt(), halfLife);
        sums.merge(item(event), now, Double::sum);
      }
    }
    sums.replaceAll((_, sum) -> log2(sum, halfLife));
    return sums;
  }

  /** Item to companion to log2 of the decayed number of pairs. */
  Map<String, Map<String, Double>> coPurchases(Duration apart, Duration halfLife) {
    var sums = new HashMap<String, Map<String, Double>>();
    List<Event> bought = events.stream().filter(BatchStatistics::isPurchase).toList();
    for (Event a : bought) {
      for (Event b : bought) {
        Duration between = Duration.between(a.occurredAt(), b.occurredAt()).abs();
        if (a.owner().equals(b.owner())
            && !item(a).equals(item(b))
            && between.compareTo(apart) <= 0) {
          Instant later = a.occurredAt().isAfter(b.occurredAt()) ? a.occurredAt() : b.occurredAt();
          sums.computeIfAbsent(item(a), _ -> new HashMap<>())
              .merge(item(b), factor(later, halfLife), Double::sum);
        }
      }
    }
    sums.values().forEach(row -> row.replaceAll((_, sum) -> log2(sum, halfLife)));
    return sums;
  }

  /** User to category to its share. */
  Map<String, Map<String, Double>> affinities(Duration halfLife) {
    var sums = new HashMap<String, Map<String, Double>>();
    for (Event event : events) {
      String category = event.item() == null ? null : categories.get(item(event));
      if (isInterest(event) && category != null) {
        double weight = EventTypes.BUILT_IN.weight(event.type());
        sums.computeIfAbsent(event.owner().value(), _ -> new HashMap<>())
            .merge(category, weight * factor(event.occurredAt(), halfLife), Double::sum);
      }
    }
    for (Map<String, Double> row : sums.values()) {
      double total = row.values().stream().mapToDouble(Double::doubleValue).sum();
      row.replaceAll((_, sum) -> sum / total);
    }
    return sums;
  }

  /** Position of a placement to its impressions and clicks. */
  Map<String, Ctr> slots() {
    var slots = new HashMap<String, Ctr>();
    for (Event event : events) {
      if (event.position() != null && event.placement() != null) {
        add(slots, event.placement() + " " + event.position(), event, 0);
      }
    }
    return slots;
  }

  /** Item of a placement to its impressions, clicks, and the clicks that its positions get. */
  Map<String, Ctr> items() {
    Map<String, Ctr> slots = slots();
    var items = new HashMap<String, Ctr>();
    for (Event event : events) {
      if (event.position() != null && event.placement() != null && event.item() != null) {
        Ctr slot = slots.get(event.placement() + " " + event.position());
        if (slot != null && slot.impressions > 0) {
          double rate = Math.round(1e4 * slot.clicks / slot.impressions) / 1e4;
          add(items, event.placement() + " " + item(event), event, rate);
        }
      }
    }
    return items;
  }

  private static void add(Map<String, Ctr> counts, String key, Event event, double rate) {
    boolean shown = event.type().equals(EventType.IMPRESSION);
    if (shown || event.type().equals(EventType.CLICK)) {
      var one = new Ctr(shown ? 1 : 0, shown ? 0 : 1, shown ? rate : 0);
      counts.merge(
          key,
          one,
          (a, b) ->
              new Ctr(a.impressions + b.impressions, a.clicks + b.clicks, a.expected + b.expected));
    }
  }

  /** Orders of arrival: as given, reversed, and at random. */
  static List<List<Event>> orders(List<Event> events, java.util.random.RandomGenerator random) {
    var shuffled = new ArrayList<>(events);
    java.util.Collections.shuffle(shuffled, new java.util.Random(random.nextLong()));
    return List.of(events, events.reversed(), shuffled);
  }

  private static double factor(Instant time, Duration halfLife) {
    double halfLives =
        (double) Duration.between(Projects.NOW, time).toMillis() / halfLife.toMillis();
    return Math.pow(2, halfLives);
  }

  private static double log2(double sum, Duration halfLife) {
    return Math.log(sum) / Math.log(2) + (double) Projects.NOW.toEpochMilli() / halfLife.toMillis();
  }

  private static String item(Event event) {
    return event.item() == null ? "" : event.item().value();
  }
}
