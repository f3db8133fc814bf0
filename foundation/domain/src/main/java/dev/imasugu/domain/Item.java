package dev.imasugu.domain;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be recommended, or the news that it cannot any more.
 *
 * @param title what people read, or null
 * @param category the catalogue's own path or name, or null
 * @param price in the shop's currency, or null
 * @param available whether it may be in an answer now
 * @param fields whatever else the catalogue says
 * @param changedAt when intake accepted this version
 * @param deleted true for the last version of an item that left the catalogue
 */
public record Item(
    ItemId id,
    @Nullable String title,
    @Nullable String category,
    @Nullable Double price,
    boolean available,
    Map<String, String> fields,
    Instant changedAt,
    boolean deleted) {
  public Item {
    fields = Map.copyOf(fields);
  }

  /** Returns the version that says the item left the catalogue. */
  public static Item deleted(ItemId id, Instant changedAt) {
    return new Item(id, null, null, null, false, Map.of(), changedAt, true);
  }
}
