package dev.imasugu.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.imports.Formats;
import dev.imasugu.imports.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A recorded log, its first half told as the past, the other lived through again at a speed. Its
 * times are moved so that the half is now; between events of the past they stay as they were.
 */
final class RecordedScene implements Scene {
  private static final String FORMAT = "deskdrop";
  private static final int BATCH = 500;
  private static final Duration OVER = Duration.ofSeconds(1);

  private final Api api;
  private final List<ObjectNode> items;
  private final List<ObjectNode> events = new ArrayList<>();
  private final long refused;
  private final double speed;
  private final InstantSource clock;
  private int next;

  RecordedScene(Api api, Path file, double speed, InstantSource clock) throws IOException {
    this.api = api;
    this.speed = speed;
    this.clock = clock;
    Path folder = Files.createTempDirectory("imasugu-recording-");
    try (Recording recording =
        Recording.read(
            FORMAT,
            Formats.named(FORMAT, null, false),
            List.of(file),
            folder,
            _ -> {},
            (_, _) -> {})) {
      items = Stream.concat(recording.described().stream(), recording.named().stream()).toList();
      refused = recording.refused();
      recording.events(0, (_, json) -> events.add((ObjectNode) Api.JSON.readTree(json)));
    } finally {
      Files.deleteIfExists(folder);
    }
    if (events.size() < 2) {
      throw new IllegalArgumentException(
          "%s: %d events (expected: at least 2)".formatted(file, events.size()));
    }
  }

  @Override
  public String prepare() {
    for (int from = 0; from < items.size(); from += BATCH) {
      api.post("/v1/items", batch(items, from, items.size()));
    }
    int half = events.size() / 2;
    long shift = clock.millis() - millis(half - 1);
    for (ObjectNode event : events.subList(0, half)) {
      event.put("occurredAt", event.path("occurredAt").asLong() + shift);
    }
    var progress = new Progress("the first half", half);
    for (int from = 0; from < half; from += BATCH) {
      api.post("/v1/events", batch(events, from, half));
      progress.at(from);
    }
    progress.done(half);
    next = half;
    return "%,d items, %,d events of the past, %,d to come, %,d lines refused"
        .formatted(items.size(), half, events.size() - half, refused);
  }

  private static ArrayNode batch(List<ObjectNode> records, int from, int end) {
    return Api.JSON.createArrayNode().addAll(records.subList(from, Math.min(from + BATCH, end)));
  }

  private long millis(int event) {
    return events.get(event).path("occurredAt").asLong();
  }

  @Override
  public int act() {
    if (next == events.size()) {
      return 0;
    }
    ObjectNode event = events.get(next++).deepCopy();
    event.remove("occurredAt");
    api.post("/v1/events", event);
    return 1;
  }

  @Override
  public Duration untilNext() {
    if (next == events.size()) {
      return OVER;
    }
    // The event before the first of the other half was moved, so there is nothing to measure from.
    long gap = next == events.size() / 2 ? 0 : millis(next) - millis(next - 1);
    return Duration.ofNanos((long) (gap / speed * 1e6));
  }

  @Override
  public List<String> items() {
    return items.stream().map(item -> item.path("id").asText()).toList();
  }
}
