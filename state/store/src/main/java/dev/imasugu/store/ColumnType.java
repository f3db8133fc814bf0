package dev.imasugu.store;

/** What a feature column holds, and the Java type of its values in a {@link Row}. */
public enum ColumnType {
  /** {@link String}. */
  TEXT,
  /** {@link Long}; SQL's integers of every width. */
  LONG,
  /** {@link Double}; SQL's FLOAT, DOUBLE and DECIMAL. */
  DOUBLE,
  /** {@link Boolean}. */
  BOOLEAN,
  /** {@link java.time.Instant}, to the millisecond. */
  INSTANT,
  /** {@code Map<String, String>}, no null inside. */
  TEXTS,
  /**
   * {@code List<}{@link Weighted}{@code >}; SQL's {@code ARRAY<ROW<item STRING, weight DOUBLE>>}.
   */
  WEIGHTS
}
