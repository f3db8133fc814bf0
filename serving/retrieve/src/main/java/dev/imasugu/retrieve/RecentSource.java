package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.util.List;

/** The user's own recent items: the newest scores 1, the next 1/2, then 1/3... */
final class RecentSource implements CandidateSource {
  private final FeatureTable table;
  private final int item;
  private final Catalog catalog;

  RecentSource(FeatureTable table, Catalog catalog) {
    this.table = table;
    this.item = table.index(Retriever.ITEM);
    this.catalog = catalog;
  }

  @Override
  public String name() {
    return "recent";
  }

  @Override
  public void collect(Profile profile, Deadline deadline, Scores scores) {
    List<Row> rows = profile.rows(table);
    for (int i = 0; i < rows.size(); i++) {
      int row = catalog.row(rows.get(i).text(item));
      if (row >= 0) {
        scores.add(row, 1.0 / (i + 1));
      }
    }
  }
}
