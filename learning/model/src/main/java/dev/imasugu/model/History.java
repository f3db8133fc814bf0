package dev.imasugu.model;

import java.util.Arrays;

/**
 * What somebody did so far, oldest first: a view, cheap to cut. Immutable as long as its source is.
 */
public final class History {
  /** The user of a history that belongs to nobody the model was fitted on. */
  public static final int NEW_USER = -1;

  private static final History EMPTY = new History(NEW_USER, new int[0], new long[0], 0, 0);

  private final int user;
  private final int[] items;
  private final long[] times;
  private final int from;
  private final int to;

  History(int user, int[] items, long[] times, int from, int to) {
    this.user = user;
    this.items = items;
    this.times = times;
    this.from = from;
    this.to = to;
  }

  /** Returns a new user's history in order, without a clock: the times are 0, 1, 2, ... */
  public static History of(int... items) {
    long[] ordinals = new long[items.length];
    Arrays.setAll(ordinals, i -> i);
    return new History(NEW_USER, items.clone(), ordinals, 0, items.length);
  }

  /**
   * Returns somebody's history.
   *
   * @param user the user's row in the interactions that the model was fitted on, or {@link
   *     #NEW_USER}
   * @param items oldest first
   * @param times milliseconds, ascending, as many as items
   */
  public static History of(int user, int[] items, long[] times) {
    if (items.length != times.length) {
      throw new IllegalArgumentException(
          "times.length: %d (expected: %d, that of items)".formatted(times.length, items.length));
    }
    return new History(user, items.clone(), times.clone(), 0, items.length);
  }

  public static History empty() {
    return EMPTY;
  }

  public int user() {
    return user;
  }

  public int size() {
    return to - from;
  }

  /** The item at a place, 0 the oldest. */
  public int item(int place) {
    return items[from + place];
  }

  /** The item of an age, 0 the newest. */
  public int newest(int age) {
    return items[to - 1 - age];
  }

  /** The time of the event at a place, 0 the oldest. */
  public long timeMillis(int place) {
    return times[from + place];
  }

  /** Returns the newest events, at most this many. */
  public History last(int most) {
    return most >= size() ? this : new History(user, items, times, to - most, to);
  }

  /** Returns the oldest events, this many. */
  public History first(int count) {
    return new History(user, items, times, from, from + Math.min(count, size()));
  }

  /** Returns the same of a new user: nobody the model was fitted on. */
  public History anonymous() {
    return new History(NEW_USER, items, times, from, to);
  }

  /** Returns the items of the history as a new array, oldest first. */
  public int[] items() {
    return Arrays.copyOfRange(items, from, to);
  }
}
