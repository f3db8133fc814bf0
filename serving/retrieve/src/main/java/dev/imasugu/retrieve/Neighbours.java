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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The neighbours of items, from a statistics table with {@code item_id} and {@code neighbours}: a
 * bounded cache that the table's writer keeps up to date. Safe for many threads.
 */
final class Neighbours {
  /** At most this many neighbours are held, of all items together: about 12 bytes each. */
  private static final long MAX_NEIGHBOURS = 8_000_000;

  static final String COLUMN = "neighbours";

  /**
   * The first neighbours of one item; both arrays are parallel and never written. They are made
   * when they are first asked for: of a busy item, most lists are replaced before anybody looks.
   */
  static final class Adjacent {
    private final Catalog catalog;
    private final int limit;
    private final int size;
    private @Nullable List<Weighted> weighted;
    private volatile @Nullable Arrayed arrayed;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Arrayed(int[] rows, double[] log2Weights) {}

    Adjacent(List<Weighted> weighted, int limit, Catalog catalog) {
      this.weighted = weighted;
      this.limit = limit;
      this.catalog = catalog;
      size = weighted.size();
    }

    int[] rows() {
      return arrays().rows;
    }

    double[] log2Weights() {
      return arrays().log2Weights;
    }

    private Arrayed arrays() {
      Arrayed made = arrayed;
      return made == null ? make() : made;
    }

    private synchronized Arrayed make() {
      List<Weighted> from = weighted;
      if (from != null) {
        arrayed = of(from, limit, catalog);
        weighted = null;
      }
      return Objects.requireNonNull(arrayed);
    }

    private static Arrayed of(List<Weighted> weighted, int limit, Catalog catalog) {
      int most = Math.min(weighted.size(), limit);
      int[] rows = new int[most];
      double[] weights = new double[most];
      int count = 0;
      for (Weighted neighbour : weighted) {
        if (count == most) {
          break;
        }
        int row = catalog.row(neighbour.item());
        if (row >= 0) {
          rows[count] = row;
          weights[count++] = neighbour.weight();
        }
      }
      return new Arrayed(Arrays.copyOf(rows, count), Arrays.copyOf(weights, count));
    }
  }

  private final int limit;
  private final LoadingCache<String, Adjacent> cache;

  /**
   * Reads neighbours as they are asked for.
   *
   * @param limit how many of each item's neighbours are wanted at most
   */
  Neighbours(FeatureStore features, FeatureTable table, int limit, Catalog catalog) {
    this.limit = limit;
    int itemColumn = table.index(Retriever.ITEM);
    int listColumn = table.index(COLUMN);
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(MAX_NEIGHBOURS)
            .weigher((String _, Adjacent list) -> list.size + 8)
            .executor(Runnable::run)
            .build(
                item -> {
                  Row row = features.findRow(table, List.of(item));
                  return new Adjacent(
                      row == null ? List.of() : row.weights(listColumn), limit, catalog);
                });
    // The row is in the store before it comes here, and the cache takes one change of an item at a
    // time: a list that was being read meanwhile is replaced, one that was not is read new.
    features.onUpsert(
        table,
        rows -> {
          for (Row row : rows) {
            cache
                .asMap()
                .compute( // computeIfPresent would not wait for a list that is being read
                    row.text(itemColumn),
                    (_, held) ->
                        held == null
                            ? null
                            : new Adjacent(row.weights(listColumn), limit, catalog));
          }
        });
  }

  int limit() {
    return limit;
  }

  Adjacent of(String item) {
    return cache.get(item);
  }
}
