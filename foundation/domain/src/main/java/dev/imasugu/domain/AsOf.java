package dev.imasugu.domain;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which events something has seen: for each log partition a <em>position</em>, meaning every event
 * of that partition with {@code offset < position}. As text it is an opaque token, {@code
 * partition:position[,...]}, sorted by partition; the empty text has seen nothing.
 *
 * @param positions partition to position; positions are at least 0
 */
public record AsOf(Map<Integer, Long> positions) {
  /** Has seen nothing. */
  public static final AsOf NONE = new AsOf(Map.of());

  private static final String EXPECTED = " (expected: partition:position[,partition:position...])";

  public AsOf {
    positions = Map.copyOf(positions);
    positions.forEach(
        (partition, position) -> {
          if (partition < 0 || position < 0) {
            throw new IllegalArgumentException(
                "asOf: " + partition + ":" + position + " (expected: numbers >= 0)");
          }
        });
  }

  public static AsOf of(int partition, long position) {
    return new AsOf(Map.of(partition, position));
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if the text is no token
   */
  public static AsOf parse(String token) {
    if (token.isEmpty()) {
      return NONE;
    }
    var positions = new TreeMap<Integer, Long>();
    for (String part : token.split(",", -1)) {
      int colon = part.indexOf(':');
      try {
        positions.merge(
            Integer.parseInt(part.substring(0, Math.max(colon, 0))),
            Long.parseLong(part.substring(colon + 1)),
            Math::max);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("asOf: " + token + EXPECTED, e);
      }
    }
    return new AsOf(positions);
  }

  /** The position in a partition, 0 where nothing is known. */
  public long position(int partition) {
    return positions.getOrDefault(partition, 0L);
  }

  /** Returns what has seen everything that either of the two has. */
  public AsOf with(AsOf other) {
    if (other.positions.isEmpty()) {
      return this;
    }
    var both = new TreeMap<>(positions);
    other.positions.forEach((partition, position) -> both.merge(partition, position, Math::max));
    return new AsOf(both);
  }

  /** Whether everything that {@code other} has seen was seen here too. */
  public boolean covers(AsOf other) {
    for (Map.Entry<Integer, Long> entry : other.positions.entrySet()) {
      if (position(entry.getKey()) < entry.getValue()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (Map.Entry<Integer, Long> entry : inOrder().entrySet()) {
      text.append(text.isEmpty() ? "" : ",");
      text.append(entry.getKey()).append(':').append(entry.getValue());
    }
    return text.toString();
  }

  private Map<Integer, Long> inOrder() {
    return positions.size() < 2 ? positions : new TreeMap<>(positions);
  }
}
