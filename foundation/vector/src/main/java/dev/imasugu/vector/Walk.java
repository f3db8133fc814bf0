package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/*
 * Best-first search of the graph (*SEARCH-LAYER* in Malkov and Yashunin 2018), and its working memory.
 *
 * The beam is one array of longs sorted by falling score: score, slot, and in the lowest bit whether the
 * node has been expanded. A cursor stands at the best node that has not. One array instead of the usual two heaps
 * means that an insertion is a binary search and a move of a few hundred bytes, and the end of the walk is
 * the moment the cursor leaves the beam. Neighbours are gathered first and scored together, so that
 * their cache misses overlap. Not shared between threads.
 */
final class Walk {
  private static final int ENTRY_BLOCK = 64;
  private static final int CACHE_LINE = 64;

  private final Slots slots;
  private final DotKernel kernel;
  private final PagedMemory links;
  private final int degree;

  private long[] visited = new long[0];
  private long[] beam = new long[0];
  private int size;
  private long scored;

  private final int[] fresh;
  private final long[] addresses;
  private final float[] scales;
  private final int[] dots;

  /** A sum of what was read ahead: without a use of it the compiler would leave the reading out. */
  @SuppressWarnings("UnusedVariable")
  private int ahead;

  Walk(Slots slots, DotKernel kernel, PagedMemory links, int degree) {
    this.slots = slots;
    this.kernel = kernel;
    this.links = links;
    this.degree = degree;
    int block = Math.max(degree, ENTRY_BLOCK);
    this.fresh = new int[block + 1];
    this.addresses = new long[block];
    this.scales = new float[block];
    this.dots = new int[block];
  }

  /**
   * Walks from the entries and leaves the best nodes in the beam, dead ones included.
   *
   * @param query codes of the query
   * @param lift what the query's share of the added dimension is, in units of its scale; 0 for none
   * @param width how many nodes to keep
   * @param limit slots from here on are not looked at
   * @param entries where to start
   */
  void run(short[] query, float lift, int width, int limit, int[] entries) {
    clear(width, limit);
    for (int from = 0; from < entries.length; from += ENTRY_BLOCK) {
      int count = 0;
      for (int i = from; i < Math.min(from + ENTRY_BLOCK, entries.length); i++) {
        count = visit(entries[i], limit, count);
      }
      score(query, lift, count, width);
    }
    int cursor = 0;
    while (cursor < size) {
      long key = beam[cursor];
      if ((key & 1) != 0) {
        cursor++;
        continue;
      }
      beam[cursor] = key | 1;
      long list = links.address((int) key >>> 1);
      int count = 0;
      for (int i = 0; i < degree; i++) {
        int next = MEMORY.get(Slots.INT, list + 4L * i) - 1;
        if (next < 0) {
          break;
        }
        count = visit(next, limit, count);
      }
      lookAhead(cursor);
      // What a link leads to was written before the link.
      VarHandle.loadLoadFence();
      cursor = Math.min(cursor + 1, score(query, lift, count, width));
    }
  }

  private void clear(int width, int limit) {
    int words = (limit + 63) >>> 6;
    if (visited.length < words) {
      visited = new long[Math.max(words, visited.length + visited.length / 2)];
    } else {
      Arrays.fill(visited, 0, words, 0);
    }
    if (beam.length < width + 1) {
      beam = new long[width + 1];
    }
    size = 0;
    scored = 0;
  }

  /** Gathers a node that was not visited; without a branch, as half of them were. */
  private int visit(int slot, int limit, int count) {
    if (slot >= limit) {
      return count;
    }
    long word = visited[slot >>> 6];
    visited[slot >>> 6] = word | 1L << slot;
    fresh[count] = slot;
    return count + (int) (~word >>> slot & 1);
  }

  /**
   * Reads links of the node that is likely to come next, so that they are on their way while this
   * one's neighbours are scored.
   */
  private void lookAhead(int cursor) {
    int next = cursor + 1;
    while (next < size && (beam[next] & 1) != 0) {
      next++;
    }
    if (next < size) {
      long list = links.address((int) beam[next] >>> 1);
      for (long at = list; at < list + 4L * degree; at += CACHE_LINE) {
        ahead += MEMORY.get(Slots.INT, at);
      }
    }
  }

  /** Scores the gathered nodes and returns the best place one of them took, or the beam's size. */
  private int score(short[] query, float lift, int count, int width) {
    for (int i = 0; i < count; i++) {
      addresses[i] = slots.codes.address(fresh[i]);
      scales[i] = slots.scale(fresh[i]);
    }
    kernel.gather(query, addresses, count, dots);
    scored += count;
    int best = Integer.MAX_VALUE;
    float worst = size < width ? Float.NEGATIVE_INFINITY : Keys.score(beam[size - 1]);
    for (int i = 0; i < count; i++) {
      int slot = fresh[i];
      float score = dots[i] * scales[i];
      if (lift != 0) {
        score += lift * Graph.lift(slots.norm(slot), slots.maxNorm());
      }
      if (score > worst || size < width) {
        best = Math.min(best, insert(Keys.of(score, slot << 1), width));
        worst = size < width ? Float.NEGATIVE_INFINITY : Keys.score(beam[size - 1]);
      }
    }
    return best;
  }

  private int insert(long key, int width) {
    int low = 0;
    for (int left = size; left > 0; ) {
      // Without a branch: which half it is, nobody can predict.
      int half = (left + 1) >>> 1;
      low += beam[low + half - 1] > key ? half : 0;
      left -= half;
    }
    int end = Math.min(size, width - 1);
    if (low > end) {
      return low;
    }
    System.arraycopy(beam, low, beam, low + 1, end - low);
    beam[low] = key;
    size = end + 1;
    return low;
  }

  /** How many nodes the beam holds. */
  int size() {
    return size;
  }

  /** Slot of the node at a place of the beam, best first. */
  int slot(int place) {
    return (int) beam[place] >>> 1;
  }

  /** Score of the node at a place of the beam, in units of the query's scale. */
  float score(int place) {
    return Keys.score(beam[place]);
  }

  /** How many rows the last walk scored. */
  long scored() {
    return scored;
  }
}
