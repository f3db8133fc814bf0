package dev.imasugu.domain;

import java.time.Instant;
import java.util.List;

/**
 * The ranking stored for one owner at one placement.
 *
 * @param owner whose list it is: a user's key, or {@link #POPULAR} for the list of the unknown
 * @param generation grows at every deploy and rollback
 * @param asOf which of the owner's events every profile table had when this was computed
 * @param revision grows with each computation of this list
 * @param items best first, more than a reader asks for, so that filtering does not shorten an
 *     answer
 * @param missingSources candidate sources that failed or passed their deadline; empty when all
 *     answered
 */
public record Recommendation(
    String placement,
    String owner,
    long generation,
    AsOf asOf,
    long revision,
    Instant computedAt,
    List<RecommendedItem> items,
    List<String> missingSources) {
  /** The owner of a placement's non-personal list; no user id can equal it. */
  public static final String POPULAR = "\u0001popular";

  public Recommendation {
    items = List.copyOf(items);
    missingSources = List.copyOf(missingSources);
  }

  /** The same without items and missing sources: enough to compare lists. */
  public Recommendation head() {
    return new Recommendation(
        placement, owner, generation, asOf, revision, computedAt, List.of(), List.of());
  }

  /** Whether some candidate source is not in this list. */
  public boolean degraded() {
    return !missingSources.isEmpty();
  }

  /**
   * Whether this list may replace a stored one: a greater generation always, the same generation
   * when {@link #asOf} is not behind in any partition and the revision is not older.
   */
  public boolean supersedes(Recommendation stored) {
    if (generation != stored.generation) {
      return generation > stored.generation;
    }
    return asOf.covers(stored.asOf) && revision >= stored.revision;
  }
}
