package dev.imasugu.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;

/** {@link DirtySet} in memory. */
final class InMemoryDirtySet implements DirtySet {
  private final InMemoryStore.Shared shared;
  private final Condition marked;
  private final DirtyQueue queue = new DirtyQueue();
  private final List<Consumer<String>> cleanListeners = new CopyOnWriteArrayList<>();
  private long lastStamp;

  InMemoryDirtySet(InMemoryStore.Shared shared) {
    this.shared = shared;
    marked = shared.newCondition();
  }

  @Override
  public void mark(List<ProfileCommit.Mark> marks) {
    PlatformThreads.check();
    shared.enter();
    try {
      for (ProfileCommit.Mark mark : marks) {
        var user = new DirtyUser(mark.user(), ++lastStamp, mark.reason(), mark.since());
        DirtyEntry entry = queue.find(mark.user());
        queue.put(mark.user(), entry == null ? DirtyEntry.of(user) : entry.mark(user));
      }
      marked.signalAll();
    } finally {
      shared.unlock();
    }
  }

  @Override
  public List<DirtyUser> take(int max, long timeoutMillis) throws InterruptedException {
    shared.enter();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (!queue.anyWaiting() && nanos > 0) {
        nanos = marked.awaitNanos(nanos);
        if (shared.closed) {
          throw new IllegalStateException("the store is closed");
        }
      }
      return queue.take(max);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void onClean(Consumer<String> listener) {
    cleanListeners.add(listener);
  }

  @Override
  public int clean(List<DirtyUser> users) {
    PlatformThreads.check();
    List<String> removed = remove(users);
    removed.forEach(user -> cleanListeners.forEach(listener -> listener.accept(user)));
    return removed.size();
  }

  private List<String> remove(List<DirtyUser> users) {
    shared.enter();
    try {
      var removed = new ArrayList<String>();
      for (DirtyUser user : users) {
        DirtyEntry entry = queue.find(user.user());
        if (entry == null || !entry.isTakenAs(user)) {
          continue;
        }
        DirtyEntry left = entry.clean();
        if (left == null) {
          queue.remove(user.user());
          removed.add(user.user());
        } else {
          queue.put(user.user(), left);
        }
      }
      marked.signalAll();
      return removed;
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void giveBack(List<DirtyUser> users) {
    shared.enter();
    try {
      for (DirtyUser user : users) {
        DirtyEntry entry = queue.find(user.user());
        if (entry != null && entry.isTakenAs(user)) {
          queue.put(user.user(), entry.giveBack());
        }
      }
      marked.signalAll();
    } finally {
      shared.unlock();
    }
  }

  @Override
  public boolean isDirty(String user) {
    shared.enter();
    try {
      return queue.find(user) != null;
    } finally {
      shared.unlock();
    }
  }

  @Override
  public long size() {
    shared.enter();
    try {
      return queue.size();
    } finally {
      shared.unlock();
    }
  }

  /** Forgets a user, under the lock; returns the stamp of the newest mark of anybody. */
  long erase(String user) {
    queue.erase(user);
    return lastStamp;
  }

  /** Wakes every taker, to find the store closed. */
  void wake() {
    marked.signalAll();
  }
}
