package dev.imasugu.store;

import java.util.ArrayList;
import java.util.List;

/** The primary key of a statistics row: the values of its key columns, in the key's order. */
final class StatisticsKey {
  private StatisticsKey() {}

  /**
   * Returns a row's key.
   *
   * @throws IllegalArgumentException if a key column is null, or the table is a profile table
   */
  static List<String> of(FeatureTable table, Row row) {
    var key = new ArrayList<String>(table.key().size());
    for (String column : table.key()) {
      if (!(row.values().get(table.index(column)) instanceof String value)) {
        throw new IllegalArgumentException(
            "table %s, column %s: not a text (expected: a text, it is part of the key)"
                .formatted(table.name(), column));
      }
      key.add(value);
    }
    check(table, key);
    return List.copyOf(key);
  }

  static void check(FeatureTable table, List<String> key) {
    if (table.kind().profile()) {
      throw new IllegalArgumentException(
          "table %s: %s (expected: a statistics table)".formatted(table.name(), table.kind()));
    }
    if (key.size() != table.key().size()) {
      throw new IllegalArgumentException(
          "key of table %s: %d values (expected: %d, %s)"
              .formatted(table.name(), key.size(), table.key().size(), table.key()));
    }
  }
}
