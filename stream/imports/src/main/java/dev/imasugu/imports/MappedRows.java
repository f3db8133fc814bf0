package dev.imasugu.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.imports.Mapping.Into;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of anybody's own: JSON lines, a table with a header, or Parquet, with the fields of our API
 * or with a {@link Mapping} to them.
 *
 * @param mapping null: columns have the names of our fields
 * @param makeItems whether items that only events name are made
 */
record MappedRows(@Nullable Mapping mapping, boolean makeItems) implements Format {
  private static final List<String> NUMBERS =
      List.of("value", "quantity", "position", "price", "stock");
  private static final List<String> TIMES =
      List.of("occurredAt", "availableFrom", "availableUntil");
  private static final List<String> OBJECTS = List.of("context", "fields");
  private static final String OCCURRED_AT = "occurredAt";

  @Override
  public void read(DataFile file, Records out) throws IOException {
    RowFile.read(file, out, row -> take(row, out));
  }

  private void take(JsonRow row, Records out) throws IOException {
    Times times = mapping == null ? Times.UTC : mapping.times();
    ObjectNode record = Records.JSON.createObjectNode();
    if (mapping == null) {
      row.json()
          .properties()
          .forEach(field -> put(record, field.getKey(), field.getValue(), times));
    } else {
      mapping.constants().forEach((field, text) -> put(record, field, text(text), times));
      for (Map.Entry<String, String> column : mapping.columns().entrySet()) {
        JsonNode value = row.find(column.getValue());
        if (value != null) {
          put(record, column.getKey(), value, times);
        }
      }
    }
    if (mapping != null && mapping.into() == Into.ITEMS) {
      item(record, out);
    } else {
      event(row, record, times, out);
    }
  }

  private static void item(ObjectNode record, Records out) {
    JsonNode id = record.get("id");
    if (id == null || id.asText().isEmpty()) {
      throw new IllegalArgumentException("id: <absent> (expected: an item's id)");
    }
    out.describe(id.asText()).setAll(record);
  }

  private void event(JsonRow row, ObjectNode record, Times times, Records out) throws IOException {
    if (mapping != null && record.has("type")) {
      String type = record.path("type").asText();
      record.put("type", mapping.types().getOrDefault(type, type));
    }
    if (!record.has(OCCURRED_AT)) {
      if (mapping == null || !mapping.inOrderOfRows()) {
        throw new IllegalArgumentException(
            OCCURRED_AT + ": <absent> (expected: a time, or start in the mapping)");
      }
      record.put(OCCURRED_AT, times.ofRow(row.number()));
    }
    String item = record.path("item").asText();
    if (makeItems && !item.isEmpty()) {
      out.item(item, item);
    }
    out.event(row, record);
  }

  /** Puts a field, with the type it has in our API; {@code context.k} goes into the object. */
  private static void put(ObjectNode record, String field, JsonNode value, Times times) {
    int dot = field.indexOf('.');
    if (dot > 0 && OBJECTS.contains(field.substring(0, dot))) {
      record
          .withObjectProperty(field.substring(0, dot))
          .put(field.substring(dot + 1), value.isValueNode() ? value.asText() : value.toString());
    } else if (TIMES.contains(field)) {
      record.put(field, times.parse(field, value.asText()));
    } else if (NUMBERS.contains(field) && value.isTextual()) {
      record.set(field, number(field, value.asText()));
    } else if (field.equals("available") && value.isTextual()) {
      record.put(field, value.asText().matches("(?i)true|1|yes|y"));
    } else if (value.isNumber() && !NUMBERS.contains(field)) {
      record.put(field, value.asText());
    } else {
      record.set(field, value);
    }
  }

  private static JsonNode number(String field, String text) {
    try {
      JsonNode node = Records.JSON.readTree(text);
      return node != null && node.isNumber() ? node : throwing(field, text);
    } catch (IOException e) {
      return throwing(field, text);
    }
  }

  private static JsonNode throwing(String field, String text) {
    throw new IllegalArgumentException("%s: %s (expected: a number)".formatted(field, text));
  }

  private static JsonNode text(String text) {
    return Records.JSON.getNodeFactory().textNode(text);
  }
}
