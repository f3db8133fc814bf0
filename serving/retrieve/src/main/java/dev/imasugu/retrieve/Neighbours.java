package dev.imasugu.retrieve;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import java.util.Arrays;
import java.util.List;

/**
 * The neighbours of items, from a statistics table with {@code item_id} and {@code neighbours}: a
 * bounded cache that the table's writer keeps up to date. Safe for many threads.
 */
final class Neighbours {
  /** At most this many neighbours are held, of all items together: about 12 bytes each. */
  private static final long MAX_NEIGHBOURS = 8_000_000;

  static final String COLUMN = "neighbours";

  /** The neighbours of one item; both arrays are parallel and never written. */
  static final class Adjacent {
    private final int[] rows;
    private final double[] log2Weights;

    Adjacent(int[] rows, double[] log2Weights) {
      this.rows = rows;
      this.log2Weights = log2Weights;
    }

    int[] rows() {
      return rows;
    }

    double[] log2Weights() {
      return log2Weights;
    }
  }

  private final LoadingCache<String, Adjacent> cache;

  Neighbours(FeatureStore features, FeatureTable table, Catalog catalog) {
    int itemColumn = table.index(Retriever.ITEM);
    int listColumn = table.index(COLUMN);
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(MAX_NEIGHBOURS)
            .weigher((String _, Adjacent list) -> list.rows.length + 8)
            .executor(Runnable::run)
            .build(
                item -> {
                  Row row = features.findRow(table, List.of(item));
                  return of(row == null ? List.of() : row.weights(listColumn), catalog);
                });
    // The row is in the store before it comes here, and the cache takes one change of an item at a
    // time: a list that was being read meanwhile is replaced, one that was not is read new.
    features.onUpsert(
        table,
        rows -> {
          for (Row row : rows) {
            cache
                .asMap()
                .computeIfPresent(
                    row.text(itemColumn), (_, _) -> of(row.weights(listColumn), catalog));
          }
        });
  }

  Adjacent of(String item) {
    return cache.get(item);
  }

  private static Adjacent of(List<Weighted> weighted, Catalog catalog) {
    int[] rows = new int[weighted.size()];
    double[] weights = new double[weighted.size()];
    int count = 0;
    for (Weighted neighbour : weighted) {
      int row = catalog.row(neighbour.item());
      if (row >= 0) {
        rows[count] = row;
        weights[count++] = neighbour.weight();
      }
    }
    return new Adjacent(Arrays.copyOf(rows, count), Arrays.copyOf(weights, count));
  }
}
