package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/**
 * RetailRocket's {@code events.csv} and, of {@code item_properties_part1.csv} and {@code part2},
 * the category of each item: its newest. The other properties are hashes.
 */
final class RetailRocket implements Format {
  private static final Map<String, String> TYPES =
      Map.of("view", "view", "addtocart", "add_to_cart", "transaction", "purchase");

  @Override
  public void read(DataFile file, Records out) throws IOException {
    String first = First.line(file);
    Table table = Table.of(first);
    if (table.has("timestamp", "visitorid", "event", "itemid")) {
      file.lines().next();
      table.read(file, out, row -> event(row, out));
    } else if (table.has("timestamp", "itemid", "property", "value")) {
      file.lines().next();
      table.read(file, out, row -> property(row, out));
    } else {
      throw new UnknownFileException(
          file,
          first,
          "timestamp,visitorid,event,itemid,transactionid or timestamp,itemid,property,value");
    }
  }

  private static void event(Row row, Records out) throws IOException {
    String type = TYPES.get(row.get("event"));
    if (type == null) {
      throw new IllegalArgumentException(
          "event: %s (expected one of: addtocart, transaction, view)".formatted(row.get("event")));
    }
    String item = row.get("itemid");
    ObjectNode event =
        Records.JSON
            .createObjectNode()
            .put("anonymous", row.get("visitorid"))
            .put("item", item)
            .put("type", type)
            .put("occurredAt", row.millis("timestamp", Times.UTC))
            .put("service", "retailrocket");
    String transaction = row.find("transactionid");
    if (transaction != null) {
      event.putObject("context").put("transaction", transaction);
    }
    out.item(item, "Item " + item);
    out.event(row, event);
  }

  private static void property(Row row, Records out) {
    if (!row.get("property").equals("categoryid")) {
      out.leaveOut("properties other than the category");
      return;
    }
    String item = row.get("itemid");
    ObjectNode known = out.describe(item).put("title", "Item " + item);
    ObjectNode fields = known.withObjectProperty("fields");
    long since = row.millis("timestamp", Times.UTC);
    if (!fields.has("categorySince") || fields.path("categorySince").asLong() <= since) {
      known.put("category", row.get("value"));
      fields.put("categorySince", Long.toString(since));
    }
  }
}
