package dev.imasugu.model;

import java.util.Arrays;

/** One row of a sparse matrix while it is summed up. For one thread. */
public final class RowSum {
  private final float[] sums;
  private int[] columns = new int[64];
  private int size;

  RowSum(int items) {
    sums = new float[items];
  }

  /** Adds to a column. */
  public void add(int column, float value) {
    if (sums[column] == 0) {
      if (size == columns.length) {
        columns = Arrays.copyOf(columns, 2 * size);
      }
      columns[size++] = column;
    }
    sums[column] += value;
  }

  /** Sets a column to zero. */
  public void clear(int column) {
    sums[column] = 0;
  }

  /** How many columns were touched: places are 0 to this, exclusive. */
  public int size() {
    return size;
  }

  /** The column at a place; one that became zero on the way may be there twice. */
  public int column(int place) {
    return columns[place];
  }

  public float value(int column) {
    return sums[column];
  }

  /** Replaces the value of a column that was touched. */
  public void set(int column, float value) {
    sums[column] = value;
  }

  /** Keeps the columns with the greatest keys, ties by which was touched first. */
  void keep(int most, Key key) {
    if (most <= 0 || size <= most) {
      return;
    }
    float[] keys = new float[size];
    for (int place = 0; place < size; place++) {
      float value = sums[columns[place]];
      keys[place] = value == 0 ? Float.NEGATIVE_INFINITY : key.of(columns[place], value);
    }
    int[] best = TopItems.of(keys, size, most);
    int[] keptColumns = new int[best.length];
    float[] kept = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      keptColumns[i] = columns[best[i]];
      kept[i] = sums[keptColumns[i]];
    }
    for (int place = 0; place < size; place++) {
      sums[columns[place]] = 0;
    }
    size = 0;
    for (int i = 0; i < best.length; i++) {
      if (sums[keptColumns[i]] == 0) {
        add(keptColumns[i], kept[i]);
      }
    }
  }

  /** What a column is worth keeping by. */
  interface Key {
    float of(int column, float value);
  }

  /** Moves what is not zero into the arrays, which have room, and starts anew; returns how many. */
  int drainTo(int[] toColumns, float[] toValues) {
    int next = 0;
    for (int place = 0; place < size; place++) {
      int column = columns[place];
      if (sums[column] != 0) {
        toColumns[next] = column;
        toValues[next++] = sums[column];
        sums[column] = 0;
      }
    }
    size = 0;
    return next;
  }
}
