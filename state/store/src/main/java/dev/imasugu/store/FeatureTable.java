package dev.imasugu.store;

import java.util.List;

/**
 * A feature table: its columns, key, and how rows are kept.
 *
 * <p>Profile tables have the columns {@code user_id} (the whole of their storage key), {@code
 * occurred_at} and {@code event_id}; statistics tables any non-empty primary key of TEXT columns.
 *
 * @param name as in SQL
 * @param version identifies the query that fills it; rows of another version are another table
 * @param key names of the primary key's columns, in order
 */
public record FeatureTable(
    String name, String version, TableKind kind, List<Column> columns, List<String> key) {
  public static final String USER = "user_id";
  public static final String OCCURRED_AT = "occurred_at";
  public static final String EVENT_ID = "event_id";

  public FeatureTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("table " + name + ": no primary key (expected: one)");
    }
    for (String column : key) {
      require(name, columns, column, ColumnType.TEXT);
    }
    if (kind.profile()) {
      if (!key.get(0).equals(USER)) {
        throw new IllegalArgumentException(
            "table " + name + ": key starts with " + key.get(0) + " (expected: " + USER + ")");
      }
      require(name, columns, OCCURRED_AT, ColumnType.INSTANT);
      require(name, columns, EVENT_ID, ColumnType.TEXT);
    }
    if (kind instanceof TableKind.Recent(_, String by)) {
      require(name, columns, by, ColumnType.TEXT);
    }
  }

  /** The name under which rows are stored: {@code name@version}. */
  public String id() {
    return name + "@" + version;
  }

  /**
   * Returns a column's place in a row.
   *
   * @throws IllegalArgumentException if there is none
   */
  public int index(String column) {
    return index(name, columns, column);
  }

  private static int index(String table, List<Column> columns, String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "table "
            + table
            + " has no column "
            + column
            + " (expected one of: "
            + names(columns)
            + ")");
  }

  private static void require(
      String table, List<Column> columns, String column, ColumnType expected) {
    ColumnType type = columns.get(index(table, columns, column)).type();
    if (type != expected) {
      throw new IllegalArgumentException(
          "table " + table + ", column " + column + ": " + type + " (expected: " + expected + ")");
    }
  }

  private static String names(List<Column> columns) {
    return String.join(", ", columns.stream().map(Column::name).toList());
  }
}
