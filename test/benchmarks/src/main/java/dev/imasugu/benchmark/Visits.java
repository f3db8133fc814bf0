package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.imports.Formats;
import dev.imasugu.imports.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The visits of a recorded data set: what one person did in one session, in the order of its time.
 *
 * @param items as the API takes them
 * @param all in the order of their first clicks
 */
record Visits(List<ObjectNode> items, List<List<Click>> all) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What somebody touched, and when. */
  record Click(long millis, String item) {}

  /** Reads files of a format that {@code imasugu import} knows; events must name their session. */
  static Visits read(String format, List<Path> files) {
    Map<String, List<Click>> visits = new LinkedHashMap<>();
    var items = new ArrayList<ObjectNode>();
    try {
      Path folder = Files.createTempDirectory("imasugu-visits-");
      try (Recording recording =
          Recording.read(
              format,
              Formats.named(format, null, false),
              files,
              folder.resolve("sort"),
              _ -> {},
              (_, _) -> {})) {
        items.addAll(recording.described());
        items.addAll(recording.named());
        recording.events(0, (_, line) -> add(visits, JSON.readTree(line)));
      } finally {
        ServerProcess.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    visits.values().forEach(visit -> visit.sort(Comparator.comparingLong(Click::millis)));
    return new Visits(items, List.copyOf(visits.values()));
  }

  private static void add(Map<String, List<Click>> visits, JsonNode event) {
    String session = event.path("sessionId").asText();
    String item = event.path("item").asText();
    if (session.isEmpty() || item.isEmpty()) {
      return;
    }
    String who = event.path("user").asText() + event.path("anonymous").asText();
    JsonNode at = event.path("occurredAt");
    long millis = at.isNumber() ? at.asLong() : Instant.parse(at.asText()).toEpochMilli();
    visits
        .computeIfAbsent(who + " " + session, _ -> new ArrayList<>())
        .add(new Click(millis, item));
  }
}
