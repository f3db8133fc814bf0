package dev.imasugu.query;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * The source hands a row to the first gate of each query, one query after the other, all on one
 * thread and inside one call. So whoever was let in last is who throws. The row is then given again:
 * those who have had it are passed by, the others get it now.
 */

/** Lets the row that is being emitted into each query once; knows which query is at work. */
final class Gate {
  private static final ThreadLocal<Gate> OF_THREAD = ThreadLocal.withInitial(Gate::new);

  private final Map<String, Integer> numbers = new HashMap<>();
  private final BitSet passed = new BitSet();
  private @Nullable QueryState current;
  private int currentNumber;

  private Gate() {}

  static Gate ofThisThread() {
    return OF_THREAD.get();
  }

  static void forget() {
    OF_THREAD.remove();
  }

  /** Returns the number of one entrance of a query, which may read a table more than once. */
  int number(String entrance) {
    return numbers.computeIfAbsent(entrance, _ -> numbers.size());
  }

  /** Begins a row that nobody has had. */
  void begin() {
    passed.clear();
    current = null;
  }

  /** Whether a row goes into a query here. */
  boolean admit(int number, QueryState query) {
    if (query.isMuted() || passed.get(number)) {
      return false;
    }
    passed.set(number);
    current = query;
    currentNumber = number;
    return true;
  }

  /** Who was let in last, or null. */
  @Nullable QueryState current() {
    return current;
  }

  /** Lets whoever was let in last have the row once more. */
  void again() {
    passed.clear(currentNumber);
    current = null;
  }

  /** Nobody is at work. */
  void leave() {
    current = null;
  }
}
