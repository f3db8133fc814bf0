package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Nearest;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.http.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Makes an event of a JSON record, or says which field is wrong. */
final class EventReader {
  /** How far ahead of our clock a producer's may run. */
  private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  private static final int MAX_CONTEXT_VALUE = 4_096;

  private static final List<String> FIELDS =
      List.of(
          "eventId",
          "user",
          "anonymous",
          "item",
          "type",
          "occurredAt",
          "value",
          "quantity",
          "service",
          "sessionId",
          "platform",
          "locale",
          "placement",
          "position",
          "recommendationId",
          "context");

  private static final List<String> TYPES =
      Arrays.stream(EventType.values()).map(EventType::label).toList();

  private EventReader() {}

  /**
   * Reads one record.
   *
   * @param newId gives an id to a record without one
   */
  static Event read(JsonNode record, Instant receivedAt, Supplier<String> newId) throws Invalid {
    var fields = new Fields(record, FIELDS);
    String user = fields.id("user");
    String anonymous = fields.id("anonymous");
    if (user == null && anonymous == null) {
      throw new Invalid("user", "<absent>", "user or anonymous");
    }
    if (user != null && user.startsWith(UserId.ANONYMOUS_PREFIX)) {
      throw new Invalid("user", user, "an id that does not start with anonymous:");
    }
    if (anonymous != null && anonymous.length() > 256 - UserId.ANONYMOUS_PREFIX.length()) {
      throw new Invalid("anonymous", anonymous.length() + " characters", "at most 246");
    }
    EventType type = type(fields);
    String item = fields.id("item");
    if (item == null && type.needsItem()) {
      throw new Invalid("item", "<absent>", "an item id, for the type " + type.label());
    }
    String eventId = fields.id("eventId");
    Long position = fields.whole("position", 1, 1_000_000);
    return new Event(
        eventId == null ? newId.get() : eventId,
        user == null ? null : new UserId(user),
        anonymous,
        item == null ? null : new ItemId(item),
        type,
        occurredAt(fields, receivedAt),
        receivedAt,
        fields.number("value"),
        fields.whole("quantity", 0, Long.MAX_VALUE),
        fields.id("service"),
        fields.id("sessionId"),
        fields.id("platform"),
        fields.id("locale"),
        fields.id("placement"),
        position == null ? null : position.intValue(),
        fields.id("recommendationId"),
        fields.texts("context", MAX_CONTEXT_VALUE));
  }

  private static EventType type(Fields fields) throws Invalid {
    String label = fields.id("type");
    for (EventType type : EventType.values()) {
      if (type.label().equals(label)) {
        return type;
      }
    }
    String shown = label == null ? "<absent>" : label;
    throw new Invalid(
        "type",
        shown,
        "one of " + String.join(", ", TYPES) + (label == null ? "" : Nearest.advice(label, TYPES)));
  }

  private static Instant occurredAt(Fields fields, Instant receivedAt) throws Invalid {
    JsonNode node = fields.node("occurredAt");
    if (node == null) {
      return receivedAt;
    }
    Instant instant;
    try {
      if (node.isIntegralNumber() && node.canConvertToLong()) {
        instant = Instant.ofEpochMilli(node.longValue());
      } else {
        instant =
            OffsetDateTime.parse(node.textValue() == null ? "" : node.textValue()).toInstant();
      }
    } catch (DateTimeException e) {
      throw new Invalid(
          "occurredAt",
          Json.shown(node),
          "an instant such as 2026-08-20T09:30:00.250Z, or milliseconds since 1970");
    }
    if (instant.isBefore(Instant.EPOCH) || instant.isAfter(receivedAt.plus(MAX_AHEAD))) {
      throw new Invalid(
          "occurredAt", Json.shown(node), "from 1970 to at most 5 minutes ahead of " + receivedAt);
    }
    return instant;
  }
}
