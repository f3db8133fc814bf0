package dev.imasugu.evaluate;

import dev.imasugu.model.Interactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events as they are read, in any order, with names for users and items. */
final class EventTable {
  private final Map<String, Integer> users = new LinkedHashMap<>();
  private int[] userOf = new int[1024];
  private int[] itemOf = new int[1024];
  private long[] timeOf = new long[1024];
  private int size;

  int size() {
    return size;
  }

  int user(String name) {
    return users.computeIfAbsent(name, _ -> users.size());
  }

  List<String> userNames() {
    return new ArrayList<>(users.keySet());
  }

  void add(int user, int item, long time) {
    if (size == userOf.length) {
      userOf = Arrays.copyOf(userOf, 2 * size);
      itemOf = Arrays.copyOf(itemOf, 2 * size);
      timeOf = Arrays.copyOf(timeOf, 2 * size);
    }
    userOf[size] = user;
    itemOf[size] = item;
    timeOf[size++] = time;
  }

  /** Returns the events by user, in order of time where there is one, else as they came. */
  Interactions interactions(ItemNames items, boolean timed) {
    int[] starts = new int[users.size() + 1];
    for (int i = 0; i < size; i++) {
      starts[userOf[i] + 1]++;
    }
    for (int user = 0; user < users.size(); user++) {
      starts[user + 1] += starts[user];
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    if (timed) {
      Arrays.sort(order, (a, b) -> Long.compare(timeOf[a], timeOf[b]));
    }
    int[] next = starts.clone();
    int[] sortedItems = new int[size];
    long[] sortedTimes = new long[size];
    for (int event : order) {
      int place = next[userOf[event]]++;
      sortedItems[place] = itemOf[event];
      sortedTimes[place] = timed ? timeOf[event] : place - starts[userOf[event]];
    }
    return new Interactions(
        items.size(), starts, sortedItems, sortedTimes, timed, items.attributes());
  }
}
