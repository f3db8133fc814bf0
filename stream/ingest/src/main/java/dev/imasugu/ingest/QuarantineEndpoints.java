package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.imasugu.domain.Event;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.ingest.Quarantine.Entry;
import dev.imasugu.ingest.Quarantine.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The quarantine over HTTP.
 *
 * <ul>
 *   <li>{@code GET /v1/quarantine?from=&limit=&field=}: entries, oldest first; {@code next} is the
 *       {@code from} of those that follow.
 *   <li>{@code GET} and {@code DELETE /v1/quarantine/{id}}.
 *   <li>{@code POST /v1/quarantine/resubmit}, {@code {"ids":[...],"patch":{...}}}: each payload,
 *       with the patch merged into it (RFC 7396), is read like an event that has just come in;
 *       accepted or known already, it leaves the quarantine; refused again, it stays. Twice is the
 *       same as once.
 *   <li>{@code POST /v1/quarantine/drop}, {@code {"ids":[...]}}.
 * </ul>
 */
public final class QuarantineEndpoints {
  private static final int MOST = 1_000;

  private final Quarantine quarantine;
  private final EventIntake intake;

  public QuarantineEndpoints(Quarantine quarantine, EventIntake intake) {
    this.quarantine = quarantine;
    this.intake = intake;
  }

  /** The endpoint for {@code /v1/quarantine}. */
  public Endpoint list() {
    return Endpoint.of(HttpMethod.GET, (context, _) -> aside(context, () -> list(context)));
  }

  /** The endpoint for {@code /v1/quarantine/{id}}. */
  public Endpoint single() {
    return Endpoint.of(
            HttpMethod.GET,
            (context, _) ->
                aside(
                    context,
                    () -> CompletableFuture.completedFuture(Json.ok(find(id(context)).json()))))
        .and(
            HttpMethod.DELETE,
            (context, _) ->
                aside(
                    context,
                    () ->
                        quarantine
                            .drop(List.of(find(id(context)).number()))
                            .thenApply(_ -> HttpResponse.of(HttpStatus.NO_CONTENT))));
  }

  /** The endpoint for {@code /v1/quarantine/resubmit}. */
  public Endpoint resubmit() {
    return Endpoint.of(
        HttpMethod.POST, (context, body) -> aside(context, () -> resubmit(context.path(), body)));
  }

  /** The endpoint for {@code /v1/quarantine/drop}. */
  public Endpoint drop() {
    return Endpoint.of(
        HttpMethod.POST,
        (context, body) ->
            aside(
                context,
                () -> {
                  List<Long> ids = ids(Json.read(body));
                  return quarantine
                      .drop(ids)
                      .thenApply(_ -> Json.ok(Json.object().put("dropped", ids.size())));
                }));
  }

  private static CompletableFuture<HttpResponse> aside(
      ServiceRequestContext context, Supplier<CompletableFuture<HttpResponse>> work) {
    return CompletableFuture.completedFuture(context)
        .thenComposeAsync(_ -> work.get(), context.blockingTaskExecutor());
  }

  private CompletableFuture<HttpResponse> list(ServiceRequestContext context) {
    QueryParams parameters = QueryParams.fromQueryString(context.query());
    long from = number(parameters.get("from", "0"), "from");
    int limit = Math.clamp(number(parameters.get("limit", "100"), "limit"), 1, MOST);
    String field = parameters.get("field", "");
    List<Entry> entries =
        quarantine.list(from, limit, entry -> field.isEmpty() || entry.field().equals(field));
    ObjectNode body = Json.object();
    var array = body.putArray("entries");
    entries.forEach(entry -> array.add(entry.json()));
    body.put("records", quarantine.size());
    if (entries.size() == limit) {
      body.put("next", entries.getLast().number() + 1);
    }
    return CompletableFuture.completedFuture(Json.ok(body));
  }

  private CompletableFuture<HttpResponse> resubmit(String source, AggregatedHttpRequest body) {
    JsonNode request = Json.read(body);
    JsonNode patch = request.path("patch");
    if (!patch.isMissingNode() && !patch.isObject()) {
      throw new IllegalArgumentException(
          "patch: %s (expected: an object, merged into each payload)".formatted(Json.shown(patch)));
    }
    var verdicts = new Verdicts("eventId");
    var taken = new ArrayList<Long>();
    var kept = new ArrayList<Long>();
    for (long id : ids(request)) {
      Entry entry = find(id);
      try {
        intake.take(verdicts, event(entry, patch));
        taken.add(id);
      } catch (Invalid e) {
        verdicts.refuse(e);
        kept.add(id);
      }
    }
    return intake
        .append(source, verdicts, List.<Refused>of(), intake.now())
        .thenCompose(
            done ->
                quarantine
                    .drop(taken)
                    .thenApply(_ -> Json.ok(verdicts.answer(done.appended(), kept))));
  }

  /** What has no time of its own happened about when it was refused; what has no id gets one. */
  private Event event(Entry entry, JsonNode patch) throws Invalid {
    JsonNode payload;
    try {
      payload = Json.parse(entry.payload().getBytes(StandardCharsets.UTF_8));
    } catch (Problem e) {
      payload = Json.object();
      if (!patch.isObject()) {
        throw new Invalid("payload", entry.value(), "JSON, or a patch that holds all of the event");
      }
    }
    JsonNode patched = patch.isObject() ? merged(payload, patch) : payload;
    if (patched instanceof ObjectNode object && !object.has("occurredAt")) {
      object.put("occurredAt", entry.at().toEpochMilli());
    }
    String id = "quarantine:" + Quarantine.hash(entry.source() + '\n' + entry.payload());
    EventReader reader =
        entry.source().startsWith("/v1/events") ? intake.reader() : intake.reader().ofAnyType();
    return reader.read(patched, intake.now(), () -> id);
  }

  /** RFC 7396: null removes, an object merges, anything else replaces. */
  private static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : Json.object();
    for (var field : patch.properties()) {
      if (field.getValue().isNull()) {
        result.remove(field.getKey());
      } else {
        JsonNode before = result.path(field.getKey());
        result.set(field.getKey(), merged(before, field.getValue()));
      }
    }
    return result;
  }

  private Entry find(long id) {
    Entry entry = quarantine.find(id);
    if (entry == null) {
      throw new Problem(
          HttpStatus.NOT_FOUND, "id: %d (expected: one that /v1/quarantine lists)".formatted(id));
    }
    return entry;
  }

  private static long id(ServiceRequestContext context) {
    return number(String.valueOf(context.pathParam("id")), "id");
  }

  private static long number(String text, String name) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a whole number)".formatted(name, text), e);
    }
  }

  private static List<Long> ids(JsonNode request) {
    JsonNode ids = request.path("ids");
    if (!ids.isArray() || ids.size() > MOST) {
      throw new IllegalArgumentException(
          "ids: %s (expected: an array of at most %d numbers)".formatted(Json.shown(ids), MOST));
    }
    var numbers = new ArrayList<Long>();
    for (JsonNode id : ids) {
      if (!id.canConvertToLong() || !id.isIntegralNumber()) {
        throw new IllegalArgumentException(
            "ids: %s (expected: numbers that /v1/quarantine lists)".formatted(Json.shown(id)));
      }
      numbers.add(id.longValue());
    }
    return numbers;
  }
}
