package dev.imasugu.shop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One thing on the shelf: a family's sibling of one colour and size.
 *
 * @param index its place in {@link Assortment#articles}
 * @param family shared by siblings
 * @param size index into the kind's sizes; -1 when there is but one
 * @param price in yen
 * @param quality standard normal; what everybody likes about it
 * @param opensDay the day of the shop's life it comes on the shelf; 0 is the first
 */
record Article(
    int index,
    int family,
    String id,
    Word title,
    Kind kind,
    Style style,
    Colour colour,
    int size,
    Brand brand,
    int price,
    double quality,
    double opensDay) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether it fits who wears a size; whatever is not worn fits everybody. */
  boolean fits(int clothes, int shoes) {
    return switch (kind.sizes()) {
      case CLOTHES -> size == clothes;
      case SHOES -> size == shoes;
      case NONE, PACKS -> true;
    };
  }

  /** The article as {@code POST /v1/items} takes it. */
  ObjectNode json(boolean available) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("id", id)
            .put("title", title.en())
            .put("category", kind.word().en())
            .put("price", price)
            .put("available", available);
    ObjectNode fields =
        json.putObject("fields")
            .put("titleJa", title.ja())
            .put("categoryJa", kind.word().ja())
            .put("brand", brand.name().en())
            .put("brandJa", brand.name().ja())
            .put("style", Names.lower(style))
            .put("colour", colour.word().en())
            .put("colourJa", colour.word().ja())
            .put("family", "f" + family);
    if (size >= 0) {
      fields.put("size", kind.sizes().names().get(size));
    }
    return json;
  }
}
