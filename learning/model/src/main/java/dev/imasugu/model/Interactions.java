package dev.imasugu.model;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who went for what, in order: the events of all users, a user's events one after the other, oldest
 * first. What models are fitted on. Immutable and safe to share.
 */
public final class Interactions {
  private final int items;
  private final int[] starts;
  private final int[] itemOf;
  private final long[] timeOf;
  private final boolean timed;
  private final int @Nullable [][] attributes;
  private final @Nullable Interactions impressions;
  private volatile @Nullable ItemIndex index;

  /**
   * Takes the arrays over.
   *
   * @param items how many items there are; rows are 0 to this, exclusive
   * @param starts where each user's events begin, and the number of events as last entry
   * @param itemOf the item of each event
   * @param timeOf the time of each event: milliseconds, or an ordinal when {@code timed} is false
   * @param attributes of each item (brand, genre), numbered from 0 over all kinds; null if unknown
   */
  public Interactions(
      int items,
      int[] starts,
      int[] itemOf,
      long[] timeOf,
      boolean timed,
      int @Nullable [][] attributes) {
    this(items, starts, itemOf, timeOf, timed, attributes, null);
  }

  private Interactions(
      int items,
      int[] starts,
      int[] itemOf,
      long[] timeOf,
      boolean timed,
      int @Nullable [][] attributes,
      @Nullable Interactions impressions) {
    if (starts.length < 1
        || starts[starts.length - 1] != itemOf.length
        || timeOf.length != itemOf.length) {
      throw new IllegalArgumentException(
          "starts, itemOf.length, timeOf.length: do not fit (expected: ends with the events)");
    }
    for (int item : itemOf) {
      if (item < 0 || item >= items) {
        throw new IllegalArgumentException(
            "item: %d (expected: 0 to %d)".formatted(item, items - 1));
      }
    }
    this.items = items;
    this.starts = starts;
    this.itemOf = itemOf;
    this.timeOf = timeOf;
    this.timed = timed;
    this.attributes = attributes;
    this.impressions = impressions;
  }

  /** Returns interactions without a clock from one sequence of items a user. */
  public static Interactions of(int items, int[]... sequences) {
    int[] starts = new int[sequences.length + 1];
    for (int user = 0; user < sequences.length; user++) {
      starts[user + 1] = starts[user] + sequences[user].length;
    }
    int[] all = new int[starts[sequences.length]];
    long[] ordinals = new long[all.length];
    for (int user = 0; user < sequences.length; user++) {
      System.arraycopy(sequences[user], 0, all, starts[user], sequences[user].length);
      for (int i = starts[user]; i < starts[user + 1]; i++) {
        ordinals[i] = (long) i - starts[user];
      }
    }
    return new Interactions(items, starts, all, ordinals, false, null);
  }

  /** Returns the same events over more items, with what is known of them. */
  public Interactions withItems(int count, int @Nullable [][] known) {
    return new Interactions(
        count,
        starts,
        itemOf,
        timeOf,
        timed,
        known,
        impressions == null ? null : impressions.withItems(count, null));
  }

  /** Returns the same events with what was shown, whether or not somebody went for it. */
  public Interactions withImpressions(Interactions shown) {
    return new Interactions(items, starts, itemOf, timeOf, timed, attributes, shown);
  }

  /** What was shown, where the data tells; the same under every selection of users. */
  public @Nullable Interactions impressions() {
    return impressions;
  }

  public int users() {
    return starts.length - 1;
  }

  public int items() {
    return items;
  }

  /** How many events there are. */
  public int size() {
    return itemOf.length;
  }

  /** Whether times are milliseconds and not ordinals. */
  public boolean timed() {
    return timed;
  }

  /** The first event of a user; {@code start(users())} is the number of events. */
  public int start(int user) {
    return starts[user];
  }

  public int item(int event) {
    return itemOf[event];
  }

  public long timeMillis(int event) {
    return timeOf[event];
  }

  /** Everything a user did. */
  public History history(int user) {
    return new History(user, itemOf, timeOf, starts[user], starts[user + 1]);
  }

  /** The attributes of an item, empty when none are known. */
  public int[] attributes(int item) {
    return attributes == null ? new int[0] : attributes[item];
  }

  /** How many attributes there are over all items; 0 when none are known. */
  public int attributeCount() {
    int most = -1;
    if (attributes != null) {
      for (int[] some : attributes) {
        for (int attribute : some) {
          most = Math.max(most, attribute);
        }
      }
    }
    return most + 1;
  }

  /** Returns the same without the newest events of each user, at least {@code kept} left. */
  public Interactions withoutLast(int count, int kept) {
    int[] newStarts = new int[starts.length];
    for (int user = 0; user < users(); user++) {
      int size = starts[user + 1] - starts[user];
      newStarts[user + 1] = newStarts[user] + Math.max(Math.min(size, kept), size - count);
    }
    int[] newItems = new int[newStarts[users()]];
    long[] newTimes = new long[newItems.length];
    for (int user = 0; user < users(); user++) {
      int size = newStarts[user + 1] - newStarts[user];
      System.arraycopy(itemOf, starts[user], newItems, newStarts[user], size);
      System.arraycopy(timeOf, starts[user], newTimes, newStarts[user], size);
    }
    return events(newStarts, newItems, newTimes, impressions);
  }

  /** Returns the same with the events of these users only; the others stay, with no events. */
  public Interactions ofUsers(IntPredicate chosen) {
    int[] newStarts = new int[starts.length];
    int[] newItems = new int[itemOf.length];
    long[] newTimes = new long[itemOf.length];
    int next = 0;
    for (int user = 0; user < users(); user++) {
      if (chosen.test(user)) {
        int size = starts[user + 1] - starts[user];
        System.arraycopy(itemOf, starts[user], newItems, next, size);
        System.arraycopy(timeOf, starts[user], newTimes, next, size);
        next += size;
      }
      newStarts[user + 1] = next;
    }
    return events(
        newStarts, Arrays.copyOf(newItems, next), Arrays.copyOf(newTimes, next), impressions);
  }

  /** Returns the same with the events from a time on and before another. */
  public Interactions between(long fromMillis, long toMillis) {
    int[] newStarts = new int[starts.length];
    int[] newItems = new int[itemOf.length];
    long[] newTimes = new long[itemOf.length];
    int next = 0;
    for (int user = 0; user < users(); user++) {
      for (int event = starts[user]; event < starts[user + 1]; event++) {
        if (timeOf[event] >= fromMillis && timeOf[event] < toMillis) {
          newItems[next] = itemOf[event];
          newTimes[next++] = timeOf[event];
        }
      }
      newStarts[user + 1] = next;
    }
    return events(
        newStarts,
        Arrays.copyOf(newItems, next),
        Arrays.copyOf(newTimes, next),
        impressions == null ? null : impressions.between(fromMillis, toMillis));
  }

  /** Returns the same with each item at most once a user, where it came first. */
  public Interactions distinct() {
    int[] newStarts = new int[starts.length];
    int[] newItems = new int[itemOf.length];
    long[] newTimes = new long[itemOf.length];
    int[] lastUser = new int[items];
    int next = 0;
    for (int user = 0; user < users(); user++) {
      for (int event = starts[user]; event < starts[user + 1]; event++) {
        if (lastUser[itemOf[event]] != user + 1) {
          lastUser[itemOf[event]] = user + 1;
          newItems[next] = itemOf[event];
          newTimes[next++] = timeOf[event];
        }
      }
      newStarts[user + 1] = next;
    }
    if (next == itemOf.length) {
      return this;
    }
    return events(
        newStarts, Arrays.copyOf(newItems, next), Arrays.copyOf(newTimes, next), impressions);
  }

  private Interactions events(
      int[] newStarts, int[] newItems, long[] newTimes, @Nullable Interactions shown) {
    return new Interactions(items, newStarts, newItems, newTimes, timed, attributes, shown);
  }

  /** How many events each item has, as a new array. */
  public int[] itemCounts() {
    int[] counts = new int[items];
    for (int item : itemOf) {
      counts[item]++;
    }
    return counts;
  }

  /** The events by item; made when first asked for. */
  public ItemIndex byItem() {
    ItemIndex made = index;
    if (made == null) {
      made = new ItemIndex(this);
      index = made;
    }
    return made;
  }
}
