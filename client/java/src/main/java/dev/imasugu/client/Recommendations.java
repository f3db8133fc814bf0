package dev.imasugu.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list to show. Immutable.
 *
 * @param recommendationId the same as long as the list is; empty for a client's fallback
 * @param responseId new for each answer; empty for a client's fallback
 * @param madeBy {@code stored}, {@code waited}, {@code fallback:popular}, {@code
 *     fallback:catalogue}, or {@code fallback:client} when the server did not answer
 * @param fresh whether the events that were waited for are in it
 */
public record Recommendations(
    String placement,
    String recommendationId,
    String responseId,
    List<Item> items,
    String madeBy,
    boolean fresh) {
  /**
   * One item.
   *
   * @param fields those that were asked for; absent ones are not in it
   */
  public record Item(String id, double score, String source, Map<String, Object> fields) {
    public Item {
      fields = Map.copyOf(fields);
    }
  }

  public Recommendations {
    items = List.copyOf(items);
  }

  /** The ids, best first. */
  public List<String> ids() {
    return items.stream().map(Item::id).toList();
  }

  static Recommendations fallback(String placement, List<String> ids) {
    return new Recommendations(
        placement,
        "",
        "",
        ids.stream().map(id -> new Item(id, 0, "client", Map.of())).toList(),
        "fallback:client",
        false);
  }

  static Recommendations parse(String json) {
    if (!(Json.parse(json) instanceof Map<?, ?> answer)) {
      throw new IllegalArgumentException("an answer that is no object (expected: one)");
    }
    var items = new ArrayList<Item>();
    for (Object each : (List<?>) value(answer, "items")) {
      Map<?, ?> item = (Map<?, ?>) each;
      var fields = new HashMap<String, Object>();
      item.forEach(
          (name, value) -> {
            if (value != null && !List.of("id", "score", "source").contains(name)) {
              fields.put((String) name, value);
            }
          });
      items.add(
          new Item(
              (String) value(item, "id"),
              ((Number) value(item, "score")).doubleValue(),
              (String) value(item, "source"),
              fields));
    }
    return new Recommendations(
        (String) value(answer, "placement"),
        (String) value(answer, "recommendationId"),
        (String) value(answer, "responseId"),
        items,
        (String) value(answer, "madeBy"),
        (Boolean) value(answer, "fresh"));
  }

  private static Object value(Map<?, ?> object, String name) {
    @Nullable Object value = object.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": <absent> (expected: a value)");
    }
    return value;
  }
}
