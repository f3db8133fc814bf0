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
import java.util.function.LongSupplier;

/**
 * The neighbours of items, from a statistics table with {@code item_id} and {@code neighbours}: a
 * bounded cache, at most a second behind the table's writer. Safe for many threads.
 */
final class Neighbours {
  /** At most this many neighbours are held, of all items together: about 12 bytes each. */
  private static final long MAX_NEIGHBOURS = 8_000_000;

  static final String COLUMN = "neighbours";

  /**
   * A list that has changed is read again only after this long: a busy item's changes many times a
   * second, and reading it costs more than using it.
   */
  private static final long KEPT_NANOS = 1_000_000_000L;

  /** The neighbours of one item; both arrays are parallel and never written. */
  static final class Adjacent {
    private final int[] rows;
    private final double[] log2Weights;
    private final long readAt;
    private volatile boolean changed;

    Adjacent(int[] rows, double[] log2Weights, long readAt) {
      this.rows = rows;
      this.log2Weights = log2Weights;
      this.readAt = readAt;
    }

    int[] rows() {
      return rows;
    }

    double[] log2Weights() {
      return log2Weights;
    }
  }

  private final LoadingCache<String, Adjacent> cache;
  private final LongSupplier nanoTime;

  Neighbours(FeatureStore features, FeatureTable table, Catalog catalog, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    int itemColumn = table.index(Retriever.ITEM);
    int listColumn = table.index(COLUMN);
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(MAX_NEIGHBOURS)
            .weigher((String _, Adjacent list) -> list.rows.length + 8)
            .executor(Runnable::run)
            .build(
                item -> {
                  long now = nanoTime.getAsLong();
                  Row row = features.findRow(table, List.of(item));
                  return row == null
                      ? of(List.of(), catalog, now)
                      : of(row.weights(listColumn), catalog, now);
                });
    features.onUpsert(
        table,
        rows -> {
          for (Row row : rows) {
            Adjacent held = cache.getIfPresent(row.text(itemColumn));
            if (held != null) {
              held.changed = true;
            }
          }
        });
  }

  Adjacent of(String item) {
    Adjacent held = cache.get(item);
    if (held.changed && nanoTime.getAsLong() - held.readAt >= KEPT_NANOS) {
      cache.invalidate(item);
      return cache.get(item);
    }
    return held;
  }

  private static Adjacent of(List<Weighted> weighted, Catalog catalog, long now) {
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
    return new Adjacent(Arrays.copyOf(rows, count), Arrays.copyOf(weights, count), now);
  }
}
