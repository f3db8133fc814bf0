package dev.imasugu.vector;

import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * Which rows a search may return. Rows that the index does not hold are ignored.
 *
 * <p>A filter must stay as it is while a search runs: bit sets are not copied.
 */
public sealed interface RowFilter {
  /** Every row. */
  static RowFilter all() {
    return new All();
  }

  /** Only these rows. The planner knows their number, so this is the filter to prefer. */
  static RowFilter only(BitSet rows) {
    return new Only(rows);
  }

  /** Every row but these: what the user has seen, what is out of stock. */
  static RowFilter except(BitSet rows) {
    return new Except(rows);
  }

  /** Every row that the predicate accepts; it is called from the searching thread, often. */
  static RowFilter where(IntPredicate rows) {
    return new Where(rows);
  }

  /** Whether the row may be returned. */
  boolean allows(int row);

  /** See {@link RowFilter#all()}. */
  record All() implements RowFilter {
    @Override
    public boolean allows(int row) {
      return true;
    }
  }

  /** See {@link RowFilter#only}. */
  record Only(BitSet rows) implements RowFilter {
    @Override
    public boolean allows(int row) {
      return rows.get(row);
    }
  }

  /** See {@link RowFilter#except}. */
  record Except(BitSet rows) implements RowFilter {
    @Override
    public boolean allows(int row) {
      return !rows.get(row);
    }
  }

  /** See {@link RowFilter#where}. */
  record Where(IntPredicate rows) implements RowFilter {
    @Override
    public boolean allows(int row) {
      return rows.test(row);
    }
  }
}
