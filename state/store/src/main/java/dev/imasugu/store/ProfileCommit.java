package dev.imasugu.store;

import java.time.Instant;
import java.util.List;

/**
 * What one poll batch of the profile queries did to one partition.
 *
 * @param queryVersion identifies the set of queries whose progress this is
 * @param from the position that this batch started at; must equal the stored progress
 * @param upTo the position after its last event, also when no query made a row of it; greater than
 *     {@code from}
 * @param rows rows of profile tables, all of users of this partition
 * @param dirty users to recompute: those of the rows and those of triggers
 */
public record ProfileCommit(
    String queryVersion,
    int partition,
    long from,
    long upTo,
    List<TableRow> rows,
    List<Mark> dirty) {

  /** A row and where it goes. */
  public record TableRow(FeatureTable table, Row row) {}

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
    if (from < 0 || upTo <= from) {
      throw new IllegalArgumentException(
          "upTo: " + upTo + " (expected: greater than from, which is " + from + ")");
    }
  }
}
