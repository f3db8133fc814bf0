package dev.imasugu.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a feature table: a value for each column, in the table's order, of the Java type that
 * {@link ColumnType} names, or null.
 */
public record Row(List<@Nullable Object> values) {
  public Row {
    values = Collections.unmodifiableList(Arrays.asList(values.toArray()));
  }

  public static Row of(@Nullable Object... values) {
    return new Row(Arrays.asList(values));
  }

  /**
   * Returns a TEXT value.
   *
   * @throws IllegalStateException if it is null
   */
  public String text(int index) {
    return (String) present(index);
  }

  /** Returns an INSTANT value, see {@link #text}. */
  public Instant instant(int index) {
    return (Instant) present(index);
  }

  /** Returns a DOUBLE value, see {@link #text}. */
  public double number(int index) {
    return (Double) present(index);
  }

  /** Returns a WEIGHTS value, see {@link #text}. */
  @SuppressWarnings("unchecked") // the column's type says so
  public List<Weighted> weights(int index) {
    return (List<Weighted>) present(index);
  }

  private Object present(int index) {
    Object value = values.get(index);
    if (value == null) {
      throw new IllegalStateException("column " + index + " is null");
    }
    return value;
  }
}
