package dev.imasugu.domain;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The event types of a project: the built-in ones, and those it declares. Immutable.
 *
 * @param rules by label
 */
public record EventTypes(Map<String, Rule> rules) {
  /**
   * What is known of one type.
   *
   * @param weight how much such an event says of somebody's liking, at least 0; 0 says nothing
   * @param required fields that such an event must have, as the API names them; {@code context.k}
   *     for a key of the context
   */
  public record Rule(EventType type, double weight, List<String> required) {
    public Rule {
      required = List.copyOf(required);
      if (!(weight >= 0 && weight <= 1_000_000)) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: 0 to 1000000)");
      }
    }
  }

  private static final List<String> ITEM = List.of("item");

  /** The built-in types alone. */
  public static final EventTypes BUILT_IN =
      of(
          List.of(
              new Rule(EventType.VIEW, 1, ITEM),
              new Rule(EventType.CLICK, 1, ITEM),
              new Rule(EventType.ADD_TO_CART, 3, ITEM),
              new Rule(EventType.PURCHASE, 5, ITEM),
              new Rule(EventType.LIKE, 2, ITEM),
              new Rule(EventType.RATING, 2, ITEM),
              new Rule(EventType.IMPRESSION, 0, ITEM),
              new Rule(EventType.DISMISS, 0, ITEM),
              new Rule(EventType.SEARCH, 0, List.of()),
              new Rule(EventType.SESSION_START, 0, List.of()),
              new Rule(EventType.LOGIN, 0, List.of("user", "anonymous"))));

  public EventTypes {
    rules = Map.copyOf(rules);
  }

  private static EventTypes of(Collection<Rule> rules) {
    return new EventTypes(
        rules.stream().collect(Collectors.toMap(rule -> rule.type().label(), rule -> rule)));
  }

  /** Returns these types with others added; one of the same label replaces ours. */
  public EventTypes with(Collection<Rule> declared) {
    var all = new TreeMap<>(rules);
    declared.forEach(rule -> all.put(rule.type().label(), rule));
    return new EventTypes(all);
  }

  /** Returns what is known of a type, or null. */
  public @Nullable Rule find(String label) {
    return rules.get(label);
  }

  /** The weight of a type; 0 for one that nobody declared. */
  public double weight(EventType type) {
    Rule rule = rules.get(type.label());
    return rule == null ? 0 : rule.weight();
  }

  /** The labels, sorted. */
  public List<String> labels() {
    return rules.keySet().stream().sorted().toList();
  }

  /** Tells apart sets of types with different weights; empty for the built-in ones alone. */
  public String signature() {
    return rules.values().stream()
        .filter(rule -> rule.weight() != BUILT_IN.weight(rule.type()))
        .map(rule -> rule.type().label() + "=" + rule.weight())
        .sorted()
        .collect(Collectors.joining(","));
  }
}
