package dev.imasugu.shop;

import java.util.List;

/** Which sizes articles of a kind come in; empty when there is but one. */
enum Sizes {
  NONE(List.of()),
  CLOTHES(List.of("S", "M", "L")),
  SHOES(List.of("23.5", "25", "26.5", "28")),
  PACKS(List.of("100g", "250g"));

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  Sizes(List<String> names) {
    this.names = names;
  }

  List<String> names() {
    return names;
  }

  /** Whether a thing of another size is of no use, as with what one wears. */
  boolean mustFit() {
    return this == CLOTHES || this == SHOES;
  }
}
