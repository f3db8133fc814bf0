package dev.imasugu.log;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stored form of an event, version 1. Instants are kept to the millisecond. */
public final class EventCodec {
  private static final int VERSION = 1;
  private static final Map<String, EventType> BUILT_IN =
      EventType.BUILT_IN.stream()
          .collect(Collectors.toUnmodifiableMap(EventType::label, type -> type));

  private EventCodec() {}

  public static byte[] encode(Event event) {
    var out = new FieldWriter(VERSION);
    out.text(event.eventId());
    out.optionalText(event.user() == null ? null : event.user().value());
    out.optionalText(event.anonymous());
    out.optionalText(event.item() == null ? null : event.item().value());
    out.text(event.type().label());
    out.millis(event.occurredAt());
    out.millis(event.receivedAt());
    out.optionalDouble(event.value());
    out.optionalLong(event.quantity());
    out.optionalText(event.service());
    out.optionalText(event.sessionId());
    out.optionalText(event.platform());
    out.optionalText(event.locale());
    out.optionalText(event.placement());
    out.optionalLong(event.position() == null ? null : (long) event.position());
    out.optionalText(event.recommendationId());
    out.texts(event.context());
    out.optionalText(event.responseId());
    return out.bytes();
  }

  /**
   * Reads a stored event.
   *
   * @throws RuntimeException if the bytes are not an event of this version
   */
  public static Event decode(byte[] value) {
    var in = new FieldReader(value, VERSION);
    String eventId = in.text();
    String user = in.optionalText();
    String anonymous = in.optionalText();
    String item = in.optionalText();
    String label = in.text();
    EventType builtIn = BUILT_IN.get(label);
    EventType type = builtIn == null ? new EventType(label) : builtIn;
    Instant occurredAt = in.millis();
    Instant receivedAt = in.millis();
    Double amount = in.optionalDouble();
    Long quantity = in.optionalLong();
    String service = in.optionalText();
    String sessionId = in.optionalText();
    String platform = in.optionalText();
    String locale = in.optionalText();
    String placement = in.optionalText();
    Integer position = toInteger(in.optionalLong());
    String recommendationId = in.optionalText();
    Map<String, String> context = in.texts();
    return new Event(
        eventId,
        user == null ? null : new UserId(user),
        anonymous,
        item == null ? null : new ItemId(item),
        type,
        occurredAt,
        receivedAt,
        amount,
        quantity,
        service,
        sessionId,
        platform,
        locale,
        placement,
        position,
        recommendationId,
        in.optionalText(),
        context);
  }

  private static @Nullable Integer toInteger(@Nullable Long value) {
    return value == null ? null : Math.toIntExact(value);
  }
}
