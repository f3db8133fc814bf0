package dev.imasugu.evaluate;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Items by a weight that changes one item at a time, the heaviest first, ties by number. A change
 * costs as many moves as places the item goes up or down. For one thread.
 */
final class Leaderboard {
  private static final int UNPLACED = -1;

  private int[] items = new int[8];
  private double[] weights = new double[8];

  /** By item, where it stands. */
  private int[] places = new int[0];

  private int size;

  int size() {
    return size;
  }

  double weight(int item) {
    int place = place(item);
    return place == UNPLACED ? 0 : weights[place];
  }

  private int place(int item) {
    return item < places.length ? places[item] : UNPLACED;
  }

  void set(int item, double weight) {
    int place = place(item);
    if (place == UNPLACED) {
      place = append(item);
    }
    while (place > 0 && comesBefore(weight, item, place - 1)) {
      put(items[place - 1], weights[place - 1], place);
      place--;
    }
    while (place < size - 1 && !comesBefore(weight, item, place + 1)) {
      put(items[place + 1], weights[place + 1], place);
      place++;
    }
    put(item, weight, place);
  }

  private int append(int item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, 2 * size);
      weights = Arrays.copyOf(weights, 2 * size);
    }
    if (item >= places.length) {
      int before = places.length;
      places = Arrays.copyOf(places, Math.max(item + 1, 2 * before));
      Arrays.fill(places, before, places.length, UNPLACED);
    }
    put(item, Double.NEGATIVE_INFINITY, size);
    return size++;
  }

  private void put(int item, double weight, int place) {
    items[place] = item;
    weights[place] = weight;
    places[item] = place;
  }

  private boolean comesBefore(double weight, int item, int place) {
    int byWeight = Double.compare(weight, weights[place]);
    return byWeight > 0 || (byWeight == 0 && item < items[place]);
  }

  /** Multiplies every weight, which changes no place. */
  void scale(double by) {
    for (int i = 0; i < size; i++) {
      weights[i] *= by;
    }
  }

  /** The first items that weigh something and pass, at most {@code most}. */
  int[] first(int most, IntPredicate passes) {
    int[] found = new int[most];
    int count = 0;
    for (int i = 0; i < size && count < most && weights[i] > 0; i++) {
      if (passes.test(items[i])) {
        found[count++] = items[i];
      }
    }
    return Arrays.copyOf(found, count);
  }
}
