package dev.imasugu.store;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one poll batch of the profile queries did to one partition.
 *
 * @param queryVersion identifies the set of queries whose progress this is
 * @param from the position that this batch started at; must equal the stored progress
 * @param upTo the position after its last event, also when no query made a row of it; greater than
 *     {@code from}
 * @param rows rows of profile tables, all of users of this partition
 * @param dirty users to recompute: those of the rows and those of triggers
 * @param links anonymous ids that were seen together with a user
 * @param erasuresSeen {@link Erasures#count} before the batch was read: whoever was erased since is
 *     left out
 */
public record ProfileCommit(
    String queryVersion,
    int partition,
    long from,
    long upTo,
    List<TableRow> rows,
    List<Mark> dirty,
    List<Link> links,
    long erasuresSeen) {
  /** A commit without links, of somebody who looks for erasures by itself. */
  public ProfileCommit(
      String queryVersion,
      int partition,
      long from,
      long upTo,
      List<TableRow> rows,
      List<Mark> dirty) {
    this(queryVersion, partition, from, upTo, rows, dirty, List.of(), Long.MAX_VALUE);
  }

  /** A row and where it goes. */
  public record TableRow(FeatureTable table, Row row) {}

  /**
   * "This anonymous id is that user."
   *
   * @param at when it happened
   * @param since when it was received
   */
  public record Link(String user, String anonymous, Instant at, Instant since) {}

  /**
   * "This user's lists are out of date."
   *
   * @param reason why, in a word or two: {@code event}, or what a trigger says
   * @param since when the cause was received; freshness is measured from here
   */
  public record Mark(String user, String reason, Instant since) {}

  public ProfileCommit {
    rows = List.copyOf(rows);
    dirty = List.copyOf(dirty);
    links = List.copyOf(links);
    if (from < 0 || upTo <= from) {
      throw new IllegalArgumentException(
          "upTo: " + upTo + " (expected: greater than from, which is " + from + ")");
    }
  }

  /** Returns this commit without what concerns some owners. */
  ProfileCommit without(Predicate<String> erased) {
    return new ProfileCommit(
        queryVersion,
        partition,
        from,
        upTo,
        rows.stream()
            .filter(row -> !erased.test(row.row().text(row.table().index(FeatureTable.USER))))
            .toList(),
        dirty.stream().filter(mark -> !erased.test(mark.user())).toList(),
        links.stream()
            .filter(
                link -> !erased.test(link.user()) && !erased.test("anonymous:" + link.anonymous()))
            .toList(),
        erasuresSeen);
  }
}
