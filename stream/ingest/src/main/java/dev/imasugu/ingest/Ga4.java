package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Events of Google Analytics 4 as records of ours: one for each of an event's {@code items}, one
 * for an event without. Parameters become the context, those of the item under {@code item.}, user
 * properties under {@code user.}; nothing is left out. What is wrong with a record is for {@link
 * EventReader} to say.
 *
 * <p>After the public references of the Measurement Protocol, of the recommended events, and of the
 * BigQuery export schema.
 */
final class Ga4 {
  /** The recommended events that are ours by another name. */
  private static final Map<String, String> TYPES =
      Map.of(
          "view_item", "view",
          "view_item_list", "impression",
          "select_item", "click",
          "add_to_wishlist", "like");

  /** Events that are about items. */
  private static final Set<String> NEED_ITEMS =
      Set.of("view", "impression", "click", "like", "add_to_cart", "purchase");

  private static final String ABSENT = "(not set)";

  /**
   * One event, told apart from where it came from.
   *
   * @param params by name, without {@code items}
   * @param items objects with {@code item_id}
   * @param userProperties by name
   * @param occurredAtMillis null for now
   * @param id what its events are told apart by from all others, or null when it could be another
   *     the next time
   */
  record Hit(
      @Nullable String clientId,
      @Nullable String userId,
      String name,
      Map<String, JsonNode> params,
      List<JsonNode> items,
      Map<String, JsonNode> userProperties,
      @Nullable JsonNode occurredAtMillis,
      @Nullable String id) {}

  private Ga4() {}

  /** Returns an event's records. */
  static List<ObjectNode> records(Hit hit) {
    String type = TYPES.getOrDefault(hit.name, hit.name);
    if (hit.items.isEmpty()) {
      ObjectNode record = record(hit, type, 0);
      put(record, "value", hit.params.get("value"));
      if (NEED_ITEMS.contains(type)) {
        record.putNull("item"); // refused by its reader, which names the field
      }
      return List.of(record);
    }
    boolean fromZero =
        hit.items.stream()
            .anyMatch(item -> item.path("index").isInt() && item.path("index").intValue() == 0);
    var records = new ArrayList<ObjectNode>();
    for (int i = 0; i < hit.items.size(); i++) {
      JsonNode item = hit.items.get(i);
      ObjectNode record = record(hit, type, i);
      String id = text(item.get("item_id"));
      record.put("item", id == null ? text(item.get("item_name")) : id);
      put(record, "value", item.get("price"));
      if (!record.has("value") && hit.items.size() == 1) {
        put(record, "value", hit.params.get("value"));
      }
      if (present(item.get("quantity"))) {
        record.set("quantity", whole(item.path("quantity")));
      }
      if (present(item.get("index"))) {
        JsonNode index = whole(item.path("index"));
        record.set(
            "position", fromZero && index.isInt() ? Json.number(index.longValue() + 1) : index);
      } else if (type.equals("impression")) {
        record.put("position", i + 1);
      }
      String list = text(item.get("item_list_id"));
      if (list != null) {
        record.put("placement", list);
      }
      ObjectNode context = record.withObjectProperty("context");
      item.properties()
          .forEach(
              field -> {
                if (!field.getKey().equals("item_id")) {
                  context(context, "item." + field.getKey(), field.getValue());
                }
              });
      records.add(record);
    }
    return records;
  }

  private static ObjectNode record(Hit hit, String type, int item) {
    ObjectNode record = Json.object();
    if (hit.id != null) {
      record.put("eventId", "ga4:" + Quarantine.hash(hit.id + '\n' + item));
    }
    record.put("user", hit.userId).put("anonymous", hit.clientId).put("type", type);
    if (hit.occurredAtMillis != null) {
      record.set("occurredAt", hit.occurredAtMillis);
    }
    record.put("service", "ga4");
    Map<String, JsonNode> params = hit.params;
    put(record, "sessionId", params, "session_id", "ga_session_id");
    put(record, "locale", params, "language");
    put(record, "placement", params, "item_list_id", "item_list_name");
    put(record, "recommendationId", params, "recommendation_id");
    put(record, "responseId", params, "response_id");
    ObjectNode context = record.putObject("context");
    params.forEach((name, value) -> context(context, name, value));
    hit.userProperties.forEach((name, value) -> context(context, "user." + name, value));
    if (!hit.name.equals(type)) {
      context.put("ga4.event", hit.name);
    }
    return record;
  }

  /** Texts, numbers and booleans as they are, anything else as its JSON. */
  private static void context(ObjectNode context, String name, JsonNode value) {
    if (present(value)) {
      context.put(name, value.isValueNode() ? value.asText() : value.toString());
    }
  }

  private static void put(
      ObjectNode record, String field, Map<String, JsonNode> params, String... names) {
    for (String name : names) {
      String text = text(params.get(name));
      if (text != null) {
        record.put(field, text);
        return;
      }
    }
  }

  private static void put(ObjectNode record, String field, @Nullable JsonNode number) {
    if (number != null && present(number)) {
      record.set(field, number.isTextual() ? Json.numberOr(number) : number);
    }
  }

  private static JsonNode whole(JsonNode number) {
    JsonNode parsed = number.isTextual() ? Json.numberOr(number) : number;
    boolean isWhole = parsed.isNumber() && parsed.doubleValue() == Math.rint(parsed.doubleValue());
    return isWhole && !parsed.isIntegralNumber() ? Json.number(parsed.longValue()) : parsed;
  }

  static @Nullable String text(@Nullable JsonNode value) {
    return value == null || !present(value) || !value.isValueNode() || value.asText().isBlank()
        ? null
        : value.asText();
  }

  private static boolean present(@Nullable JsonNode value) {
    return value != null && !value.isNull() && !value.asText().equals(ABSENT);
  }

  /** The fields of an object, sorted; empty for anything else. */
  static Map<String, JsonNode> fields(JsonNode object) {
    var fields = new TreeMap<String, JsonNode>();
    object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }
}
