package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.Appended;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT} and {@code DELETE /v1/items/{id}}, {@code POST /v1/items} for an item or an array of
 * them. A version replaces the item's earlier one whole. Answered only after the serving side shows
 * the change. Safe for many threads; never blocks.
 */
public final class ItemIntake {
  private final EventLog log;
  private final IntakeLimits limits;
  private final InstantSource clock;
  private final Predicate<String> known;
  private final BooleanSupplier hasRoom;
  private final Function<AsOf, CompletableFuture<Void>> shown;

  /**
   * Makes an intake.
   *
   * @param known whether the catalogue has this id
   * @param hasRoom whether it may have another
   * @param shown completes when the serving side has seen a change
   */
  public ItemIntake(
      EventLog log,
      IntakeLimits limits,
      InstantSource clock,
      Predicate<String> known,
      BooleanSupplier hasRoom,
      Function<AsOf, CompletableFuture<Void>> shown) {
    this.log = log;
    this.limits = limits;
    this.clock = clock;
    this.known = known;
    this.hasRoom = hasRoom;
    this.shown = shown;
  }

  /**
   * The endpoint for {@code /v1/items}; with {@code onlyNew=true} items that the catalogue has stay
   * as they are.
   */
  public Endpoint batch() {
    return Endpoint.of(
        HttpMethod.POST,
        (context, body) -> {
          boolean onlyNew = onlyNew(context);
          return EventIntake.readAside(
              context.blockingTaskExecutor(), body, () -> put(body, null, onlyNew));
        });
  }

  private static boolean onlyNew(ServiceRequestContext context) {
    String given = context.queryParam("onlyNew");
    if (given == null || given.equals("false")) {
      return false;
    }
    if (given.equals("true")) {
      return true;
    }
    throw new IllegalArgumentException("onlyNew: " + given + " (expected: true or false)");
  }

  /** The endpoint for {@code /v1/items/{id}}. */
  public Endpoint single() {
    return Endpoint.of(HttpMethod.PUT, (context, body) -> put(body, id(context), false))
        .and(HttpMethod.DELETE, (context, _) -> delete(id(context)));
  }

  private static String id(ServiceRequestContext context) {
    return new ItemId(String.valueOf(context.pathParam("id"))).value();
  }

  private CompletableFuture<HttpResponse> put(
      AggregatedHttpRequest body, @Nullable String path, boolean onlyNew) {
    var verdicts = new Verdicts("id");
    Instant now = Instant.ofEpochMilli(clock.millis());
    List<Body.Part> parts = Body.parts(body, limits);
    if (path != null && parts.size() > 1) {
      throw new Problem(
          HttpStatus.BAD_REQUEST, "records: %d (expected: one item)".formatted(parts.size()));
    }
    for (Body.Part part : parts) {
      try {
        JsonNode json = part.json();
        if (json == null) {
          throw part.why() == null ? new Invalid("line", part.text(), "JSON") : part.why();
        }
        Item item = ItemReader.read(json, path, now);
        String id = item.id().value();
        if (onlyNew && known.test(id)) {
          verdicts.leave(id);
        } else {
          verdicts.take(id, toRecord(item));
        }
      } catch (Invalid e) {
        verdicts.refuse(e);
      }
    }
    return append(verdicts);
  }

  private CompletableFuture<HttpResponse> delete(String id) {
    var verdicts = new Verdicts("id");
    Item item = Item.deleted(new ItemId(id), Instant.ofEpochMilli(clock.millis()));
    verdicts.take(id, new LogRecord(id, "", item.changedAt(), ItemCodec.encode(item)));
    return append(verdicts);
  }

  private CompletableFuture<HttpResponse> append(Verdicts verdicts) {
    return EventIntake.appendTo(log, Topic.ITEMS, verdicts.toAppend())
        .thenCompose(
            appended ->
                shown.apply(newest(appended)).thenApply(_ -> Json.ok(verdicts.answer(appended))));
  }

  private LogRecord toRecord(Item item) throws Invalid {
    String id = item.id().value();
    if (!known.test(id) && !hasRoom.getAsBoolean()) {
      throw new Invalid("id", id, "an item of the catalogue: it is full");
    }
    byte[] value = ItemCodec.encode(item);
    if (value.length > limits.recordBytes()) {
      throw new Invalid("record", value.length + " bytes", "at most " + limits.recordBytes());
    }
    return new LogRecord(id, "", item.changedAt(), value);
  }

  private static AsOf newest(List<Appended> appended) {
    var positions = new TreeMap<Integer, Long>();
    for (Appended a : appended) {
      positions.merge(a.partition(), a.offset() + 1, Math::max);
    }
    return new AsOf(positions);
  }
}
