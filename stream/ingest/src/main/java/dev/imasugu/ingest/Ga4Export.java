package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.http.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows of Google Analytics 4's BigQuery export: {@code event_params} and {@code user_properties} as
 * arrays of key and typed value, {@code event_timestamp} in microseconds. A row's id is made of
 * what is the same in {@code events_intraday_} and in the {@code events_} table that replaces it.
 */
final class Ga4Export {
  private static final List<String> ROW_CONTEXT =
      List.of("device", "geo", "traffic_source", "ecommerce", "app_info");

  private Ga4Export() {}

  static Ga4.Hit hit(JsonNode row) {
    Map<String, JsonNode> params = typed(row.path("event_params"));
    String client = Ga4.text(row.get("user_pseudo_id"));
    String name = Ga4.text(row.get("event_name"));
    String id =
        String.join(
            "\n",
            String.valueOf(client),
            row.path("event_timestamp").asText(),
            String.valueOf(name),
            row.path("batch_event_index").asText(),
            params.toString());
    for (String part : ROW_CONTEXT) {
      flatten(part, row.path(part), params);
    }
    for (String field : List.of("platform", "stream_id")) {
      if (Ga4.text(row.get(field)) != null) {
        params.putIfAbsent(field, row.path(field));
      }
    }
    return new Ga4.Hit(
        client,
        Ga4.text(row.get("user_id")),
        name == null ? "<absent>" : name,
        params,
        row.path("items").valueStream().map(Ga4Export::item).toList(),
        typed(row.path("user_properties")),
        millis(row.path("event_timestamp")),
        id);
  }

  /** {@code [{"key":k,"value":{"string_value":s,"int_value":null,...}}]} as k to s. */
  private static Map<String, JsonNode> typed(JsonNode array) {
    var values = new TreeMap<String, JsonNode>();
    for (JsonNode entry : array) {
      JsonNode value = entry.path("value");
      for (String type : List.of("string_value", "int_value", "double_value", "float_value")) {
        if (value.hasNonNull(type)) {
          values.put(entry.path("key").asText(), value.path(type));
        }
      }
    }
    return values;
  }

  private static void flatten(String prefix, JsonNode value, Map<String, JsonNode> into) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> flatten(prefix + "." + field.getKey(), field.getValue(), into));
    } else if (!value.isMissingNode() && !value.isNull()) {
      into.put(prefix, value);
    }
  }

  /** An item with its {@code item_params} as fields of its own. */
  private static JsonNode item(JsonNode exported) {
    if (!(exported instanceof ObjectNode object)) {
      return exported;
    }
    ObjectNode item = object.deepCopy();
    JsonNode more = item.remove("item_params");
    if (more != null) {
      typed(more).forEach(item::set);
    }
    return item;
  }

  /** Microseconds, a number or its text, as milliseconds; anything else as it is. */
  static JsonNode millis(JsonNode micros) {
    JsonNode number = micros.isTextual() ? Json.numberOr(micros) : micros;
    return number.isIntegralNumber() && number.canConvertToLong()
        ? Json.number(Math.floorDiv(number.longValue(), 1_000))
        : micros;
  }
}
