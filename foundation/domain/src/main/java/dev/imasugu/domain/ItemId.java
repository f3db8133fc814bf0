package dev.imasugu.domain;

/**
 * Identifies an item in the catalogue.
 *
 * @param value the catalogue's own key: 1 to 256 characters, no control characters
 */
public record ItemId(String value) implements Comparable<ItemId> {
  public ItemId {
    Ids.check("item", value);
  }

  @Override
  public int compareTo(ItemId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
