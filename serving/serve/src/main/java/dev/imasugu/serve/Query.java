package dev.imasugu.serve;

import dev.imasugu.domain.AsOf;
import java.util.Set;

/**
 * A question for a list.
 *
 * @param user a user's key, {@code anonymous:<id>} for a visitor
 * @param limit items wanted, 1 to 1,000
 * @param exclude item ids that must not be in the answer
 * @param minAsOf what the list should have seen; {@link AsOf#NONE} to take what is there
 */
public record Query(String placement, String user, int limit, Set<String> exclude, AsOf minAsOf) {
  public Query {
    exclude = Set.copyOf(exclude);
  }

  /** Returns this question with more that the list should have seen. */
  Query with(AsOf token) {
    return new Query(placement, user, limit, exclude, minAsOf.with(token));
  }
}
