package dev.imasugu.store;

/** How the rows of a feature table are kept. */
public sealed interface TableKind {
  /**
   * A profile table: for each user the rows in the order ({@code occurred_at} descending, {@code
   * event_id} ascending, {@code by} ascending), of them the first of each distinct {@code by}
   * value, of those the first {@code limit}. Texts compare by code point. Null is a {@code by}
   * value like any other, and the first; equal keys are told apart by the rest of the row. So it is
   * a function of the set of rows written: order and repetition do not matter.
   */
  record Recent(int limit, String by) implements TableKind {
    public Recent {
      if (limit < 1 || limit > 10_000) {
        throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to 10000)");
      }
    }
  }

  /**
   * A profile table: for each user the row with the greatest ({@code occurred_at}, {@code
   * event_id}), whoever writes last; equal keys are told apart by the rest of the row.
   */
  record Latest() implements TableKind {}

  /** Absolute values by primary key: the last write wins, and writers repeat rather than lose. */
  record Statistics() implements TableKind {}

  /** Whether rows are written by {@link FeatureStore#commit}, keyed by the user. */
  default boolean profile() {
    return !(this instanceof Statistics);
  }
}
