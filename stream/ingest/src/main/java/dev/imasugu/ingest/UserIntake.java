package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.imasugu.config.Nearest;
import dev.imasugu.config.ProjectConfig.AttributeKind;
import dev.imasugu.domain.User;
import dev.imasugu.domain.UserId;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.log.UserCodec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of users: {@code PUT} replaces, {@code PATCH} merges (null removes), {@code GET}
 * shows and {@code DELETE} erases {@code /v1/users/{id}}; {@code POST /v1/users} takes an array or
 * lines of users, each replaced whole. Attributes are those that {@code imasugu.yaml} declares;
 * texts are taken for numbers and booleans where they are one, as files of users have them. Safe
 * for many threads.
 */
public final class UserIntake {
  private static final int MAX_TEXT = 4_096;
  private static final int STRIPES = 64;

  private final EventLog log;
  private final Map<String, AttributeKind> attributes;
  private final IntakeLimits limits;
  private final DiskSpace disk;
  private final InstantSource clock;
  private final Function<UserId, String> erase;

  /** Merges of one user come one after the other. */
  private final List<ReentrantLock> merging =
      Stream.generate(ReentrantLock::new).limit(STRIPES).toList();

  /**
   * Makes an intake.
   *
   * @param erase forgets a person and returns the receipt's id; may block
   */
  public UserIntake(
      EventLog log,
      Map<String, AttributeKind> attributes,
      IntakeLimits limits,
      DiskSpace disk,
      InstantSource clock,
      Function<UserId, String> erase) {
    this.log = log;
    this.attributes = new TreeMap<>(attributes);
    this.limits = limits;
    this.disk = disk;
    this.clock = clock;
    this.erase = erase;
  }

  /** The endpoint for {@code /v1/users}. */
  public Endpoint batch() {
    return Endpoint.of(
        HttpMethod.POST,
        (context, body) ->
            EventIntake.readAside(context.blockingTaskExecutor(), body, () -> put(body)));
  }

  /** The endpoint for {@code /v1/users/{id}}. */
  public Endpoint single() {
    return Endpoint.of(HttpMethod.PUT, (context, body) -> aside(context, () -> put(context, body)))
        .and(HttpMethod.PATCH, (context, body) -> aside(context, () -> patch(context, body)))
        .and(HttpMethod.GET, (context, _) -> aside(context, () -> Json.ok(json(find(id(context))))))
        .and(HttpMethod.DELETE, (context, _) -> aside(context, () -> erase(id(context))));
  }

  private static CompletableFuture<HttpResponse> aside(
      ServiceRequestContext context, Supplier<HttpResponse> work) {
    return CompletableFuture.supplyAsync(work, context.blockingTaskExecutor());
  }

  private static UserId id(ServiceRequestContext context) {
    return new UserId(String.valueOf(context.pathParam("id")));
  }

  private CompletableFuture<HttpResponse> put(AggregatedHttpRequest body) {
    disk.check();
    var verdicts = new Verdicts("id");
    Instant now = now();
    for (Body.Part part : Body.parts(body, limits)) {
      try {
        JsonNode json = part.json();
        if (!(json instanceof ObjectNode object)) {
          throw new Invalid("record", part.payload(), "an object");
        }
        String id = idOf(object);
        User user = new User(new UserId(id), read(object, Map.of()), now);
        verdicts.take(id, record(user));
      } catch (Invalid e) {
        verdicts.refuse(e);
      }
    }
    return EventIntake.appendTo(log, Topic.USERS, verdicts.toAppend())
        .thenApply(appended -> Json.ok(verdicts.answer(appended)));
  }

  /** Takes the id out of a record: {@code id} or {@code user_id}. */
  private static String idOf(ObjectNode record) throws Invalid {
    JsonNode id = record.remove("id");
    JsonNode userId = record.remove("user_id");
    JsonNode given = id == null ? userId : id;
    if (given == null || !given.isValueNode() || given.asText().isBlank()) {
      throw new Invalid("id", given == null ? "<absent>" : Json.shown(given), "a user's id");
    }
    try {
      return checked(new UserId(given.asText()).value());
    } catch (IllegalArgumentException e) {
      throw new Invalid("id", Json.shown(given), "1 to 256 printable characters");
    }
  }

  private static String checked(String id) throws Invalid {
    if (id.startsWith(UserId.ANONYMOUS_PREFIX)) {
      throw new Invalid("id", id, "an id that does not start with anonymous:");
    }
    return id;
  }

  private HttpResponse put(ServiceRequestContext context, AggregatedHttpRequest body) {
    return store(id(context), object(body), Map.of());
  }

  private HttpResponse patch(ServiceRequestContext context, AggregatedHttpRequest body) {
    UserId id = id(context);
    ReentrantLock lock = merging.get(Math.floorMod(id.value().hashCode(), STRIPES));
    lock.lock();
    try {
      StoredRecord stored = log.newest(Topic.USERS, id.value());
      Map<String, String> before =
          stored == null ? Map.of() : UserCodec.decode(stored.value()).attributes();
      return store(id, object(body), before);
    } finally {
      lock.unlock();
    }
  }

  private HttpResponse store(UserId id, JsonNode object, Map<String, String> before) {
    disk.check();
    try {
      var user = new User(new UserId(checked(id.value())), read(object, before), now());
      EventIntake.appendTo(log, Topic.USERS, List.of(record(user))).join();
      return Json.ok(json(user));
    } catch (Invalid e) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)".formatted(e.field(), e.value(), e.expected()), e);
    }
  }

  private JsonNode object(AggregatedHttpRequest body) {
    List<Body.Part> parts = Body.parts(body, limits);
    JsonNode json = parts.size() == 1 ? parts.getFirst().json() : null;
    if (json == null || !json.isObject()) {
      throw new IllegalArgumentException("body: not one object (expected: one, of attributes)");
    }
    return json;
  }

  private Map<String, String> read(JsonNode object, Map<String, String> before) throws Invalid {
    var values = new TreeMap<>(before);
    for (var field : object.properties()) {
      String name = field.getKey();
      AttributeKind kind = attributes.get(name);
      if (kind == null) {
        throw new Invalid(
            name,
            Json.shown(field.getValue()),
            (attributes.isEmpty()
                    ? "no attribute, for imasugu.yaml declares none under users"
                    : "one of the attributes " + String.join(", ", attributes.keySet()))
                + Nearest.advice(name, attributes.keySet()));
      }
      if (field.getValue().isNull()) {
        values.remove(name);
      } else {
        values.put(name, text(name, kind, field.getValue()));
      }
    }
    return values;
  }

  private static String text(String name, AttributeKind kind, JsonNode value) throws Invalid {
    JsonNode read =
        kind == AttributeKind.NUMBER && value.isTextual() ? Json.numberOr(value) : value;
    boolean fits =
        switch (kind) {
          case TEXT -> read.isValueNode() && Fields.isText(read.asText(), MAX_TEXT);
          case NUMBER -> read.isNumber() && Double.isFinite(read.doubleValue());
          case BOOLEAN ->
              read.isBoolean() || read.asText().equals("true") || read.asText().equals("false");
        };
    if (!fits) {
      throw new Invalid(
          name,
          Json.shown(value),
          switch (kind) {
            case TEXT -> "a text of at most " + MAX_TEXT + " characters";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
          });
    }
    return read.asText();
  }

  private LogRecord record(User user) throws Invalid {
    byte[] value = UserCodec.encode(user);
    if (value.length > limits.recordBytes()) {
      throw new Invalid("record", value.length + " bytes", "at most " + limits.recordBytes());
    }
    return new LogRecord(user.id().value(), "", user.changedAt(), value);
  }

  private User find(UserId id) {
    StoredRecord stored = log.newest(Topic.USERS, id.value());
    if (stored == null) {
      throw new Problem(
          HttpStatus.NOT_FOUND, "user: %s (expected: one with attributes)".formatted(id));
    }
    return UserCodec.decode(stored.value());
  }

  private HttpResponse erase(UserId id) {
    String receipt = erase.apply(id);
    return HttpResponse.of(
        ResponseHeaders.of(HttpStatus.NO_CONTENT, "location", "/v1/erasures/" + receipt));
  }

  private ObjectNode json(User user) {
    ObjectNode json = Json.object().put("id", user.id().value());
    var values = json.putObject("attributes");
    new TreeMap<>(user.attributes())
        .forEach((name, text) -> values.set(name, typed(attributes.get(name), text)));
    return json.put("changedAt", user.changedAt().toString());
  }

  private static JsonNode typed(@Nullable AttributeKind kind, String text) {
    JsonNode node = Json.textNode(text);
    return switch (kind) {
      case null -> node;
      case TEXT -> node;
      case NUMBER -> Json.numberOr(node);
      case BOOLEAN -> Json.flag(Boolean.parseBoolean(text));
    };
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
