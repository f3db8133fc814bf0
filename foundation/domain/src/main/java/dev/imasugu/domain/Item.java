package dev.imasugu.domain;

import java.time.Instant;
import java.util.List;
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
 * @param availableFrom not before, or null
 * @param availableUntil no longer from then on, or null
 * @param stock pieces left, 0 makes it unavailable; null when nobody counts
 */
public record Item(
    ItemId id,
    @Nullable String title,
    @Nullable String category,
    @Nullable Double price,
    boolean available,
    Map<String, String> fields,
    Instant changedAt,
    boolean deleted,
    @Nullable Instant availableFrom,
    @Nullable Instant availableUntil,
    @Nullable Long stock) {
  /** What an item may have beside its free fields, by the names that senders use. */
  public static final List<String> FIELDS =
      List.of(
          "id",
          "title",
          "category",
          "price",
          "available",
          "availableFrom",
          "availableUntil",
          "stock");

  /** An item without a window or stock. */
  public Item(
      ItemId id,
      @Nullable String title,
      @Nullable String category,
      @Nullable Double price,
      boolean available,
      Map<String, String> fields,
      Instant changedAt,
      boolean deleted) {
    this(id, title, category, price, available, fields, changedAt, deleted, null, null, null);
  }

  public Item {
    fields = Map.copyOf(fields);
  }

  /** Whether it may be in an answer at an instant. */
  public boolean isAvailable(Instant at) {
    return available
        && (stock == null || stock > 0)
        && (availableFrom == null || !at.isBefore(availableFrom))
        && (availableUntil == null || at.isBefore(availableUntil));
  }

  /** The next instant after another at which {@link #isAvailable} may change, or null. */
  public @Nullable Instant nextEdge(Instant after) {
    if (!available || (stock != null && stock <= 0)) {
      return null;
    }
    if (availableFrom != null && availableFrom.isAfter(after)) {
      return availableFrom;
    }
    return availableUntil != null && availableUntil.isAfter(after) ? availableUntil : null;
  }

  /** Returns the version that says the item left the catalogue. */
  public static Item deleted(ItemId id, Instant changedAt) {
    return new Item(id, null, null, null, false, Map.of(), changedAt, true);
  }
}
