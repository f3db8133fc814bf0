package dev.imasugu.catalog;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * When to look again at which row: one instant a row at most. What was replaced stays in the queue
 * until its time comes or there is too much of it. For one thread at a time.
 */
final class Windows {
  static final long NEVER = Long.MAX_VALUE;
  private static final int SPARE = 1_000;

  private record Edge(long at, int row) implements Comparable<Edge> {
    @Override
    public int compareTo(Edge other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Integer.compare(row, other.row);
    }
  }

  private final PriorityQueue<Edge> edges = new PriorityQueue<>();
  private long[] next = new long[0];
  private int live;

  /** Sets a row's next edge in milliseconds since 1970, or {@link #NEVER}. */
  void set(int row, long at) {
    if (row >= next.length) {
      if (at == NEVER) {
        return;
      }
      int length = next.length;
      next = Arrays.copyOf(next, Math.max(row + 1, 2 * length));
      Arrays.fill(next, length, next.length, NEVER);
    }
    if (next[row] == at) {
      return;
    }
    live += (at == NEVER ? 0 : 1) - (next[row] == NEVER ? 0 : 1);
    next[row] = at;
    if (at != NEVER) {
      edges.add(new Edge(at, row));
    }
    if (edges.size() > 2 * live + SPARE) {
      edges.removeIf(edge -> next[edge.row] != edge.at);
    }
  }

  /** Takes a row whose edge has come, or returns -1. */
  int poll(long now) {
    while (true) {
      Edge first = edges.peek();
      if (first == null || first.at > now) {
        return -1;
      }
      edges.remove();
      if (next[first.row] == first.at) {
        next[first.row] = NEVER;
        live--;
        return first.row;
      }
    }
  }
}
