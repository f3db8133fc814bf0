package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.StringJoiner;

/**
 * The Open Bandit Dataset: each row an impression with position and propensity and, when clicked, a
 * click of the same time. There are no people in it: who shares the four features is one visitor.
 * Impression and click share a {@code responseId}. {@code item_context.csv} has the items.
 */
final class OpenBandit implements Format {
  @Override
  public void read(DataFile file, Records out) throws IOException {
    String first = First.line(file);
    Table table = Table.of(first);
    if (table.has("timestamp", "item_id", "position", "click", "propensity_score")) {
      file.lines().next();
      table.read(file, out, row -> impression(row, out));
    } else if (table.has("item_id", "item_feature_0")) {
      file.lines().next();
      table.read(file, out, row -> item(row, out));
    } else {
      throw new UnknownFileException(
          file,
          first,
          "timestamp,item_id,position,click,propensity_score,... or item_id,item_feature_0,...");
    }
  }

  private static void impression(Row row, Records out) throws IOException {
    String item = row.get("item_id");
    String click = row.get("click");
    if (!click.equals("0") && !click.equals("1")) {
      throw new IllegalArgumentException("click: %s (expected: 0 or 1)".formatted(click));
    }
    var who = new StringJoiner("\n");
    ObjectNode context = Records.JSON.createObjectNode();
    context.put("propensity", Double.toString(row.number("propensity_score")));
    for (String column : row.columns().keySet().stream().sorted().toList()) {
      String value = row.find(column);
      if (value != null && column.startsWith("user_feature_")) {
        who.add(value);
        context.put(column, value);
      } else if (value != null && column.startsWith("user-item_") && row.number(column) != 0) {
        context.put(column, value);
      }
    }
    ObjectNode shown =
        Records.JSON
            .createObjectNode()
            .put("anonymous", EventSort.hash(who.toString()).substring(0, 16))
            .put("item", item)
            .put("type", "impression")
            .put("occurredAt", row.millis("timestamp", Times.UTC))
            .put("position", row.whole("position"))
            .put("service", "obd")
            .put("placement", "obd")
            .put("responseId", "obd:" + EventSort.hash(row.text()));
    shown.set("context", context);
    out.item(item, "Item " + item);
    out.event(row, shown);
    if (click.equals("1")) {
      out.event(row, shown.deepCopy().put("type", "click"));
    }
  }

  private static void item(Row row, Records out) {
    String id = row.get("item_id");
    ObjectNode fields = out.describe(id).put("title", "Item " + id).withObjectProperty("fields");
    for (String column : row.columns().keySet()) {
      String value = row.find(column);
      if (value != null && column.startsWith("item_feature_")) {
        fields.put(column, value);
      }
    }
  }
}
