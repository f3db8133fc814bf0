package dev.imasugu.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody did. Its id is made here, so that sending it again has the effect of sending once.
 * Immutable.
 *
 * @param fields as the API names them: text, number, or a map of such
 */
public record Event(Map<String, Object> fields) {
  public Event {
    fields = Map.copyOf(fields);
    if (!fields.containsKey("eventId")) {
      throw new IllegalArgumentException("eventId: <absent> (expected: one)");
    }
  }

  /** What a signed-in user did with an item. */
  public static Event of(String user, String item, String type) {
    return new Event(
        Map.of(
            "eventId",
            UUID.randomUUID().toString(),
            "user",
            user,
            "item",
            item,
            "type",
            type,
            "occurredAt",
            System.currentTimeMillis()));
  }

  /** What a visitor did with an item. */
  public static Event ofVisitor(String anonymous, String item, String type) {
    var fields = new LinkedHashMap<>(of(anonymous, item, type).fields);
    fields.remove("user");
    return new Event(fields).with("anonymous", anonymous);
  }

  /** This event with a field, see the API: {@code value}, {@code placement}, {@code position}... */
  public Event with(String field, @Nullable Object value) {
    var more = new LinkedHashMap<>(fields);
    if (value == null) {
      more.remove(field);
    } else {
      more.put(field, value);
    }
    return new Event(more);
  }

  /** This event, as of an item that was shown in a list: rank from 1. */
  public Event shownIn(Recommendations list, int position) {
    return with("placement", list.placement())
        .with("recommendationId", list.recommendationId())
        .with("responseId", list.responseId())
        .with("position", position);
  }
}
