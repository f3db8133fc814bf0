package dev.imasugu.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * A recorded log, its first half told as the past, the other lived through again at a speed. Its
 * times are moved so that the half is now; between events of the past they stay as they were.
 */
final class RecordedScene implements Scene {
  private static final int BATCH = 500;
  private static final Duration OVER = Duration.ofSeconds(1);

  private final Api api;
  private final Deskdrop.Contents contents;
  private final double speed;
  private final InstantSource clock;
  private int next;

  RecordedScene(Api api, Path file, double speed, InstantSource clock) throws IOException {
    this.api = api;
    this.contents = Deskdrop.read(file);
    this.speed = speed;
    this.clock = clock;
    if (contents.events().size() < 2) {
      throw new IllegalArgumentException(
          "%s: %d events (expected: at least 2)".formatted(file, contents.events().size()));
    }
  }

  @Override
  public String prepare() {
    List<ObjectNode> items = contents.items();
    for (int from = 0; from < items.size(); from += BATCH) {
      api.post("/v1/items", batch(items, from, items.size()));
    }
    List<ObjectNode> events = contents.events();
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
        .formatted(items.size(), half, events.size() - half, contents.refused().size());
  }

  private static ArrayNode batch(List<ObjectNode> records, int from, int end) {
    return Api.JSON.createArrayNode().addAll(records.subList(from, Math.min(from + BATCH, end)));
  }

  private long millis(int event) {
    return contents.events().get(event).path("occurredAt").asLong();
  }

  @Override
  public int act() {
    if (next == contents.events().size()) {
      return 0;
    }
    ObjectNode event = contents.events().get(next++).deepCopy();
    event.remove("occurredAt");
    api.post("/v1/events", event);
    return 1;
  }

  @Override
  public Duration untilNext() {
    if (next == contents.events().size()) {
      return OVER;
    }
    // The event before the first of the other half was moved, so there is nothing to measure from.
    long gap = next == contents.events().size() / 2 ? 0 : millis(next) - millis(next - 1);
    return Duration.ofNanos((long) (gap / speed * 1e6));
  }

  @Override
  public List<String> items() {
    return contents.items().stream().map(item -> item.path("id").asText()).toList();
  }
}
