package dev.imasugu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.evaluate.DataFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * {@code users_interactions.csv} of the DeskDrop article log: {@code timestamp,eventType,contentId,
 * personId,sessionId,userAgent,userRegion,userCountry}. BOOKMARK, FOLLOW and COMMENT CREATED become
 * likes, the original type stays in the context. An event's id is {@code deskdrop:<SHA-256 of the
 * line>:<ordinal among equal lines>}, so that a file imported twice is imported once.
 */
final class Deskdrop {
  private static final String HEADER = "timestamp,eventType,contentId,personId,sessionId";

  private static final Map<String, String> TYPES =
      Map.of(
          "VIEW", "view",
          "LIKE", "like",
          "BOOKMARK", "like",
          "COMMENT CREATED", "like",
          "FOLLOW", "like");

  /** A line that is no event. */
  record Refused(long line, String text, String why) {}

  /** What a file holds: events sorted by time, lines of equal time in their order; items by id. */
  record Contents(List<ObjectNode> events, List<ObjectNode> items, List<Refused> refused) {}

  private record Timed(long second, ObjectNode event) {}

  private Deskdrop() {}

  static Contents read(Path file) throws IOException {
    var events = new ArrayList<Timed>();
    var items = new HashMap<String, ObjectNode>();
    var refused = new ArrayList<Refused>();
    var ordinals = new HashMap<String, Integer>();
    try (BufferedReader reader = DataFile.reader(file)) {
      String header = reader.readLine();
      if (header == null || !header.startsWith(HEADER)) {
        throw new IllegalArgumentException(
            "%s: starts with %s (expected: %s,...)".formatted(file, header, HEADER));
      }
      long number = 1;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        try {
          ObjectNode event = event(line, ordinals);
          String item = event.path("item").asText();
          items.computeIfAbsent(
              item, id -> Api.JSON.createObjectNode().put("id", id).put("title", "Article " + id));
          events.add(new Timed(event.path("occurredAt").asLong(), event));
        } catch (IllegalArgumentException e) {
          refused.add(new Refused(number, line, String.valueOf(e.getMessage())));
        }
      }
    }
    events.sort(Comparator.comparingLong(Timed::second));
    List<ObjectNode> sortedItems =
        items.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();
    return new Contents(events.stream().map(Timed::event).toList(), sortedItems, refused);
  }

  private static ObjectNode event(String line, Map<String, Integer> ordinals) {
    String[] fields = line.split(",", 6);
    if (fields.length < 5) {
      throw new IllegalArgumentException(
          "fields: " + fields.length + " (expected: at least 5, separated by commas)");
    }
    String type = TYPES.get(fields[1]);
    if (type == null) {
      throw new IllegalArgumentException(
          "eventType: "
              + fields[1]
              + " (expected one of: "
              + String.join(", ", TYPES.keySet().stream().sorted().toList())
              + ")");
    }
    long second;
    try {
      second = Long.parseLong(fields[0]);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "timestamp: " + fields[0] + " (expected: seconds since 1970)", e);
    }
    String hash = sha256(line);
    int ordinal = ordinals.merge(hash, 1, Integer::sum);
    ObjectNode event = Api.JSON.createObjectNode();
    event
        .put("eventId", "deskdrop:" + hash + ":" + ordinal)
        .put("user", fields[3])
        .put("item", fields[2])
        .put("type", type)
        .put("occurredAt", Instant.ofEpochSecond(second).toEpochMilli())
        .put("sessionId", fields[4])
        .put("service", "deskdrop");
    event.putObject("context").put("eventType", fields[1]);
    return event;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
