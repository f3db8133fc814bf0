package dev.imasugu.console;

import dev.imasugu.domain.Item;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An item as the page shows it.
 *
 * @param note why it is there, or what the person did with it
 * @param picture SVG, safe to stand in a page
 */
record Card(String id, String title, String price, String note, String picture) {
  static Card of(String id, @Nullable Item item, String note, Language language) {
    String title = item == null ? null : item.title();
    if (item != null && language == Language.JA) {
      title = item.fields().getOrDefault("titleJa", title == null ? id : title);
    }
    Double price = item == null ? null : item.price();
    return new Card(
        id,
        title == null ? id : title,
        price == null ? "" : price(price),
        note,
        Picture.svg(id, item));
  }

  private static String price(double price) {
    return price == Math.rint(price)
        ? String.format(Locale.ROOT, "%,.0f", price)
        : String.format(Locale.ROOT, "%,.2f", price);
  }
}
