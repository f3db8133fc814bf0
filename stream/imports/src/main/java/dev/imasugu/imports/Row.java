package dev.imasugu.imports;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a table.
 *
 * @param place file and line, for messages
 * @param number counts the rows of the file, from 1
 * @param text the line as it is
 */
record Row(String place, long number, String text, Map<String, Integer> columns, List<String> cells)
    implements Source {
  /** The text of a cell; null when it is empty or there is no such column. */
  @Nullable String find(String column) {
    Integer index = columns.get(column);
    if (index == null) {
      return null;
    }
    String cell = cells.get(index).strip();
    return cell.isEmpty() ? null : cell;
  }

  String get(String column) {
    String cell = find(column);
    if (cell == null) {
      throw new IllegalArgumentException(column + ": <absent> (expected: a value)");
    }
    return cell;
  }

  double number(String column) {
    String text = get(column);
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(column + ": " + text + " (expected: a number)");
  }

  long whole(String column) {
    String text = get(column);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(column + ": " + text + " (expected: a whole number)", e);
    }
  }

  /** The time of a column, see {@link Times#parse}. */
  long millis(String column, Times times) {
    return times.parse(column, get(column));
  }
}
