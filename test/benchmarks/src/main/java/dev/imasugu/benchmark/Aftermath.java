package dev.imasugu.benchmark;

import dev.imasugu.benchmark.RememberedEvents.EventKey;
import dev.imasugu.benchmark.RememberedItems.Write;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.node.Node;
import dev.imasugu.retrieve.Profile;
import dev.imasugu.retrieve.Retrieved;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds what is in log and store against what was acknowledged, and against a plain fold. */
final class Aftermath {
  private static final double RELATIVE = 1e-9;
  private static final double SCORE = 1e-6;

  private final Node node;
  private final Violations violations;
  private final List<Event> logged = new ArrayList<>();
  private final PlainFold fold;

  /**
   * Reads the log.
   *
   * @param node owns log and store and runs nothing
   */
  Aftermath(Node node, Violations violations, RememberedEvents remembered) {
    this.node = node;
    this.violations = violations;
    checkLog(remembered);
    fold = new PlainFold(logged);
  }

  int events() {
    return logged.size();
  }

  int owners() {
    return fold.owners().size();
  }

  /** Every acknowledged event is in the log where it was said to be, once; and nothing else is. */
  private void checkLog(RememberedEvents remembered) {
    Map<EventKey, Event> sent =
        remembered.sent().stream().collect(Collectors.toMap(EventKey::of, Function.identity()));
    Map<EventKey, AsOf> found = new HashMap<>();
    for (int partition = 0; partition < node.log().partitions(); partition++) {
      try (LogCursor cursor = node.log().read(Topic.EVENTS, partition, 0)) {
        for (StoredRecord next = cursor.next(); next != null; next = cursor.next()) {
          Event event = EventCodec.decode(next.value());
          EventKey key = EventKey.of(event);
          AsOf place = AsOf.of(partition, next.offset() + 1);
          AsOf first = found.putIfAbsent(key, place);
          if (first != null) {
            violations.add("in the log twice", key + " at " + first + " and " + place);
          }
          if (node.log().partition(key.owner()) != partition) {
            violations.add("in a wrong partition", key + " at " + place);
          }
          Event original = sent.get(key);
          if (original == null
              || !original.occurredAt().equals(event.occurredAt())
              || !original.type().equals(event.type())
              || !Objects.equals(original.item(), event.item())) {
            violations.add("in the log but not sent so", event + " (sent: " + original + ")");
          }
          logged.add(event);
        }
        long progress = node.store().features().progress(node.live().profileVersion(), partition);
        long end = node.log().end(Topic.EVENTS, partition);
        if (progress != end) {
          violations.add(
              "progress", "partition %d: %d (expected: %d)".formatted(partition, progress, end));
        }
      }
    }
    remembered
        .acknowledged()
        .forEach(
            (key, place) -> {
              if (!place.equals(found.get(key))) {
                violations.add(
                    "acknowledged but lost", key + " at " + place + ", found " + found.get(key));
              }
            });
    for (EventKey key : sent.keySet()) {
      if (!remembered.acknowledged().containsKey(key)) {
        violations.add("never acknowledged", key.toString());
      }
    }
  }

  /** Rows of the profile tables equal the fold's. */
  void checkProfiles() {
    checkProfile(table("recent_items"), fold::recentItems);
    checkProfile(table("excluded_items"), fold::excludedItems);
    if (node.store().dirty().size() != 0) {
      violations.add("dirty after the drain", node.store().dirty().size() + " users");
    }
  }

  private void checkProfile(FeatureTable table, Function<String, List<Row>> expected) {
    FeatureStore features = node.store().features();
    int user = table.index(FeatureTable.USER);
    features.scan(
        table,
        row -> {
          if (!fold.owners().contains(row.text(user))) {
            violations.add(table.name(), row + " of a user without events");
          }
        });
    for (String owner : fold.owners()) {
      List<Row> rows = features.find(table, owner);
      List<Row> folded = expected.apply(owner);
      if (!rows.equals(folded)) {
        violations.add(table.name(), "%s: %s (expected: %s)".formatted(owner, rows, folded));
      }
    }
  }

  /** Decayed weights equal the fold's within {@value #RELATIVE} of the weight. */
  void checkStatistics() {
    FeatureTable popularity = table("item_popularity");
    var popularities = new HashMap<String, Double>();
    var frequencies = new HashMap<String, Double>();
    int item = popularity.index("item_id");
    int number = popularity.index("popularity");
    int frequency = popularity.index("frequency");
    node.store()
        .features()
        .scan(
            popularity,
            row -> {
              popularities.put(row.text(item), row.number(number));
              frequencies.put(row.text(item), row.number(frequency));
            });
    compare("popularity", popularities, fold.popularity());
    compare("frequency", frequencies, fold.frequency());

    FeatureTable transitions = table("item_transitions");
    int list = transitions.index("neighbours");
    int of = transitions.index("item_id");
    Map<String, Map<String, Double>> expected = fold.transitions();
    Set<String> seen = new HashSet<>();
    node.store()
        .features()
        .scan(
            transitions,
            row -> {
              seen.add(row.text(of));
              var neighbours = new HashMap<String, Double>();
              double last = Double.POSITIVE_INFINITY;
              for (Weighted neighbour : row.weights(list)) {
                neighbours.put(neighbour.item(), neighbour.weight());
                if (neighbour.weight() > last) {
                  violations.add("transitions", row + " is not sorted");
                }
                last = neighbour.weight();
              }
              compare(
                  "transitions of " + row.text(of),
                  neighbours,
                  expected.getOrDefault(row.text(of), Map.of()));
            });
    if (!seen.equals(expected.keySet())) {
      violations.add("transitions", "items %s (expected: %s)".formatted(seen, expected.keySet()));
    }
  }

  private void compare(String what, Map<String, Double> found, Map<String, Double> expected) {
    if (!found.keySet().equals(expected.keySet())) {
      violations.add(what, "keys %s (expected: %s)".formatted(found.keySet(), expected.keySet()));
      return;
    }
    expected.forEach(
        (key, log2) -> {
          double relative = Math.abs(Math.pow(2, found.getOrDefault(key, Double.NaN) - log2) - 1);
          if (!(relative <= RELATIVE)) {
            violations.add(
                what,
                "%s: %s (expected: %s, relative error %.2e)"
                    .formatted(key, found.get(key), log2, relative));
          }
        });
  }

  /** The catalogue holds the last acknowledged write of each item. */
  void checkItems(RememberedItems items) {
    for (int i = 0; i < items.size(); i++) {
      Write expected = items.acknowledged(i);
      if (expected == null) {
        violations.add("items", "i" + i + " was never acknowledged");
        continue;
      }
      Item found = node.catalog().find(expected.id());
      boolean same =
          expected.deleted()
              ? found == null
              : found != null
                  && expected.title().equals(found.title())
                  && expected.available() == found.available();
      if (!same) {
        violations.add("items", "%s (expected: %s)".formatted(found, expected));
      }
    }
  }

  /** Marks everybody dirty, so that the lists are made anew of what the statistics are now. */
  void markAll(Instant now) {
    node.store()
        .dirty()
        .mark(fold.owners().stream().map(owner -> new Mark(owner, "torture", now)).toList());
  }

  /**
   * Stored lists equal those that the same sources give now.
   *
   * @return users whose stored list lacks a source, which nothing can be said of
   */
  Set<String> checkLists() {
    Map<String, FeatureTable> tables =
        node.live().tables().stream()
            .collect(Collectors.toMap(FeatureTable::name, Function.identity()));
    var retriever =
        Retriever.open(
            node.placements(),
            tables,
            node.store().features(),
            node.catalog(),
            () -> 0); // in no hurry
    var scratch = new Retriever.Scratch();
    var degraded = new HashSet<String>();
    for (String owner : fold.owners()) {
      Profile profile = retriever.profile(owner);
      for (String placement : retriever.placements()) {
        Retrieved expected = retriever.retrieve(placement, profile, scratch);
        Recommendation stored = node.store().recommendations().find(placement, owner);
        if (stored != null && stored.degraded()) {
          degraded.add(owner);
        } else if (stored != null) {
          checkList(stored, expected.items());
        } else if (!expectsNoList(owner)) {
          violations.add("lists", owner + " has none at " + placement);
        }
      }
    }
    return degraded;
  }

  private boolean expectsNoList(String owner) {
    return fold.recentItems(owner).isEmpty() && fold.excludedItems(owner).isEmpty();
  }

  private void checkList(Recommendation stored, List<RecommendedItem> expected) {
    String whose = stored.owner() + " at " + stored.placement();
    int partition = node.log().partition(stored.owner());
    if (stored.asOf().position(partition) != node.log().end(Topic.EVENTS, partition)) {
      violations.add("lists", whose + ": asOf " + stored.asOf());
    }
    String difference = difference(stored.items(), expected);
    if (difference != null) {
      violations.add("lists", whose + difference);
    }
  }

  /** What sets two lists apart, other than the order of ties; null if nothing does. */
  static @Nullable String difference(List<RecommendedItem> items, List<RecommendedItem> expected) {
    if (items.size() != expected.size()) {
      return ": %d items (expected: %d)".formatted(items.size(), expected.size());
    }
    for (int i = 0; i < items.size(); i++) {
      boolean sameScore = Math.abs(items.get(i).score() - expected.get(i).score()) <= SCORE;
      boolean sameItem = items.get(i).item().equals(expected.get(i).item());
      if (!sameScore || (!sameItem && !isTie(expected, i))) {
        return ", place %d: %s (expected: %s)".formatted(i, items.get(i), expected.get(i));
      }
    }
    return null;
  }

  /** Whether a neighbour's score is too near to tell them apart; so is what lies after the end. */
  private static boolean isTie(List<RecommendedItem> items, int place) {
    double score = items.get(place).score();
    return place == items.size() - 1
        || score - items.get(place + 1).score() <= SCORE
        || (place > 0 && items.get(place - 1).score() - score <= SCORE);
  }

  private FeatureTable table(String name) {
    FeatureTable table = node.live().table(name);
    if (table == null) {
      throw new IllegalStateException("no table " + name);
    }
    return table;
  }
}
