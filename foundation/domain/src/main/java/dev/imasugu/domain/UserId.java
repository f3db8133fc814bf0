package dev.imasugu.domain;

/**
 * Identifies a user. A signed-in user's id is the tenant's own key; a visitor who is known only by
 * a device or cookie is {@code anonymous:<id>}, see {@link #anonymous}. This value is the partition
 * key of the user's events and the key of the user's features and lists.
 *
 * @param value 1 to 256 characters, no control characters
 */
public record UserId(String value) implements Comparable<UserId> {
  /** The prefix that sets visitors apart from users. */
  public static final String ANONYMOUS_PREFIX = "anonymous:";

  public UserId {
    Ids.check("user", value);
  }

  /** Returns the id under which a visitor's events are filed. */
  public static UserId anonymous(String id) {
    return new UserId(ANONYMOUS_PREFIX + id);
  }

  @Override
  public int compareTo(UserId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
