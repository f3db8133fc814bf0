package dev.imasugu.benchmark;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The items of the torture, each with one writer at a time: the last write that was acknowledged is
 * what the catalogue must hold, unless a later one was left open. That one is sent again first.
 */
final class RememberedItems {
  /**
   * A write of one item.
   *
   * @param version its title says so; no two writes of an item have the same
   */
  record Write(int item, long version, boolean available, boolean deleted) {
    String id() {
      return "i" + item;
    }

    String title() {
      return "version " + version;
    }

    String body() {
      return "{\"title\":\"%s\",\"available\":%s}".formatted(title(), available);
    }
  }

  private final AtomicLong versions = new AtomicLong();
  private final AtomicLong count = new AtomicLong();
  private final AtomicReferenceArray<@Nullable Write> acknowledged;
  private final AtomicReferenceArray<@Nullable Write> open;

  RememberedItems(int items) {
    acknowledged = new AtomicReferenceArray<>(items);
    open = new AtomicReferenceArray<>(items);
  }

  int size() {
    return acknowledged.length();
  }

  /** Returns the item's open write, or a new one, which is open from now on. */
  Write next(int item, SplittableRandom random) {
    Write unfinished = open.get(item);
    if (unfinished != null) {
      return unfinished;
    }
    boolean first = acknowledged.get(item) == null;
    var write =
        new Write(
            item,
            versions.incrementAndGet(),
            first || random.nextInt(10) > 0,
            !first && random.nextInt(10) == 0);
    open.set(item, write);
    return write;
  }

  /** Whether a write of this item waits for its acknowledgement, or there was none yet. */
  boolean isOpen(int item) {
    return open.get(item) != null || acknowledged.get(item) == null;
  }

  void answered(Write write) {
    acknowledged.set(write.item, write);
    open.set(write.item, null);
    count.incrementAndGet();
  }

  /** The last acknowledged write of an item, or null. */
  @Nullable Write acknowledged(int item) {
    return acknowledged.get(item);
  }

  long count() {
    return count.get();
  }
}
