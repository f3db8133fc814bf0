package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.ingest.Quarantine.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Google Analytics 4: {@code POST /mp/collect} of the Measurement Protocol, {@code POST
 * /debug/mp/collect} that says what it thinks of a payload and keeps nothing, and {@code POST
 * /v1/import/ga4} for rows of the BigQuery export.
 *
 * <p>As senders expect, collect answers 204 to whatever it could read or not, but for a server too
 * busy (429, 507); what it could not take is in quarantine. An event with a timestamp sent twice
 * counts once: GA4 has no event id, so its id is a hash of client, timestamp, name, index and
 * parameters.
 */
public final class Ga4Intake {
  /** A record, or what is wrong with the event it should come from. */
  private record Reading(int event, @Nullable ObjectNode record, @Nullable Invalid why) {}

  private final EventIntake intake;
  private final EventReader reader;

  public Ga4Intake(EventIntake intake) {
    this.intake = intake;
    this.reader = intake.reader().ofAnyType();
  }

  /** The endpoint for {@code /mp/collect}. */
  public Endpoint collect() {
    return Endpoint.of(
        HttpMethod.POST,
        (context, body) ->
            EventIntake.readAside(
                context.blockingTaskExecutor(), body, () -> collect(context, body)));
  }

  /** The endpoint for {@code /debug/mp/collect}. */
  public Endpoint debug() {
    return Endpoint.of(
        HttpMethod.POST,
        (context, body) -> CompletableFuture.completedFuture(Json.ok(validate(context, body))));
  }

  /** The endpoint for {@code /v1/import/ga4}: export rows, an array or lines. */
  public Endpoint export() {
    return Endpoint.of(
        HttpMethod.POST,
        (context, body) ->
            EventIntake.readAside(
                context.blockingTaskExecutor(), body, () -> export(context, body)));
  }

  private CompletableFuture<HttpResponse> collect(
      ServiceRequestContext context, AggregatedHttpRequest body) {
    Instant now = intake.now();
    var verdicts = new Verdicts("eventId");
    var refused = new ArrayList<Refused>();
    byte[] bytes = Body.bytes(body, intake.limits());
    for (Reading reading : readings(context, bytes)) {
      take(reading, now, verdicts, refused, new String(bytes, StandardCharsets.UTF_8));
    }
    return intake
        .append(context.path(), verdicts, refused, now)
        .thenApply(_ -> HttpResponse.of(HttpStatus.NO_CONTENT));
  }

  private CompletableFuture<HttpResponse> export(
      ServiceRequestContext context, AggregatedHttpRequest body) {
    Instant now = intake.now();
    var verdicts = new Verdicts("eventId");
    var refused = new ArrayList<Refused>();
    for (Body.Part part : Body.parts(body, intake.limits())) {
      JsonNode row = part.json();
      if (row == null || !row.isObject()) {
        var why = new Invalid("row", part.payload(), "a row of the export: a JSON object");
        take(new Reading(0, null, why), now, verdicts, refused, part.payload());
        continue;
      }
      for (ObjectNode record : Ga4.records(Ga4Export.hit(row))) {
        take(new Reading(0, record, null), now, verdicts, refused, part.payload());
      }
    }
    return intake
        .append(context.path(), verdicts, refused, now)
        .thenApply(done -> Json.ok(verdicts.answer(done.appended(), done.quarantined())));
  }

  private void take(
      Reading reading, Instant now, Verdicts verdicts, List<Refused> refused, String payload) {
    ObjectNode record = reading.record;
    try {
      if (reading.why != null || record == null) {
        throw reading.why == null ? new Invalid("event", "<absent>", "one") : reading.why;
      }
      intake.take(verdicts, reader.read(record, now, intake::newId));
    } catch (Invalid e) {
      verdicts.refuse(e);
      refused.add(new Refused(e, record == null ? payload : record.toString()));
    }
  }

  private ObjectNode validate(ServiceRequestContext context, AggregatedHttpRequest body) {
    ObjectNode answer = Json.object();
    var messages = answer.putArray("validationMessages");
    Instant now = intake.now();
    for (Reading reading : readings(context, Body.bytes(body, intake.limits()))) {
      Invalid why = reading.why;
      ObjectNode record = reading.record;
      if (record != null) {
        try {
          reader.read(record, now, intake::newId);
        } catch (Invalid e) {
          why = e;
        }
      }
      if (why != null) {
        messages
            .addObject()
            .put(
                "fieldPath",
                reading.event < 0 ? why.field() : "events[" + reading.event + "]." + why.field())
            .put(
                "description",
                "%s: %s (expected: %s)".formatted(why.field(), why.value(), why.expected()))
            .put(
                "validationCode",
                why.value().equals("<absent>") ? "VALUE_REQUIRED" : "VALUE_INVALID");
      }
    }
    return answer;
  }

  private List<Reading> readings(ServiceRequestContext context, byte[] bytes) {
    JsonNode payload;
    try {
      payload = Json.parse(bytes);
    } catch (Problem e) {
      return List.of(wrong("payload", "<not JSON>", "a JSON object"));
    }
    if (!payload.isObject()) {
      return List.of(wrong("payload", Json.shown(payload), "a JSON object"));
    }
    String client = Ga4.text(payload.get("client_id"));
    if (client == null) {
      client = Ga4.text(payload.get("app_instance_id"));
    }
    if (client == null) {
      return List.of(wrong("client_id", "<absent>", "an id, or app_instance_id"));
    }
    JsonNode events = payload.path("events");
    if (!events.isArray() || events.isEmpty() || events.size() > intake.limits().records()) {
      return List.of(
          wrong("events", Json.shown(events), "1 to " + intake.limits().records() + " events"));
    }
    QueryParams query = QueryParams.fromQueryString(context.query());
    String stream = query.get("measurement_id", query.get("firebase_app_id", ""));
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < events.size(); i++) {
      JsonNode event = events.get(i);
      String name = Ga4.text(event.get("name"));
      if (name == null) {
        readings.add(
            new Reading(
                i, null, new Invalid("name", Json.shown(event.path("name")), "an event's name")));
        continue;
      }
      for (ObjectNode record : Ga4.records(hit(payload, client, event, name, i))) {
        if (!stream.isEmpty()) {
          record.withObjectProperty("context").put("ga4.stream", stream);
        }
        readings.add(new Reading(i, record, null));
      }
    }
    return readings;
  }

  private static Reading wrong(String field, String value, String expected) {
    return new Reading(-1, null, new Invalid(field, value, expected));
  }

  private static Ga4.Hit hit(
      JsonNode payload, String client, JsonNode event, String name, int index) {
    Map<String, JsonNode> params = Ga4.fields(event.path("params"));
    JsonNode items = params.remove("items");
    JsonNode micros = event.path("timestamp_micros");
    if (micros.isMissingNode()) {
      micros = payload.path("timestamp_micros");
    }
    var properties = Ga4.fields(payload.path("user_properties"));
    properties.replaceAll((_, value) -> value.has("value") ? value.path("value") : value);
    String id =
        micros.isMissingNode()
            ? null
            : String.join(
                "\n",
                client,
                micros.asText(),
                name,
                Integer.toString(index),
                params.toString(),
                String.valueOf(items));
    return new Ga4.Hit(
        client,
        Ga4.text(payload.get("user_id")),
        name,
        params,
        items == null || !items.isArray() ? List.of() : items.valueStream().toList(),
        properties,
        micros.isMissingNode() ? null : Ga4Export.millis(micros),
        id);
  }
}
