package dev.imasugu.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of items: numbered in the order in which they are first met. */
final class ItemNames {
  private final Map<String, Integer> rows = new LinkedHashMap<>();
  private final ItemFile known;

  ItemNames(ItemFile known) {
    this.known = known;
  }

  int row(String name) {
    return rows.computeIfAbsent(name, _ -> rows.size());
  }

  int size() {
    return rows.size();
  }

  /** The titles by row, or ids where no title is known. */
  List<String> titles() {
    var titles = new ArrayList<String>();
    for (String name : rows.keySet()) {
      titles.add(known.title(name).orElse(name));
    }
    return titles;
  }

  int @Nullable [][] attributes() {
    if (!known.hasAttributes()) {
      return null;
    }
    int[][] attributes = new int[rows.size()][];
    rows.forEach((name, row) -> attributes[row] = known.attributes(name));
    return attributes;
  }
}
