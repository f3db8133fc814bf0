package dev.imasugu.model;

/** The best of a score array. */
public final class TopItems {
  private TopItems() {}

  /**
   * Returns the rows of the greatest scores, best first, ties by row; those at negative infinity
   * are left out, so fewer than k may come back.
   *
   * @param items only the first this many scores are looked at
   */
  public static int[] of(float[] scores, int items, int k) {
    int room = Math.min(k, items);
    int[] heap = new int[room];
    int size = 0;
    for (int item = 0; item < items; item++) {
      if (scores[item] == Float.NEGATIVE_INFINITY) {
        continue;
      }
      if (size < room) {
        int place = size++;
        while (place > 0 && worse(scores, item, heap[(place - 1) / 2])) {
          heap[place] = heap[(place - 1) / 2];
          place = (place - 1) / 2;
        }
        heap[place] = item;
      } else if (room > 0 && scores[item] > scores[heap[0]]) {
        sink(scores, heap, size, item);
      }
    }
    int[] best = new int[size];
    while (size > 0) {
      best[size - 1] = heap[0];
      size--;
      sink(scores, heap, size, heap[size]);
    }
    return best;
  }

  /** Puts an item at the root and lets it down to its place. */
  private static void sink(float[] scores, int[] heap, int size, int item) {
    int place = 0;
    while (true) {
      int child = 2 * place + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && worse(scores, heap[child + 1], heap[child])) {
        child++;
      }
      if (!worse(scores, heap[child], item)) {
        break;
      }
      heap[place] = heap[child];
      place = child;
    }
    if (size > 0) {
      heap[place] = item;
    }
  }

  private static boolean worse(float[] scores, int a, int b) {
    return scores[a] < scores[b] || (scores[a] == scores[b] && a > b);
  }
}
