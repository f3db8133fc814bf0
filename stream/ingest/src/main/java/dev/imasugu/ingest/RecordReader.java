package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.Item;
import java.time.Instant;

/**
 * Reads records exactly as intake does, for whoever has them from elsewhere than a request. Safe
 * for many threads.
 */
public final class RecordReader {
  private final EventReader events;

  /**
   * Makes a reader.
   *
   * @param types the event types that a record may have
   */
  public RecordReader(EventTypes types) {
    events = new EventReader(types);
  }

  /**
   * Reads an event.
   *
   * @param id for one that has none
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public Event event(JsonNode record, Instant receivedAt, String id) {
    try {
      return events.read(record, receivedAt, () -> id);
    } catch (Invalid e) {
      throw plain(e);
    }
  }

  /** Reads an item, see {@link #event}. */
  public Item item(JsonNode record, Instant receivedAt) {
    try {
      return ItemReader.read(record, null, receivedAt);
    } catch (Invalid e) {
      throw plain(e);
    }
  }

  private static IllegalArgumentException plain(Invalid e) {
    return new IllegalArgumentException(
        "%s: %s (expected: %s)".formatted(e.field(), e.value(), e.expected()));
  }
}
