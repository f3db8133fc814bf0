package dev.imasugu.serve;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.RecommendedItem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list to show, and how it was made.
 *
 * @param items available now, best first; empty only when nothing is available at all
 * @param asOf which of the user's events are in it
 * @param computedAt null when made for this answer from the catalogue alone
 * @param generation 0 when made from the catalogue alone
 * @param madeBy {@code stored}, {@code fallback:popular} or {@code fallback:catalogue}
 * @param fresh whether it reflects what was asked for: the events up to {@code minAsOf}, and
 *     without one every event that the queries have read
 * @param stale older than the placement allows, or of an earlier generation
 * @param missingSources candidate sources that are not in it
 * @param listAsOf the asOf that the list was computed with: the same as long as the list is
 */
public record Answer(
    List<RecommendedItem> items,
    AsOf asOf,
    @Nullable Instant computedAt,
    long generation,
    long revision,
    String madeBy,
    boolean fresh,
    boolean stale,
    List<String> missingSources,
    AsOf listAsOf) {
  public static final String STORED = "stored";
  public static final String POPULAR = "fallback:popular";
  public static final String CATALOGUE = "fallback:catalogue";

  public Answer {
    items = List.copyOf(items);
    missingSources = List.copyOf(missingSources);
  }
}
