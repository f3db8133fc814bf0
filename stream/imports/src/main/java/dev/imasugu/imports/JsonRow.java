package dev.imasugu.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** One row of a file in whatever form, as JSON. */
record JsonRow(String place, long number, String text, ObjectNode json) implements Source {
  /** A value by its column; {@code a.b} goes into objects. Null when absent, null or empty. */
  @Nullable JsonNode find(String column) {
    JsonNode node = json.get(column);
    if (node == null) {
      node = json.at("/" + column.replace("~", "~0").replace("/", "~1").replace('.', '/'));
    }
    return node.isMissingNode() || node.isNull() || (node.isValueNode() && node.asText().isEmpty())
        ? null
        : node;
  }
}
