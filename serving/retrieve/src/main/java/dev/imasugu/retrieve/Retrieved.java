package dev.imasugu.retrieve;

import dev.imasugu.domain.RecommendedItem;
import java.util.List;

/**
 * A ranking for one user at one placement.
 *
 * @param items best first
 * @param missingSources kinds of the sources that failed or passed their deadline
 */
public record Retrieved(List<RecommendedItem> items, List<String> missingSources) {
  public Retrieved {
    items = List.copyOf(items);
    missingSources = List.copyOf(missingSources);
  }
}
