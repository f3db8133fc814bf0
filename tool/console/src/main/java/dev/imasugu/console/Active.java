package dev.imasugu.console;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Whose lists were made last; at most {@value #KEPT}. Safe for many threads. */
final class Active {
  private static final int KEPT = 64;

  private final LinkedHashSet<String> users = new LinkedHashSet<>();

  synchronized void saw(String user) {
    users.remove(user);
    users.add(user);
    if (users.size() > KEPT) {
      users.removeFirst();
    }
  }

  /** Newest first. */
  synchronized List<String> newest(int limit) {
    var newest = new ArrayList<String>();
    for (String user : users.reversed()) {
      if (newest.size() == limit) {
        break;
      }
      newest.add(user);
    }
    return newest;
  }
}
