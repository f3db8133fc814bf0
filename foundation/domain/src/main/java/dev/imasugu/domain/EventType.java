package dev.imasugu.domain;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a user did. The built-in ones are constants here; a project may declare more.
 *
 * @param label the name in JSON and SQL, for instance {@code add_to_cart}: a letter, then up to 39
 *     letters, digits and underscores
 */
public record EventType(String label) {
  private static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");

  public static final EventType VIEW = new EventType("view");
  public static final EventType CLICK = new EventType("click");
  public static final EventType ADD_TO_CART = new EventType("add_to_cart");
  public static final EventType PURCHASE = new EventType("purchase");
  public static final EventType LIKE = new EventType("like");
  public static final EventType IMPRESSION = new EventType("impression");
  public static final EventType RATING = new EventType("rating");
  public static final EventType DISMISS = new EventType("dismiss");

  /** Is about no item, like the two below. */
  public static final EventType SEARCH = new EventType("search");

  public static final EventType SESSION_START = new EventType("session_start");

  /** Somebody known as a visitor so far says who they are. */
  public static final EventType LOGIN = new EventType("login");

  /** Every built-in type. */
  public static final List<EventType> BUILT_IN =
      List.of(
          VIEW,
          CLICK,
          ADD_TO_CART,
          PURCHASE,
          LIKE,
          IMPRESSION,
          RATING,
          DISMISS,
          SEARCH,
          SESSION_START,
          LOGIN);

  public EventType {
    if (!LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException(
          "type: " + label + " (expected: a letter, then up to 39 letters, digits or _)");
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
