package dev.imasugu.log;

import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The stored form of an item's version, version 1. Instants are kept to the millisecond. */
public final class ItemCodec {
  private static final int VERSION = 1;

  private ItemCodec() {}

  public static byte[] encode(Item item) {
    var out = new FieldWriter(VERSION);
    out.text(item.id().value());
    out.optionalText(item.title());
    out.optionalText(item.category());
    out.optionalDouble(item.price());
    out.flag(item.available());
    out.texts(item.fields());
    out.millis(item.changedAt());
    out.flag(item.deleted());
    out.optionalLong(millis(item.availableFrom()));
    out.optionalLong(millis(item.availableUntil()));
    out.optionalLong(item.stock());
    return out.bytes();
  }

  /**
   * Reads a stored item.
   *
   * @throws RuntimeException if the bytes are not an item of this version
   */
  public static Item decode(byte[] value) {
    var in = new FieldReader(value, VERSION);
    return new Item(
        new ItemId(in.text()),
        in.optionalText(),
        in.optionalText(),
        in.optionalDouble(),
        in.flag(),
        in.texts(),
        in.millis(),
        in.flag(),
        instant(in.optionalLong()),
        instant(in.optionalLong()),
        in.optionalLong());
  }

  private static @Nullable Long millis(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  private static @Nullable Instant instant(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }
}
