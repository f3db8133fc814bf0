package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Nearest;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.EventTypes.Rule;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Makes events of JSON records, or says which field is wrong. Safe for many threads. */
final class EventReader {
  /** How far ahead of our clock a producer's may run. */
  private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  private static final int MAX_CONTEXT_VALUE = 4_096;
  private static final String CONTEXT = "context.";

  private static final List<String> FIELDS =
      Stream.concat(Event.FIELDS.stream(), Stream.of("context")).toList();

  private final EventTypes types;
  private final boolean anyType;

  EventReader(EventTypes types) {
    this(types, false);
  }

  private EventReader(EventTypes types, boolean anyType) {
    this.types = types;
    this.anyType = anyType;
  }

  /** Returns a reader that also takes types that nobody declared; they weigh nothing. */
  EventReader ofAnyType() {
    return new EventReader(types, true);
  }

  /**
   * Reads one record.
   *
   * @param newId gives an id to a record without one
   */
  Event read(JsonNode record, Instant receivedAt, Supplier<String> newId) throws Invalid {
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
    Rule rule = rule(fields);
    for (String field : rule.required()) {
      require(fields, field, rule.type());
    }
    String item = fields.id("item");
    String eventId = fields.id("eventId");
    Long position = fields.whole("position", 1, 1_000_000);
    return new Event(
        eventId == null ? newId.get() : eventId,
        user == null ? null : new UserId(user),
        anonymous,
        item == null ? null : new ItemId(item),
        rule.type(),
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
        fields.id("responseId"),
        fields.texts("context", MAX_CONTEXT_VALUE));
  }

  private Rule rule(Fields fields) throws Invalid {
    String label = fields.id("type");
    Rule rule = label == null ? null : types.find(label);
    if (rule != null) {
      return rule;
    }
    if (label != null && anyType) {
      try {
        return new Rule(new EventType(label), 0, List.of());
      } catch (IllegalArgumentException e) {
        throw new Invalid("type", label, "a letter, then up to 39 letters, digits or _");
      }
    }
    List<String> labels = types.labels();
    throw new Invalid(
        "type",
        label == null ? "<absent>" : label,
        "one of "
            + String.join(", ", labels)
            + (label == null ? "" : Nearest.advice(label, labels)));
  }

  private static void require(Fields fields, String field, EventType type) throws Invalid {
    JsonNode node;
    if (field.startsWith(CONTEXT)) {
      JsonNode context = fields.node("context");
      node = context == null ? null : context.get(field.substring(CONTEXT.length()));
    } else {
      node = fields.node(field);
    }
    if (node == null) {
      throw new Invalid(field, "<absent>", "a value, for the type " + type.label());
    }
  }

  private static Instant occurredAt(Fields fields, Instant receivedAt) throws Invalid {
    Instant instant = fields.instant("occurredAt");
    if (instant == null) {
      return receivedAt;
    }
    if (instant.isBefore(Instant.EPOCH) || instant.isAfter(receivedAt.plus(MAX_AHEAD))) {
      throw new Invalid(
          "occurredAt",
          instant.toString(),
          "from 1970 to at most 5 minutes ahead of " + receivedAt);
    }
    return instant;
  }
}
