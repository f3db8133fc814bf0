package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.User;
import dev.imasugu.log.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** The tables that queries read: names, columns, and how a stored record becomes a row. */
enum SourceTable {
  EVENTS(Topic.EVENTS),
  ITEMS(Topic.ITEMS),
  USERS(Topic.USERS);

  private static final DataType TEXT = DataTypes.STRING();
  private static final DataType TEXTS = DataTypes.MAP(TEXT.notNull(), TEXT.notNull());
  private static final DataType INSTANT = DataTypes.TIMESTAMP_LTZ(3).notNull();
  private static final Map<EventType, StringData> TYPES = new HashMap<>();

  static {
    for (EventType type : EventType.BUILT_IN) {
      BinaryStringData label = BinaryStringData.fromString(type.label());
      label.ensureMaterialized(); // shared by all rows and threads from here on
      TYPES.put(type, label);
    }
  }

  private final Topic topic;

  SourceTable(Topic topic) {
    this.topic = topic;
  }

  Topic topic() {
    return topic;
  }

  String sqlName() {
    return switch (this) {
      case EVENTS -> "events";
      case ITEMS -> "items";
      case USERS -> "users";
    };
  }

  /** The column that event time comes from. */
  String timeColumn() {
    return this == EVENTS ? "occurred_at" : "changed_at";
  }

  /** Returns the columns; the order is that of {@link #row(Event, EventTypes, int, long)}. */
  Schema.Builder schema() {
    return switch (this) {
      case EVENTS ->
          Schema.newBuilder()
              .column("event_id", TEXT.notNull())
              .column("user_id", TEXT.notNull())
              .column("anonymous_id", TEXT)
              .column("item_id", TEXT)
              .column("type", TEXT.notNull())
              .column("weight", DataTypes.DOUBLE().notNull())
              .column("occurred_at", INSTANT)
              .column("received_at", INSTANT)
              .column("value", DataTypes.DOUBLE())
              .column("quantity", DataTypes.BIGINT())
              .column("service", TEXT)
              .column("session_id", TEXT)
              .column("platform", TEXT)
              .column("locale", TEXT)
              .column("placement", TEXT)
              .column("slot", DataTypes.INT())
              .column("recommendation_id", TEXT)
              .column("response_id", TEXT)
              .column("context", TEXTS.notNull())
              .column("log_partition", DataTypes.INT().notNull())
              .column("log_offset", DataTypes.BIGINT().notNull());
      case USERS ->
          Schema.newBuilder()
              .column("user_id", TEXT.notNull())
              .column("attributes", TEXTS.notNull())
              .column("changed_at", INSTANT)
              .column("log_partition", DataTypes.INT().notNull())
              .column("log_offset", DataTypes.BIGINT().notNull());
      case ITEMS ->
          Schema.newBuilder()
              .column("item_id", TEXT.notNull())
              .column("title", TEXT)
              .column("category", TEXT)
              .column("price", DataTypes.DOUBLE())
              .column("available", DataTypes.BOOLEAN().notNull())
              .column("fields", TEXTS.notNull())
              .column("changed_at", INSTANT)
              .column("deleted", DataTypes.BOOLEAN().notNull())
              .column("available_from", DataTypes.TIMESTAMP_LTZ(3))
              .column("available_until", DataTypes.TIMESTAMP_LTZ(3))
              .column("stock", DataTypes.BIGINT())
              .column("log_partition", DataTypes.INT().notNull())
              .column("log_offset", DataTypes.BIGINT().notNull());
    };
  }

  /**
   * Returns an event as a row.
   *
   * @param types say what the event's type weighs
   */
  static GenericRowData row(Event event, EventTypes types, int partition, long offset) {
    return GenericRowData.of(
        text(event.eventId()),
        text(event.owner().value()),
        text(event.anonymous()),
        text(event.item() == null ? null : event.item().value()),
        TYPES.getOrDefault(event.type(), text(event.type().label())),
        types.weight(event.type()),
        instant(event.occurredAt()),
        instant(event.receivedAt()),
        event.value(),
        event.quantity(),
        text(event.service()),
        text(event.sessionId()),
        text(event.platform()),
        text(event.locale()),
        text(event.placement()),
        event.position(),
        text(event.recommendationId()),
        text(event.responseId()),
        texts(event.context()),
        partition,
        offset);
  }

  static GenericRowData row(Item item, int partition, long offset) {
    return GenericRowData.of(
        text(item.id().value()),
        text(item.title()),
        text(item.category()),
        item.price(),
        item.available(),
        texts(item.fields()),
        instant(item.changedAt()),
        item.deleted(),
        item.availableFrom() == null ? null : instant(item.availableFrom()),
        item.availableUntil() == null ? null : instant(item.availableUntil()),
        item.stock(),
        partition,
        offset);
  }

  static GenericRowData row(User user, int partition, long offset) {
    return GenericRowData.of(
        text(user.id().value()),
        texts(user.attributes()),
        instant(user.changedAt()),
        partition,
        offset);
  }

  private static @Nullable StringData text(@Nullable String value) {
    return value == null ? null : StringData.fromString(value);
  }

  private static TimestampData instant(Instant value) {
    return TimestampData.fromEpochMillis(value.toEpochMilli());
  }

  private static MapData texts(Map<String, String> values) {
    var map = HashMap.<StringData, StringData>newHashMap(values.size());
    values.forEach(
        (key, value) -> map.put(StringData.fromString(key), StringData.fromString(value)));
    return new GenericMapData(map);
  }
}
