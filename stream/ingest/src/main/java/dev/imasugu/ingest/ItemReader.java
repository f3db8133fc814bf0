package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes an item of a JSON record, or says which field is wrong. */
final class ItemReader {
  private static final List<String> FIELDS =
      Stream.concat(Item.FIELDS.stream(), Stream.of("fields")).toList();

  private ItemReader() {}

  /**
   * Reads one record.
   *
   * @param path the id in the request's path, or null when the record must have its own
   */
  static Item read(JsonNode record, @Nullable String path, Instant receivedAt) throws Invalid {
    var fields = new Fields(record, FIELDS);
    String id = fields.id("id");
    if (id == null) {
      id = path;
    }
    if (id == null) {
      throw new Invalid("id", "<absent>", "an item id");
    }
    if (path != null && !path.equals(id)) {
      throw new Invalid("id", id, path + ", the id in the path, or no id");
    }
    Instant from = fields.instant("availableFrom");
    Instant until = fields.instant("availableUntil");
    if (from != null && until != null && !from.isBefore(until)) {
      throw new Invalid(
          "availableUntil", until.toString(), "after availableFrom, which is " + from);
    }
    return new Item(
        new ItemId(id),
        fields.text("title", 1_000),
        fields.text("category", 1_000),
        fields.number("price"),
        fields.flag("available", true),
        fields.texts("fields", 16_384),
        receivedAt,
        false,
        from,
        until,
        fields.whole("stock", 0, Long.MAX_VALUE));
  }
}
