package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One DOUBLE column of a statistics table by item, in memory: read whole at the start, then kept up
 * to date by the table's writer. Reads from any thread see each value within the writer's flush.
 * The value is the base-2 logarithm of a decayed weight, see {@code DecayedWeight} of the SQL
 * functions.
 */
final class ItemWeights {
  private final Catalog catalog;
  private final int itemColumn;
  private final int weightColumn;
  private final AtomicLong changes = new AtomicLong();
  private volatile double[] weights = new double[0];

  ItemWeights(FeatureStore features, FeatureTable table, String column, Catalog catalog) {
    this.catalog = catalog;
    this.itemColumn = table.index(Retriever.ITEM);
    this.weightColumn = table.index(column);
    features.onUpsert(table, this::set);
    features.scan(table, this::setIfAbsent);
  }

  private synchronized void set(List<Row> rows) {
    for (Row row : rows) {
      put(catalog.row(row.text(itemColumn)), row, true);
    }
    changes.incrementAndGet();
  }

  /** The listener was there first: what it has set is newer than what the scan finds. */
  private synchronized void setIfAbsent(Row row) {
    put(catalog.row(row.text(itemColumn)), row, false);
    changes.incrementAndGet();
  }

  private void put(int item, Row row, boolean overwrite) {
    if (item < 0) {
      return;
    }
    double[] current = weights;
    if (item >= current.length) {
      int length = current.length;
      current = Arrays.copyOf(current, Math.max(item + 1, Math.max(1024, 2 * length)));
      Arrays.fill(current, length, current.length, Double.NaN);
    }
    if (overwrite || Double.isNaN(current[item])) {
      Object weight = row.values().get(weightColumn);
      current[item] = weight == null ? Double.NaN : (Double) weight;
    }
    weights = current;
  }

  /** The item's weight, or NaN when it has none. */
  double get(int item) {
    double[] current = weights;
    return item < current.length ? current[item] : Double.NaN;
  }

  int length() {
    return weights.length;
  }

  /** Grows whenever a weight may have changed. */
  long changes() {
    return changes.get();
  }
}
