package dev.imasugu.vector;

/** The largest of many keys, without sorting them (*FIND* in Hoare 1961). */
final class Selection {
  private Selection() {}

  /**
   * Moves the {@code k} largest of {@code keys[0, size)} to its end; the smallest of these comes
   * first among them, the others in any order. Costs a few passes.
   *
   * @param k in [1, size]
   */
  static void largest(long[] keys, int size, int k) {
    int wanted = size - k;
    int low = 0;
    int high = size - 1;
    while (low < high) {
      long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swap = keys[i];
          keys[i++] = keys[j];
          keys[j--] = swap;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
