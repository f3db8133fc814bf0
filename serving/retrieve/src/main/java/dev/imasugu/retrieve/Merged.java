package dev.imasugu.retrieve;

import java.util.Arrays;

/**
 * Weighted scores of several sources by item row: the sum, and which source gave most of it. Arrays
 * over all rows, so adding costs a few nanoseconds and clearing costs what was touched. For one
 * thread; grows with the catalogue and is bounded by it.
 */
final class Merged {
  private double[] sums = new double[1024];
  private double[] largest = new double[1024];
  private byte[] sources = new byte[1024];
  private boolean[] present = new boolean[1024];
  private int[] touched = new int[1024];
  private int count;

  void add(int row, double score, int source) {
    if (row >= sums.length) {
      grow(row);
    }
    if (!present[row]) {
      present[row] = true;
      if (count == touched.length) {
        touched = Arrays.copyOf(touched, count * 2);
      }
      touched[count++] = row;
    }
    sums[row] += score;
    if (score > largest[row]) {
      largest[row] = score;
      sources[row] = (byte) source;
    }
  }

  private void grow(int row) {
    int length = Math.max(row + 1, sums.length * 2);
    sums = Arrays.copyOf(sums, length);
    largest = Arrays.copyOf(largest, length);
    sources = Arrays.copyOf(sources, length);
    present = Arrays.copyOf(present, length);
  }

  boolean has(int row) {
    return row < present.length && present[row];
  }

  double sum(int row) {
    return sums[row];
  }

  int source(int row) {
    return sources[row];
  }

  int count() {
    return count;
  }

  /** The i-th row that was touched, 0 to {@link #count} exclusive. */
  int row(int i) {
    return touched[i];
  }

  void clear() {
    for (int i = 0; i < count; i++) {
      int row = touched[i];
      sums[row] = 0;
      largest[row] = 0;
      sources[row] = 0;
      present[row] = false;
    }
    count = 0;
  }
}
