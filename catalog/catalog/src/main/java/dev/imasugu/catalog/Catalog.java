package dev.imasugu.catalog;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The items topic, folded: one thread follows the log and applies each change; everybody else reads
 * without a lock. Reads may be called from any thread.
 *
 * <p>A <em>row</em> is an item's number, 0, 1, 2... in the order in which ids were first seen; it
 * never changes while the process lives and is not stored. Rows are bounded: an id beyond the bound
 * has row -1 and is never available.
 */
public final class Catalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  private static final Duration WATCH = Duration.ofMillis(50);

  private record Waiter(AsOf asOf, CompletableFuture<Void> shown) {}

  private final EventLog log;
  private final int maxItems;
  private final List<LogCursor> cursors = new ArrayList<>();
  private final Map<String, Integer> rows = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicInteger available = new AtomicInteger();
  private final AtomicLong changes = new AtomicLong();
  private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private final InstantSource clock;
  private final Windows windows = new Windows();
  private final Thread follower;
  private final Thread windowWatch;
  private volatile AtomicReferenceArray<@Nullable Item> items = new AtomicReferenceArray<>(1024);
  private volatile AtomicLongArray availability = new AtomicLongArray(1024 >> 6);

  /** Rows whose availability depends on the time: a read of theirs looks at the clock. */
  private volatile AtomicLongArray windowed = new AtomicLongArray(1024 >> 6);

  private volatile ItemId[] ids = new ItemId[1024];
  private volatile AsOf applied = AsOf.NONE;
  private volatile boolean closed;

  private Catalog(EventLog log, int maxItems, InstantSource clock) {
    this.log = log;
    this.maxItems = maxItems;
    this.clock = clock;
    for (int partition = 0; partition < log.partitions(); partition++) {
      cursors.add(log.read(Topic.ITEMS, partition, 0));
    }
    applyNew();
    this.windowWatch =
        Thread.ofPlatform().name("catalog-windows").daemon().start(this::watchWindows);
    this.follower = Thread.ofPlatform().name("catalog").daemon().start(this::follow);
  }

  /**
   * Reads the items topic to its present end and follows it from there.
   *
   * @param maxItems ids, deleted ones and ids known only from features included
   * @param clock opens and closes the windows of items
   */
  public static Catalog open(EventLog log, int maxItems, InstantSource clock) {
    return new Catalog(log, maxItems, clock);
  }

  /** Returns the item's row, giving it one if there is room, else -1. */
  public int row(String id) {
    Integer row = rows.get(id);
    return row != null ? row : newRow(id);
  }

  private synchronized int newRow(String id) {
    Integer known = rows.get(id);
    if (known != null) {
      return known;
    }
    int row = size.get();
    if (row >= maxItems) {
      return -1;
    }
    if (row >= ids.length) {
      var grown = new AtomicReferenceArray<@Nullable Item>(2 * row);
      for (int i = 0; i < row; i++) {
        grown.set(i, items.get(i));
      }
      var grownBits = new AtomicLongArray(grown.length() >> 6);
      for (int i = 0; i < availability.length(); i++) {
        grownBits.set(i, availability.get(i));
      }
      var grownWindows = new AtomicLongArray(grown.length() >> 6);
      for (int i = 0; i < windowed.length(); i++) {
        grownWindows.set(i, windowed.get(i));
      }
      windowed = grownWindows;
      availability = grownBits;
      items = grown;
      ids = Arrays.copyOf(ids, 2 * row);
    }
    ids[row] = new ItemId(id);
    size.set(row + 1);
    rows.put(id, row);
    return row;
  }

  /** The id of a row that {@link #row} returned. */
  public String id(int row) {
    return ids[row].value();
  }

  /** The id of a row that {@link #row} returned. */
  public ItemId itemId(int row) {
    return ids[row];
  }

  /** The number of rows given; valid rows are smaller. */
  public int size() {
    return size.get();
  }

  /** Whether another id can be given a row. */
  public boolean hasRoom() {
    return size.get() < maxItems;
  }

  /** The number of items that may be in an answer now. */
  public int availableItems() {
    return available.get();
  }

  /** Grows with every change applied; equal numbers mean the same items. */
  public long changes() {
    return changes.get();
  }

  /** Whether an item may be in an answer now, to the millisecond of its window. */
  public boolean isAvailable(int row) {
    AtomicLongArray bits = availability;
    if (row < 0 || row >> 6 >= bits.length()) {
      return false;
    }
    if (isSet(windowed, row)) {
      Item item = item(row);
      return item != null && item.isAvailable(Instant.ofEpochMilli(clock.millis()));
    }
    return (bits.get(row >> 6) & (1L << row)) != 0;
  }

  private static boolean isSet(AtomicLongArray bits, int row) {
    return row >> 6 < bits.length() && (bits.get(row >> 6) & (1L << row)) != 0;
  }

  /** Whether an item may be in an answer now; false for an id never seen. */
  public boolean isAvailable(String id) {
    Integer row = rows.get(id);
    return row != null && isAvailable(row);
  }

  /** Returns the item's current version, or null when it is unknown or deleted. */
  public @Nullable Item find(String id) {
    Integer row = rows.get(id);
    return row == null ? null : item(row);
  }

  private @Nullable Item item(int row) {
    AtomicReferenceArray<@Nullable Item> current = items;
    return row < 0 || row >= current.length() ? null : current.get(row);
  }

  /**
   * Calls a consumer with available rows, the newest ids first, until it was called {@code limit}
   * times.
   */
  public void forEachAvailable(int limit, IntConsumer consumer) {
    int left = limit;
    for (int row = size.get() - 1; row >= 0 && left > 0; row--) {
      if (isAvailable(row)) {
        consumer.accept(row);
        left--;
      }
    }
  }

  /**
   * Returns a future that completes when every item change up to {@code asOf} can be seen here; it
   * fails with {@link IllegalStateException} if the catalogue is closed before.
   */
  public CompletableFuture<Void> shown(AsOf asOf) {
    var waiter = new Waiter(asOf, new CompletableFuture<>());
    waiters.add(waiter);
    wakeWaiters();
    return waiter.shown;
  }

  private void follow() {
    try {
      while (!closed) {
        CompletableFuture<Void> grown = log.nextAppend(Topic.ITEMS);
        if (!applyNew()) {
          grown.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      if (!closed) {
        LOG.error("catalogue stopped following the log", e);
      }
    }
  }

  private boolean applyNew() {
    boolean any = false;
    var positions = new ConcurrentHashMap<Integer, Long>();
    for (int partition = 0; partition < cursors.size(); partition++) {
      LogCursor cursor = cursors.get(partition);
      for (StoredRecord next = cursor.next(); next != null; next = cursor.next()) {
        apply(next);
        any = true;
      }
      positions.put(partition, cursor.position());
    }
    applied = new AsOf(positions);
    wakeWaiters();
    return any;
  }

  private void apply(StoredRecord stored) {
    Item item;
    try {
      item = ItemCodec.decode(stored.value());
    } catch (RuntimeException e) {
      LOG.error("item skipped offset={}: not readable", stored.offset(), e);
      return;
    }
    synchronized (this) {
      int row = row(item.id().value());
      if (row < 0) {
        LOG.warn("item skipped item={}: {} items (expected: fewer)", item.id(), maxItems);
        return;
      }
      items.set(row, item.deleted() ? null : item);
      settle(row, item);
      changes.incrementAndGet();
    }
  }

  /** Sets a row's bits for this moment, and when to look again. Under the lock. */
  private void settle(int row, Item item) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    Instant edge = item.nextEdge(now);
    if (isSet(windowed, row) != (edge != null)) {
      windowed.set(row >> 6, windowed.get(row >> 6) ^ (1L << row));
    }
    windows.set(row, edge == null ? Windows.NEVER : edge.toEpochMilli());
    boolean isAvailable = item.isAvailable(now);
    if (isSet(availability, row) != isAvailable) {
      availability.set(row >> 6, availability.get(row >> 6) ^ (1L << row));
      available.addAndGet(isAvailable ? 1 : -1);
    }
  }

  /** Items whose window opens or closes count as changed then, without an event. */
  private void watchWindows() {
    try {
      while (!closed) {
        Thread.sleep(WATCH);
        synchronized (this) {
          long now = clock.millis();
          boolean any = false;
          for (int row = windows.poll(now); row >= 0; row = windows.poll(now)) {
            Item item = item(row);
            if (item != null) {
              settle(row, item);
              any = true;
            }
          }
          if (any) {
            changes.incrementAndGet();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wakeWaiters() {
    AsOf now = applied;
    waiters.removeIf(
        waiter -> {
          if (closed) {
            waiter.shown.completeExceptionally(new IllegalStateException("catalogue is closed"));
            return true;
          }
          return now.covers(waiter.asOf) && waiter.shown.complete(null);
        });
  }

  /** Stops following; call before the log is closed. */
  @Override
  public void close() {
    closed = true;
    follower.interrupt();
    windowWatch.interrupt();
    boolean interrupted = false;
    while (follower.isAlive()) {
      try {
        follower.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    wakeWaiters();
    cursors.forEach(LogCursor::close);
  }
}
