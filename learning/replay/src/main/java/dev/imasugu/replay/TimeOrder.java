package dev.imasugu.replay;

import java.util.Arrays;

/**
 * Where events lie in the log, by the time at which they happened: 16 bytes each. For one thread.
 */
final class TimeOrder {
  private static final int OFFSET_BITS = 44;
  private static final long OFFSETS = (1L << OFFSET_BITS) - 1;

  private long[] times = new long[1 << 12];
  private long[] places = new long[1 << 12];
  private int size;

  void add(long time, int partition, long offset) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      places = Arrays.copyOf(places, 2 * size);
    }
    times[size] = time;
    places[size++] = ((long) partition << OFFSET_BITS) | offset;
  }

  int size() {
    return size;
  }

  long time(int index) {
    return times[index];
  }

  int partition(int index) {
    return (int) (places[index] >>> OFFSET_BITS);
  }

  long offset(int index) {
    return places[index] & OFFSETS;
  }

  /** Sorts by time; what has the same time keeps its order. */
  void sort() {
    long[] fromTimes = times;
    long[] fromPlaces = places;
    long[] toTimes = new long[times.length];
    long[] toPlaces = new long[places.length];
    for (int width = 1; width < size; width *= 2) {
      for (int left = 0; left < size; left += 2 * width) {
        int middle = Math.min(left + width, size);
        int end = Math.min(left + 2 * width, size);
        int a = left;
        int b = middle;
        for (int to = left; to < end; to++) {
          int from = b >= end || (a < middle && fromTimes[a] <= fromTimes[b]) ? a++ : b++;
          toTimes[to] = fromTimes[from];
          toPlaces[to] = fromPlaces[from];
        }
      }
      long[] swap = fromTimes;
      fromTimes = toTimes;
      toTimes = swap;
      swap = fromPlaces;
      fromPlaces = toPlaces;
      toPlaces = swap;
    }
    times = fromTimes;
    places = fromPlaces;
  }
}
