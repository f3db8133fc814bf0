package dev.imasugu.store;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Recommendation;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stored lists, one for each (placement, owner). Reads from any thread; writes from platform
 * threads only.
 */
public interface RecommendationStore {
  /** Returns the stored list, or null. */
  @Nullable Recommendation find(String placement, String owner);

  /** Returns the asOf of the stored list, or null; cheaper than the list. */
  @Nullable AsOf findAsOf(String placement, String owner);

  /**
   * Stores lists in one write; a list that does not {@link Recommendation#supersedes supersede} the
   * stored one is left out.
   *
   * @return the number of lists stored
   */
  int put(List<Recommendation> lists);

  /**
   * Walks through all lists, a stretch at a time: returns up to {@code limit} of them without items
   * and missing sources, in an order of the store's own.
   *
   * @param after the last one of the stretch before, or null to begin
   * @return empty at the end
   */
  List<Recommendation> heads(@Nullable Recommendation after, int limit);

  /** Removes every list of an owner, at all placements. */
  void remove(String owner);

  /**
   * Calls a listener after each list stored, on the writer's thread; must be short. Two threads
   * that store the same list at once may call it out of order.
   */
  void onPut(Consumer<Recommendation> listener);
}
