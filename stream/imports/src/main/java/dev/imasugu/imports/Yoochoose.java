package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * The sessions of the RecSys Challenge 2015: {@code yoochoose-clicks.dat}, {@code
 * yoochoose-buys.dat}, and session-rec's prepared files. A session is a visitor; a click on an
 * item's page is a view.
 */
final class Yoochoose implements Format {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z";

  @Override
  public void read(DataFile file, Records out) throws IOException {
    String first = First.line(file);
    if (first.matches("\\d+," + TIME + ",\\d+,\\d+,\\d+")) {
      new Table(",", List.of("SessionId", "Time", "ItemId", "Price", "Quantity"))
          .read(file, out, row -> event(row, "purchase", out));
    } else if (first.matches("\\d+," + TIME + ",\\d+,\\w+")) {
      new Table(",", List.of("SessionId", "Time", "ItemId", "Category"))
          .read(file, out, row -> event(row, "view", out));
    } else if (Table.of(first).has("SessionId", "ItemId", "Time")) {
      file.lines().next();
      Table.of(first).read(file, out, row -> event(row, "view", out));
    } else {
      throw new UnknownFileException(
          file, first, "session,time,item,... or SessionId<TAB>ItemId<TAB>Time");
    }
  }

  private static void event(Row row, String type, Records out) throws IOException {
    String item = row.get("ItemId");
    ObjectNode event =
        Records.JSON
            .createObjectNode()
            .put("anonymous", row.get("SessionId"))
            .put("item", item)
            .put("type", type)
            .put("occurredAt", row.millis("Time", Times.UTC))
            .put("sessionId", row.get("SessionId"))
            .put("service", "yoochoose");
    if (row.find("Price") != null) {
      event.put("value", row.number("Price"));
    }
    if (row.find("Quantity") != null) {
      event.put("quantity", row.whole("Quantity"));
    }
    String category = row.find("Category");
    if (category != null && !category.equals("0")) {
      event.putObject("context").put("category", category);
    }
    out.item(item, "Item " + item);
    out.event(row, event);
  }
}
