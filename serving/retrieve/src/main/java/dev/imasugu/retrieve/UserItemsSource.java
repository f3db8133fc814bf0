package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import java.util.List;

/**
 * The items that a statistics table lists for the user: its first scores 1, the next 1/2, 1/3...
 */
final class UserItemsSource implements CandidateSource {
  static final String COLUMN = "items";

  private final FeatureTable table;
  private final int column;
  private final Catalog catalog;

  UserItemsSource(FeatureTable table, Catalog catalog) {
    this.table = table;
    this.column = table.index(COLUMN);
    this.catalog = catalog;
  }

  @Override
  public String name() {
    return "user-items";
  }

  @Override
  public void collect(Profile profile, Deadline deadline, Scores scores) {
    for (Row row : profile.statistics(table)) {
      if (row.values().get(column) == null) {
        continue;
      }
      List<Weighted> items = row.weights(column);
      for (int i = 0; i < items.size(); i++) {
        int listed = catalog.row(items.get(i).item());
        if (listed >= 0) {
          scores.add(listed, 1.0 / (i + 1));
        }
      }
    }
  }
}
