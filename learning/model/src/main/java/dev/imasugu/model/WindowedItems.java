package dev.imasugu.model;

import java.util.Arrays;

/**
 * How often within a window before the newest event, the same for everybody. Keeps the events of
 * the window, to take them out again; an event older than the newest is taken in where it belongs
 * if it is in the window still.
 */
public final class WindowedItems implements Absorbing {
  private final int[] counts;
  private final long windowMillis;

  /** The events of the window, oldest first, from {@code first} on. */
  private long[] times;

  private int[] itemOf;
  private int first;
  private int end;

  private WindowedItems(int items, long windowMillis, int room) {
    this.counts = new int[items];
    this.windowMillis = windowMillis;
    this.times = new long[Math.max(16, room)];
    this.itemOf = new int[Math.max(16, room)];
  }

  public static WindowedItems of(Interactions data, long windowMillis) {
    var made = new WindowedItems(data.items(), windowMillis, 16);
    Integer[] byTime = new Integer[data.size()];
    Arrays.setAll(byTime, i -> i);
    Arrays.sort(byTime, (a, b) -> Long.compare(data.timeMillis(a), data.timeMillis(b)));
    for (int event : byTime) {
      made.absorb(History.empty(), data.item(event), data.timeMillis(event));
    }
    return made;
  }

  @Override
  public int items() {
    return counts.length;
  }

  @Override
  public void score(History history, float[] scores) {
    int most = 1;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    for (int item = 0; item < counts.length; item++) {
      scores[item] = (float) counts[item] / most;
    }
  }

  @Override
  public void absorb(History before, int item, long timeMillis) {
    if (end > first && timeMillis <= times[end - 1] - windowMillis) {
      return;
    }
    if (end == times.length) {
      int size = end - first;
      int room = Math.max(16, 2 * size);
      times = Arrays.copyOf(Arrays.copyOfRange(times, first, end), room);
      itemOf = Arrays.copyOf(Arrays.copyOfRange(itemOf, first, end), room);
      first = 0;
      end = size;
    }
    int place = end++;
    for (; place > first && times[place - 1] > timeMillis; place--) {
      times[place] = times[place - 1];
      itemOf[place] = itemOf[place - 1];
    }
    times[place] = timeMillis;
    itemOf[place] = item;
    counts[item]++;
    while (times[first] <= times[end - 1] - windowMillis) {
      counts[itemOf[first++]]--;
    }
  }
}
