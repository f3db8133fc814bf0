package dev.imasugu.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Why one order both chooses and sorts: were the newest row of a `by` value chosen by one order and
 * the list cut by another, a row cut today could belong to the list tomorrow. With one order, what
 * is in front of a row only grows, so a row once cut is cut for ever and the result depends on the
 * set of rows alone.
 */

/** Which rows of a profile table are kept for a user, by the rules of {@link TableKind}. */
final class ProfileRows {
  private final FeatureTable table;
  private final RowCodec codec;
  private final int occurredAt;
  private final int eventId;

  /**
   * Makes the rules of a table.
   *
   * @throws IllegalArgumentException if it is no profile table
   */
  ProfileRows(FeatureTable table) {
    if (!table.kind().profile()) {
      throw new IllegalArgumentException(
          "table " + table.name() + ": " + table.kind() + " (expected: a profile table)");
    }
    this.table = table;
    codec = new RowCodec(table);
    occurredAt = table.index(FeatureTable.OCCURRED_AT);
    eventId = table.index(FeatureTable.EVENT_ID);
  }

  FeatureTable table() {
    return table;
  }

  RowCodec codec() {
    return codec;
  }

  /**
   * Returns what is kept of one user's rows.
   *
   * @param kept what was kept before, in the table's order
   * @param added any rows of the user, normal (see {@link RowCodec#normal}), in any order
   * @throws IllegalArgumentException if an added row has no time or event id
   */
  List<Row> merge(List<Row> kept, List<Row> added) {
    added.forEach(this::check);
    var rows = new ArrayList<Row>(kept.size() + added.size());
    rows.addAll(kept);
    rows.addAll(added);
    return switch (table.kind()) {
      case TableKind.Latest() -> List.of(rows.stream().min(latestFirst()).orElseThrow());
      case TableKind.Recent(int limit, String by) -> {
        int column = table.index(by);
        rows.sort(recentFirst(column));
        var seen = new HashSet<@Nullable Object>();
        rows.removeIf(row -> !seen.add(row.values().get(column)));
        yield List.copyOf(rows.subList(0, Math.min(limit, rows.size())));
      }
      case TableKind.Statistics() -> throw new IllegalStateException("refused when made");
    };
  }

  private Comparator<Row> latestFirst() {
    return Comparator.<Row>comparingLong(row -> row.instant(occurredAt).toEpochMilli())
        .thenComparing(row -> row.text(eventId))
        .reversed()
        .thenComparing(this::compareContent);
  }

  private Comparator<Row> recentFirst(int by) {
    return Comparator.<Row>comparingLong(row -> -row.instant(occurredAt).toEpochMilli())
        .thenComparing(row -> row.text(eventId))
        .thenComparing(
            row -> (String) row.values().get(by), Comparator.nullsFirst(Comparator.naturalOrder()))
        .thenComparing(this::compareContent);
  }

  private int compareContent(Row a, Row b) {
    return a.equals(b)
        ? 0
        : Arrays.compareUnsigned(codec.encode(List.of(a)), codec.encode(List.of(b)));
  }

  private void check(Row row) {
    for (int column : new int[] {occurredAt, eventId}) {
      if (row.values().get(column) == null) {
        throw new IllegalArgumentException(
            "table %s, column %s: null (expected: a value)"
                .formatted(table.name(), table.columns().get(column).name()));
      }
    }
  }
}
