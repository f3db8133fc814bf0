package dev.imasugu.imports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a file as rows of named cells. Separated by commas, cells may be quoted and hold line ends
 * (RFC 4180); by anything else they may not.
 *
 * @param separator {@code ,} or a tab, {@code ;} or {@code ::}
 * @param columns the names; of a column whose name is empty nothing is read
 */
record Table(String separator, List<String> columns) {
  private static final int MOST_LINES_OF_A_CELL = 1_000;

  /** Makes records of a row, or throws an {@link IllegalArgumentException} that says why not. */
  interface Rows {
    void row(Row row) throws IOException;
  }

  Table {
    columns = List.copyOf(columns);
  }

  /** The table that a first line of names makes: tabs, else semicolons, else commas. */
  static Table of(String header) {
    String separator = header.indexOf('\t') >= 0 ? "\t" : header.indexOf(',') >= 0 ? "," : ";";
    return new Table(separator, split(separator, header));
  }

  /** Whether it has all these columns. */
  boolean has(String... names) {
    return columns.containsAll(List.of(names));
  }

  /** Reads the rows of a file whose names, if it has such a line, have been taken. */
  void read(DataFile file, Records out, Rows rows) throws IOException {
    var index = new HashMap<String, Integer>();
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).isEmpty()) {
        index.put(columns.get(i), i);
      }
    }
    Map<String, Integer> positions = Map.copyOf(index);
    Lines lines = file.lines();
    long number = 0;
    for (String text = lines.next(); text != null; text = lines.next()) {
      if (text.isBlank()) {
        continue;
      }
      String place = lines.place();
      if (separator.equals(",")) {
        text = whole(text, lines);
      }
      List<String> cells = split(separator, text);
      var row = new Row(place, ++number, text, positions, cells);
      if (cells.size() != columns.size()) {
        out.refuse(row, "fields: %d (expected: %d)".formatted(cells.size(), columns.size()));
        continue;
      }
      try {
        rows.row(row);
      } catch (IllegalArgumentException e) {
        out.refuse(row, String.valueOf(e.getMessage()));
      }
    }
  }

  /** A line with those after it that a quoted cell goes on in. */
  private static String whole(String first, Lines lines) throws IOException {
    if (first.indexOf('"') < 0 || closed(first)) {
      return first;
    }
    var text = new StringBuilder(first);
    for (int i = 0; i < MOST_LINES_OF_A_CELL; i++) {
      String more = lines.next();
      if (more == null) {
        break;
      }
      text.append('\n').append(more);
      if (closed(more) != closed("")) {
        break;
      }
    }
    return text.toString();
  }

  /** Whether the number of quotes is even. */
  private static boolean closed(String text) {
    return text.chars().filter(c -> c == '"').count() % 2 == 0;
  }

  static List<String> split(String separator, String line) {
    var cells = new ArrayList<String>();
    if (!separator.equals(",")) {
      int from = 0;
      for (int at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, from)) {
        cells.add(line.substring(from, at));
        from = at + separator.length();
      }
      cells.add(line.substring(from));
      return cells;
    }
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
