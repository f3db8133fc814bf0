package dev.imasugu.store;

import java.util.ArrayList;
import java.util.Collections;
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
  }

  FeatureTable table() {
    return table;
  }

  /**
   * Returns a row in its stored form.
   *
   * @throws IllegalArgumentException if it does not fit the table, or lacks user, time or event id
   */
  byte[] encode(Row row) {
    byte[] bytes = codec.encodeRow(row);
    for (String column : List.of(FeatureTable.OCCURRED_AT, FeatureTable.EVENT_ID)) {
      if (row.values().get(table.index(column)) == null) {
        throw new IllegalArgumentException(
            "table %s, column %s: null (expected: a value)".formatted(table.name(), column));
      }
    }
    return bytes;
  }

  /**
   * Returns what is kept of one user's rows, as {@link RowCodec#decode} reads it.
   *
   * @param kept what was kept before; null for nothing
   * @param added rows of the user, each as {@link #encode} returned it, in any order; at least one
   */
  byte[] merge(byte @Nullable [] kept, List<byte[]> added) {
    List<StoredRow> rows = kept == null ? new ArrayList<>() : codec.locate(kept);
    switch (table.kind()) {
      case TableKind.Latest() -> {
        added.forEach(row -> rows.add(codec.locate(row, 0, row.length)));
        StoredRow latest = Collections.min(rows, StoredRow.LATEST_FIRST);
        rows.clear();
        rows.add(latest);
      }
      case TableKind.Recent(int limit, _) ->
          added.forEach(row -> insert(rows, codec.locate(row, 0, row.length), limit));
      case TableKind.Statistics() -> throw new IllegalStateException("refused when made");
    }
    return codec.join(rows);
  }

  /** Returns what is kept of the rows of several owners together, each as it is kept; not none. */
  byte[] union(List<byte[]> kept) {
    List<StoredRow> rows = new ArrayList<>(codec.locate(kept.getFirst()));
    for (byte[] more : kept.subList(1, kept.size())) {
      for (StoredRow row : codec.locate(more)) {
        switch (table.kind()) {
          case TableKind.Latest() -> rows.add(row);
          case TableKind.Recent(int limit, _) -> insert(rows, row, limit);
          case TableKind.Statistics() -> throw new IllegalStateException("refused when made");
        }
      }
    }
    if (table.kind() instanceof TableKind.Latest) {
      rows = List.of(Collections.min(rows, StoredRow.LATEST_FIRST));
    }
    return codec.join(rows);
  }

  private static void insert(List<StoredRow> rows, StoredRow row, int limit) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).hasSameBy(row)) {
        if (StoredRow.RECENT_FIRST.compare(rows.get(i), row) <= 0) {
          return;
        }
        rows.remove(i);
        break;
      }
    }
    int place = Collections.binarySearch(rows, row, StoredRow.RECENT_FIRST);
    rows.add(place < 0 ? -place - 1 : place, row);
    if (rows.size() > limit) {
      rows.remove(limit);
    }
  }
}
