package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/**
 * The DeskDrop article log: {@code users_interactions.csv}, and {@code shared_articles.csv} with
 * titles. BOOKMARK, FOLLOW and COMMENT CREATED become likes; the context keeps the original.
 */
final class Deskdrop implements Format {
  private static final Map<String, String> TYPES =
      Map.of(
          "VIEW", "view",
          "LIKE", "like",
          "BOOKMARK", "like",
          "COMMENT CREATED", "like",
          "FOLLOW", "like");

  @Override
  public void read(DataFile file, Records out) throws IOException {
    String first = First.line(file);
    Table table = Table.of(first);
    if (table.has("timestamp", "eventType", "contentId", "personId", "sessionId")) {
      file.lines().next();
      table.read(file, out, row -> out.event(row, event(row, out)));
    } else if (table.has("timestamp", "eventType", "contentId", "title")) {
      file.lines().next();
      table.read(file, out, row -> article(row, out));
    } else {
      throw new UnknownFileException(
          file,
          first,
          "timestamp,eventType,contentId,personId,sessionId,... or articles with title");
    }
  }

  private static ObjectNode event(Row row, Records out) {
    String type = TYPES.get(row.get("eventType"));
    if (type == null) {
      throw new IllegalArgumentException(
          "eventType: %s (expected one of: %s)"
              .formatted(
                  row.get("eventType"),
                  String.join(", ", TYPES.keySet().stream().sorted().toList())));
    }
    String item = row.get("contentId");
    ObjectNode event =
        Records.JSON
            .createObjectNode()
            .put("user", row.get("personId"))
            .put("item", item)
            .put("type", type)
            .put("occurredAt", row.millis("timestamp", Times.UTC))
            .put("sessionId", row.get("sessionId"))
            .put("service", "deskdrop");
    event.putObject("context").put("eventType", row.get("eventType"));
    out.item(item, "Article " + item);
    return event;
  }

  private static void article(Row row, Records out) {
    if (!row.get("eventType").equals("CONTENT SHARED")) {
      out.leaveOut("articles that were taken back");
      return;
    }
    ObjectNode item = out.describe(row.get("contentId")).put("title", row.get("title"));
    String language = row.find("lang");
    if (language != null) {
      item.put("category", language);
      item.withObjectProperty("fields").put("lang", language);
    }
    String url = row.find("url");
    if (url != null) {
      item.withObjectProperty("fields").put("url", url);
    }
  }
}
