package dev.imasugu.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/*
 * Every dirty user is in the database; the first `bound` of them are in `queue` as well. While
 * there are more, new users go to the database only, so that nobody overtakes for ever, and an
 * empty queue is filled from there by a scan that goes round the keys. Changes happen under `lock`:
 * first the database, then the memory, so that a failed write changes nothing.
 *
 * isDirty takes no lock, for its callers answer requests and a write may stall. A user being
 * written is in `beingMarked` from before the write until after the memory has it; so whoever sees
 * the progress of a commit sees its users dirty.
 */

/** {@link DirtySet} in RocksDB with a bounded queue in memory. */
final class RocksDirtySet implements DirtySet {
  /** How many users at most one fill reads, under the lock. */
  private static final int FILL = 4096;

  /** Stamps count up in the low bits; each start of the store adds one to the high bits. */
  private static final int STAMP_BITS = 40;

  private final StoreDatabase database;
  private final int bound;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition marked = lock.newCondition();
  private final List<Consumer<String>> cleanListeners = new CopyOnWriteArrayList<>();
  private final DirtyQueue queue = new DirtyQueue();
  private final Set<String> beingMarked = ConcurrentHashMap.newKeySet();
  private long lastStamp;
  private long total;
  private byte[] fillFrom = {};
  private boolean closed;

  /** Whether some users are in the database only; of {@code total} and {@code queue}. */
  private volatile boolean overflowing;

  RocksDirtySet(StoreDatabase database, int bound) {
    this.database = database;
    this.bound = bound;
    lastStamp = database.nextStart() << STAMP_BITS;
    database.scan(
        Family.DIRTY,
        fillFrom,
        null,
        (_, _) -> {
          total++;
          return true;
        });
    overflowing = total > 0;
  }

  @Override
  public void mark(List<ProfileCommit.Mark> marks) {
    write(new ArrayList<>(), marks);
  }

  /** Writes changes and marks as one. */
  void write(List<Change> changes, List<ProfileCommit.Mark> marks) {
    PlatformThreads.check();
    lock.lock();
    try {
      Map<String, DirtyUser> users = coalesce(marks);
      beingMarked.addAll(users.keySet());
      try {
        writeMarks(changes, users);
      } finally {
        beingMarked.removeAll(users.keySet());
      }
    } finally {
      lock.unlock();
    }
  }

  private Map<String, DirtyUser> coalesce(List<ProfileCommit.Mark> marks) {
    var users = new LinkedHashMap<String, DirtyUser>();
    for (ProfileCommit.Mark mark : marks) {
      var user = new DirtyUser(mark.user(), ++lastStamp, mark.reason(), mark.since());
      users.put(mark.user(), DirtyEntry.coalesce(users.get(mark.user()), user));
    }
    return users;
  }

  private void writeMarks(List<Change> changes, Map<String, DirtyUser> users) {
    var remembered = new LinkedHashMap<String, DirtyEntry>();
    long added = 0;
    int room = overflowing ? 0 : bound - queue.size();
    for (DirtyUser user : users.values()) {
      DirtyEntry entry = queue.find(user.user());
      DirtyUser stored = entry == null && overflowing ? read(user.user()) : null;
      if (entry != null) {
        DirtyEntry next = entry.mark(user);
        remembered.put(user.user(), next);
        changes.add(put(next.whole()));
      } else if (stored != null) {
        changes.add(put(DirtyEntry.coalesce(stored, user)));
      } else {
        added++;
        if (added <= room) {
          remembered.put(user.user(), DirtyEntry.of(user));
        }
        changes.add(put(user));
      }
    }
    database.write(changes);
    remembered.forEach(queue::put);
    total += added;
    overflowing = total > queue.size();
    if (!users.isEmpty()) {
      marked.signalAll();
    }
  }

  @Override
  public List<DirtyUser> take(int max, long timeoutMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (true) {
        if (closed) {
          throw new IllegalStateException("the store is closed");
        }
        if (!queue.anyWaiting() && overflowing) {
          fill();
        }
        if (queue.anyWaiting() || nanos <= 0) {
          return queue.take(max);
        }
        nanos = marked.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Moves users from the database into the queue, going on where the last fill stopped. */
  private void fill() {
    int room = (int) Math.min(Math.min(bound - queue.size(), FILL), total - queue.size());
    if (room > 0) {
      int left = fill(room);
      if (left > 0) {
        fillFrom = new byte[0];
        fill(left);
      }
    }
    overflowing = total > queue.size();
  }

  /** Returns how many of the users wanted the rest of the keys did not have. */
  private int fill(int wanted) {
    var found = new ArrayList<DirtyUser>();
    database.scan(
        Family.DIRTY,
        fillFrom,
        null,
        (key, value) -> {
          fillFrom = key;
          DirtyUser user = decode(key, value);
          if (queue.find(user.user()) == null) {
            found.add(user);
          }
          return found.size() < wanted;
        });
    found.forEach(user -> queue.put(user.user(), DirtyEntry.of(user)));
    return wanted - found.size();
  }

  /**
   * Forgets a user, with other changes in the same write.
   *
   * @param changes given the stamp of the newest mark of anybody; may be added to
   */
  void erase(String user, LongFunction<List<Change>> changes) {
    PlatformThreads.check();
    lock.lock();
    try {
      boolean wasDirty = queue.find(user) != null || read(user) != null;
      List<Change> all = changes.apply(lastStamp);
      all.add(new Change.Delete(Family.DIRTY, StoreKeys.dirty(user)));
      database.write(all);
      queue.erase(user);
      total -= wasDirty ? 1 : 0;
      overflowing = total > queue.size();
    } finally {
      lock.unlock();
    }
    cleanListeners.forEach(listener -> listener.accept(user));
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
    lock.lock();
    try {
      var changes = new ArrayList<Change>(users.size());
      var cleaned = new LinkedHashMap<String, @Nullable DirtyEntry>();
      for (DirtyUser user : users) {
        DirtyEntry entry = queue.find(user.user());
        if (entry != null && entry.isTakenAs(user)) {
          DirtyEntry left = entry.clean();
          cleaned.put(user.user(), left);
          changes.add(
              left == null
                  ? new Change.Delete(Family.DIRTY, StoreKeys.dirty(user.user()))
                  : put(left.whole()));
        }
      }
      database.write(changes);
      var removed = new ArrayList<String>();
      for (Map.Entry<String, @Nullable DirtyEntry> each : cleaned.entrySet()) {
        DirtyEntry left = each.getValue();
        if (left == null) {
          queue.remove(each.getKey());
          removed.add(each.getKey());
        } else {
          queue.put(each.getKey(), left);
        }
      }
      total -= removed.size();
      marked.signalAll();
      return removed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void giveBack(List<DirtyUser> users) {
    lock.lock();
    try {
      for (DirtyUser user : users) {
        DirtyEntry entry = queue.find(user.user());
        if (entry != null && entry.isTakenAs(user)) {
          queue.put(user.user(), entry.giveBack());
        }
      }
      marked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isDirty(String user) {
    if (beingMarked.contains(user)) {
      return true;
    }
    boolean inDatabaseOnly = overflowing; // before the queue: a fill moves users that way
    return queue.find(user) != null || (inDatabaseOnly && read(user) != null);
  }

  @Override
  public long size() {
    lock.lock();
    try {
      return total;
    } finally {
      lock.unlock();
    }
  }

  /** Turns takers away. */
  void close() {
    lock.lock();
    try {
      closed = true;
      marked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable DirtyUser read(String user) {
    byte[] key = StoreKeys.dirty(user);
    byte[] value = database.get(Family.DIRTY, key);
    return value == null ? null : decode(key, value);
  }

  private static Change put(DirtyUser user) {
    byte[] value =
        new ByteWriter(32)
            .fixed(user.stamp())
            .signed(user.since().toEpochMilli())
            .text(user.reason())
            .toBytes();
    return new Change.Put(Family.DIRTY, StoreKeys.dirty(user.user()), value);
  }

  private static DirtyUser decode(byte[] key, byte[] value) {
    var in = new ByteReader(value);
    long stamp = in.fixed();
    Instant since = Instant.ofEpochMilli(in.signed());
    return new DirtyUser(StoreKeys.userOf(key), stamp, in.text(), since);
  }
}
