package dev.imasugu.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.domain.Event;
import dev.imasugu.http.Json;
import dev.imasugu.ingest.Quarantine;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.Topic;
import dev.imasugu.query.PoisonListener.Poison;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts records that a query failed on where refused events are, with the query as their source. */
final class PoisonedEvents {
  private PoisonedEvents() {}

  static void keep(Quarantine quarantine, Poison poison, InstantSource clock) {
    quarantine.keep(
        "query " + poison.query(),
        "query",
        "%s, %s %d:%d"
            .formatted(
                poison.file(),
                poison.topic().name().toLowerCase(Locale.ROOT),
                poison.partition(),
                poison.offset()),
        "a row it can handle; it said: " + poison.cause(),
        payload(poison),
        Instant.ofEpochMilli(clock.millis()));
  }

  /** The event as intake takes it; of items and users only where they are. */
  private static String payload(Poison poison) {
    if (poison.topic() != Topic.EVENTS) {
      return Json.object().put("offset", poison.offset()).toString();
    }
    Event event = EventCodec.decode(poison.value());
    ObjectNode json = Json.object().put("eventId", event.eventId());
    put(json, "user", event.user() == null ? null : event.user().value());
    put(json, "anonymous", event.anonymous());
    put(json, "item", event.item() == null ? null : event.item().value());
    json.put("type", event.type().label()).put("occurredAt", event.occurredAt().toString());
    if (event.value() != null) {
      json.put("value", event.value());
    }
    if (event.quantity() != null) {
      json.put("quantity", event.quantity());
    }
    put(json, "service", event.service());
    put(json, "sessionId", event.sessionId());
    put(json, "platform", event.platform());
    put(json, "locale", event.locale());
    put(json, "placement", event.placement());
    if (event.position() != null) {
      json.put("position", event.position());
    }
    put(json, "recommendationId", event.recommendationId());
    put(json, "responseId", event.responseId());
    ObjectNode context = Json.object();
    event.context().forEach(context::put);
    json.set("context", context);
    return json.toString();
  }

  private static void put(ObjectNode json, String field, @Nullable String value) {
    if (value != null) {
      json.put(field, value);
    }
  }
}
