package dev.imasugu.evaluate;

import java.util.ArrayList;
import java.util.List;

/** Splits the lines of a table: by tabs, else by commas with quoted cells (RFC 4180, one line). */
record Cells(char separator) {

  static Cells of(String header) {
    return new Cells(header.indexOf('\t') >= 0 ? '\t' : ',');
  }

  List<String> split(String line) {
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (separator == ',' && c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == separator && !quoted) {
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
