package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Events of some hundred users, and what the server said of each: what it acknowledged it must
 * keep, what it left open is sent again with the same id. Safe for many threads.
 */
final class RememberedEvents {
  /** Items that are seen: few, so that no list of neighbours is ever pruned. */
  static final int ITEMS = 120;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USERS = 300;
  private static final long SPREAD_MILLIS = Duration.ofHours(5).toMillis();

  /** Items that are only dismissed: enough of them to fill a user's exclusions. */
  private static final int NUISANCES = 2_000;

  private static final List<EventType> TYPES =
      List.of(
          EventType.CLICK,
          EventType.CLICK,
          EventType.ADD_TO_CART,
          EventType.LIKE,
          EventType.RATING,
          EventType.IMPRESSION,
          EventType.SEARCH,
          EventType.DISMISS,
          EventType.DISMISS);

  /** Whose event, and its id: what must not be in the log twice. */
  record EventKey(String owner, String id) {
    static EventKey of(Event event) {
      return new EventKey(event.owner().value(), event.eventId());
    }
  }

  private final InstantSource clock;
  private final Zipf users = new Zipf(USERS, 0.8);
  private final Zipf items = new Zipf(ITEMS, 0.7);
  private final AtomicLong numbers = new AtomicLong();
  private final Map<EventKey, Event> sent = new ConcurrentHashMap<>();
  private final Map<EventKey, AsOf> acknowledged = new ConcurrentHashMap<>();
  private final Map<EventKey, Boolean> accepted = new ConcurrentHashMap<>();
  private final Queue<Event> open = new ConcurrentLinkedQueue<>();
  private final AtomicReferenceArray<@Nullable Event> some = new AtomicReferenceArray<>(4_096);
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong duplicates = new AtomicLong();
  private final Violations violations;

  RememberedEvents(InstantSource clock, Violations violations) {
    this.clock = clock;
    this.violations = violations;
  }

  /** Returns what was left open, then new events, then some that were sent before. */
  List<Event> batch(SplittableRandom random) {
    int size = 1 + random.nextInt(20);
    List<Event> batch = openBatch(size);
    while (batch.size() < size) {
      Event event = event(random);
      if (sent.putIfAbsent(EventKey.of(event), event) == null) {
        some.set(random.nextInt(some.length()), event);
        batch.add(event);
      }
    }
    if (random.nextInt(4) == 0) {
      batch.add(batch.get(random.nextInt(batch.size()))); // twice in one request
    }
    Event earlier = some.get(random.nextInt(some.length()));
    if (earlier != null && random.nextInt(4) == 0) {
      batch.add(earlier); // somebody who did not hear the answer
    }
    return batch;
  }

  /** Returns up to so many events of those that were left open. */
  List<Event> openBatch(int size) {
    var batch = new ArrayList<Event>();
    while (batch.size() < size) {
      Event event = open.poll();
      if (event == null) {
        break;
      }
      batch.add(event);
    }
    return batch;
  }

  private Event event(SplittableRandom random) {
    EventType type = EventType.VIEW;
    if (random.nextInt(50) == 0) {
      type = EventType.PURCHASE;
    } else if (random.nextInt(2) == 0) {
      type = TYPES.get(random.nextInt(TYPES.size()));
    }
    boolean visitor = random.nextInt(5) == 0;
    String user = "u" + users.draw(random);
    // Ids are unique per user only: a few are shared by many.
    String id =
        random.nextInt(100) == 0 ? "shared" + random.nextInt(5) : "e" + numbers.getAndIncrement();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new Event(
        id,
        visitor ? null : new UserId(user),
        visitor ? user : null,
        item(type, random),
        type,
        now.minusMillis(random.nextLong(SPREAD_MILLIS)),
        now);
  }

  private @Nullable ItemId item(EventType type, SplittableRandom random) {
    if (type.equals(EventType.SEARCH)) {
      return null;
    }
    return new ItemId(
        type.equals(EventType.DISMISS) && random.nextInt(4) > 0
            ? "n" + random.nextInt(NUISANCES)
            : "i" + items.draw(random));
  }

  static String body(List<Event> batch) {
    ArrayNode array = JSON.createArrayNode();
    for (Event event : batch) {
      ObjectNode node = array.addObject();
      node.put("eventId", event.eventId());
      if (event.user() != null) {
        node.put("user", event.user().value());
      }
      if (event.anonymous() != null) {
        node.put("anonymous", event.anonymous());
      }
      if (event.item() != null) {
        node.put("item", event.item().value());
      }
      node.put("type", event.type().label());
      node.put("occurredAt", event.occurredAt().toEpochMilli());
    }
    return array.toString();
  }

  /** Takes the server's word for a batch. */
  void answered(List<Event> batch, JsonNode answer) {
    JsonNode results = answer.path("results");
    for (int i = 0; i < batch.size(); i++) {
      JsonNode result = results.path(i);
      EventKey key = EventKey.of(batch.get(i));
      AsOf token = AsOf.parse(result.path("asOf").asText());
      switch (result.path("verdict").asText()) {
        case "accepted" -> {
          if (accepted.put(key, true) != null) {
            violations.add("accepted twice", key + " at " + token);
          }
        }
        case "duplicate" -> duplicates.incrementAndGet();
        default -> violations.add("not accepted", key + ": " + result);
      }
      AsOf before = acknowledged.putIfAbsent(key, token);
      if (before != null && !before.equals(token)) {
        violations.add("acknowledged at two places", key + " at " + before + " and " + token);
      }
    }
  }

  /** Nobody knows whether a batch was written: what is not acknowledged will be sent again. */
  void unanswered(List<Event> batch) {
    for (Event event : batch.stream().distinct().toList()) {
      if (!acknowledged.containsKey(EventKey.of(event))) {
        unknown.incrementAndGet();
        open.add(event);
      }
    }
  }

  /** Every event that was ever sent. */
  Collection<Event> sent() {
    return sent.values();
  }

  Map<EventKey, AsOf> acknowledged() {
    return acknowledged;
  }

  /** How many outcomes were unknown at the time. */
  long unknown() {
    return unknown.get();
  }

  /** How many times the server said that it had an event already. */
  long duplicates() {
    return duplicates.get();
  }
}
