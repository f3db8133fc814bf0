package dev.imasugu.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Dirty users in memory, and the order in which they are taken. Any thread may {@link #find}; the
 * rest needs a lock around.
 */
final class DirtyQueue {
  private final Map<String, DirtyEntry> entries = new ConcurrentHashMap<>();

  /** Exactly the users whose entry is not taken. */
  private final ArrayDeque<String> order = new ArrayDeque<>();

  @Nullable DirtyEntry find(String user) {
    return entries.get(user);
  }

  /** Sets or replaces an entry; one that starts to wait goes to the end of the queue. */
  void put(String user, DirtyEntry entry) {
    DirtyEntry before = entries.put(user, entry);
    if (entry.taken() == null && (before == null || before.taken() != null)) {
      order.add(user);
    }
  }

  /** Forgets a taken user. */
  void remove(String user) {
    entries.remove(user);
  }

  /** Forgets a user, taken or not. */
  void erase(String user) {
    entries.remove(user);
    order.remove(user);
  }

  List<DirtyUser> take(int max) {
    var users = new ArrayList<DirtyUser>(Math.min(max, order.size()));
    while (users.size() < max && !order.isEmpty()) {
      String user = order.remove();
      DirtyEntry taken = entries.get(user);
      if (taken != null) {
        users.add(taken.whole());
        entries.put(user, taken.take());
      }
    }
    return users;
  }

  boolean anyWaiting() {
    return !order.isEmpty();
  }

  int size() {
    return entries.size();
  }
}
