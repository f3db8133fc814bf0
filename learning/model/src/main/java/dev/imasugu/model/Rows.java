package dev.imasugu.model;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A sparse square matrix over items, by row; a row can grow.
 *
 * <p>Filled once by several threads ({@link #fill}), then read by many; {@link #add} is for one
 * thread and costs a scan of the row.
 */
public final class Rows {
  /** The entries all rows may hold together: 8 bytes each. */
  public static final long MOST_ENTRIES = 300_000_000L;

  private final int[][] columns;
  private final float[][] values;
  private final int[] sizes;

  private Rows(int items) {
    columns = new int[items][];
    values = new float[items][];
    sizes = new int[items];
  }

  /** Computes one row. */
  public interface RowMaker {
    /** Adds up a row, which comes empty. */
    void make(int item, RowSum row);
  }

  /**
   * Returns a matrix whose rows are made on all cores.
   *
   * @param most entries kept in a row, the greatest values; 0 keeps all that are not zero
   * @throws IllegalArgumentException if more than {@link #MOST_ENTRIES} would be kept
   */
  public static Rows fill(int items, int most, RowMaker maker) {
    return fill(items, most, (_, _, value) -> value, maker);
  }

  /** What an entry is worth keeping by. */
  interface EntryKey {
    float of(int item, int column, float value);
  }

  static Rows fill(int items, int most, EntryKey key, RowMaker maker) {
    Rows rows = new Rows(items);
    var total = new AtomicLong();
    Cores.each(
        items,
        256,
        (from, to) -> {
          RowSum row = new RowSum(items);
          for (int i = from; i < to; i++) {
            int item = i;
            maker.make(item, row);
            row.keep(most, (column, value) -> key.of(item, column, value));
            if (total.addAndGet(rows.set(item, row)) > MOST_ENTRIES) {
              throw new IllegalArgumentException(
                  "neighbours: %s (expected: fewer an item; over %,d items more than %,d are kept)"
                      .formatted(most == 0 ? "all" : most, items, MOST_ENTRIES));
            }
          }
        });
    return rows;
  }

  /** Returns the matrix with rows and columns exchanged. */
  public Rows transposed() {
    Rows turned = new Rows(items());
    for (int item = 0; item < items(); item++) {
      for (int entry = 0; entry < sizes[item]; entry++) {
        turned.sizes[columns[item][entry]]++;
      }
    }
    for (int item = 0; item < items(); item++) {
      turned.columns[item] = new int[turned.sizes[item]];
      turned.values[item] = new float[turned.sizes[item]];
      turned.sizes[item] = 0;
    }
    for (int item = 0; item < items(); item++) {
      for (int entry = 0; entry < sizes[item]; entry++) {
        int row = columns[item][entry];
        turned.columns[row][turned.sizes[row]] = item;
        turned.values[row][turned.sizes[row]++] = values[item][entry];
      }
    }
    return turned;
  }

  private int set(int item, RowSum row) {
    int[] rowColumns = new int[row.size()];
    float[] rowValues = new float[row.size()];
    int size = row.drainTo(rowColumns, rowValues);
    columns[item] = size == rowColumns.length ? rowColumns : Arrays.copyOf(rowColumns, size);
    values[item] = size == rowColumns.length ? rowValues : Arrays.copyOf(rowValues, size);
    sizes[item] = size;
    return size;
  }

  public int items() {
    return sizes.length;
  }

  /** How many entries a row has. */
  public int size(int item) {
    return sizes[item];
  }

  public int column(int item, int entry) {
    return columns[item][entry];
  }

  public float value(int item, int entry) {
    return values[item][entry];
  }

  /** Adds {@code weight * row} to the scores. */
  void addTo(float[] scores, int item, float weight) {
    int[] rowColumns = columns[item];
    float[] rowValues = values[item];
    for (int i = 0; i < sizes[item]; i++) {
      scores[rowColumns[i]] += weight * rowValues[i];
    }
  }

  /** Adds to one entry, which need not exist. */
  void add(int item, int column, float value) {
    int[] rowColumns = columns[item];
    int size = sizes[item];
    for (int i = 0; i < size; i++) {
      if (rowColumns[i] == column) {
        values[item][i] += value;
        return;
      }
    }
    if (size == rowColumns.length) {
      columns[item] = Arrays.copyOf(rowColumns, Math.max(4, size + size / 2));
      values[item] = Arrays.copyOf(values[item], columns[item].length);
    }
    columns[item][size] = column;
    values[item][size] = value;
    sizes[item]++;
  }
}
