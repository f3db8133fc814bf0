package dev.imasugu.domain;

/** What a user did. The names are the ones used in JSON and SQL. */
public enum EventType {
  VIEW("view"),
  CLICK("click"),
  ADD_TO_CART("add_to_cart"),
  PURCHASE("purchase"),
  LIKE("like"),
  IMPRESSION("impression"),
  SEARCH("search"),
  RATING("rating"),
  DISMISS("dismiss");

  private final String label;

  EventType(String label) {
    this.label = label;
  }

  /** The name in JSON and SQL, for instance {@code add_to_cart}. */
  public String label() {
    return label;
  }

  /** Whether such an event is about an item; only a search is not. */
  public boolean needsItem() {
    return this != SEARCH;
  }
}
