package dev.imasugu.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing somebody did, as the log holds it. Times are in milliseconds: finer parts are cut by
 * the codec.
 *
 * @param eventId the producer's id, or ours; unique among the events of {@link #owner()}
 * @param user the signed-in user, or null for a visitor
 * @param anonymous the device or cookie id, or null; one of user and anonymous is given
 * @param item what it was about, or null
 * @param occurredAt when it happened at its source
 * @param receivedAt when intake accepted it
 * @param value a price, rating or other amount, or null
 * @param quantity number of pieces, or null
 * @param position rank in the list that was shown, 1 is the first, or null
 * @param recommendationId the list that was shown, or null
 * @param responseId the answer in which it was shown, or null
 * @param context free fields
 */
public record Event(
    String eventId,
    @Nullable UserId user,
    @Nullable String anonymous,
    @Nullable ItemId item,
    EventType type,
    Instant occurredAt,
    Instant receivedAt,
    @Nullable Double value,
    @Nullable Long quantity,
    @Nullable String service,
    @Nullable String sessionId,
    @Nullable String platform,
    @Nullable String locale,
    @Nullable String placement,
    @Nullable Integer position,
    @Nullable String recommendationId,
    @Nullable String responseId,
    Map<String, String> context) {
  /** What an event may have beside its context, by the names that senders use. */
  public static final List<String> FIELDS =
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
          "responseId");

  /** An event of which nothing more is known. */
  public Event(
      String eventId,
      @Nullable UserId user,
      @Nullable String anonymous,
      @Nullable ItemId item,
      EventType type,
      Instant occurredAt,
      Instant receivedAt) {
    this(
        eventId,
        user,
        anonymous,
        item,
        type,
        occurredAt,
        receivedAt,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of());
  }

  public Event {
    Ids.check("eventId", eventId);
    if (user == null && anonymous == null) {
      throw new IllegalArgumentException("user: <absent> (expected: user or anonymous)");
    }
    context = Map.copyOf(context);
  }

  /**
   * Whose features this event changes: the user, else {@code anonymous:<id>}. The partition key.
   */
  public UserId owner() {
    if (user != null) {
      return user;
    }
    if (anonymous == null) {
      throw new IllegalStateException("neither user nor anonymous");
    }
    return UserId.anonymous(anonymous);
  }
}
