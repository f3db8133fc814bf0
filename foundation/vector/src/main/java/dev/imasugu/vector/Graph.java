package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicIntegerArray;

/*
 * A proximity graph over the codes: every node links to up to `connections` near and diverse others.
 *
 * Flat, not hierarchical. The upper levels of an HNSW only find a good place to start; a sample of about
 * sqrt(n) nodes, scored in one pass, does that as well for any n below ten million, and a deleted node is then
 * never special.
 *
 * Insert. Walk to the new node with a wide beam, choose neighbours among what was found, link both ways.
 * A candidate is chosen unless it is nearer to one already chosen than to the new node (*SELECT-NEIGHBORS-
 * HEURISTIC* in Malkov and Yashunin 2018; the relative neighbourhood graph of Toussaint 1980). A neighbour
 * whose list is full chooses again among its links and the new one.
 *
 * Connect. Pruning can cut a tight cluster off, so now and then (and after a bulk load) one pass finds the nodes
 * that no path leads to from the entries, walks to each, and links it from the nearest node with room: a hundred
 * copies become a chain, not a star of which the centre's list is too short.
 *
 * Inner product. "Nearer" needs a distance, and a large inner product is not one. Each vector is thought to have one
 * more component, its lift sqrt(M^2 - |x|^2) with M the largest norm (Bachrach et al. 2014), so that all
 * have norm M and x.y + lift(x) lift(y) orders neighbours as Euclid does. A query has lift 0 and
 * searches by plain inner product. M may grow: old links stay as good as they were. The longest vectors lie far from
 * all others there and would hardly be reached, though they are most queries' best rows: so they are entries.
 *
 * Delete. A dead node stays in place as a bridge, out of every answer. Each write lets a sweep look at the next
 * few nodes; one that links to dead nodes chooses again among its living links and the living links of the
 * dead (FreshDiskANN, Singh et al. 2021, but a little per write instead of all at once). After a whole round
 * begun after its death, nobody links to a node, and when readers have left it its slot is free. Dead nodes are
 * thus at most a fixed share of the living, and recall does not decay.
 *
 * Threads. Readers take no lock: a list is rewritten int by int, and any mix of the old and the new list
 * leads to nodes that are there. Writers (several only while a bulk load runs) lock the list they change.
 */
final class Graph {
  /** Nodes looked at by the sweep for each write while dead nodes wait. */
  private static final int SWEEP_NODES = 24;

  private static final int MAX_ENTRIES = 4096;

  /** With norms, entries per sqrt(n): one of a sample, the others the longest vectors. */
  private static final int HUBS_PER_ROOT = 4;

  private static final int LOCKS = 4096;

  private final Slots slots;
  private final DotKernel kernel;
  private final int degree;
  private final int buildBeam;
  private final boolean lifted;
  final PagedMemory links;
  private final AtomicIntegerArray locks = new AtomicIntegerArray(LOCKS);

  private volatile int[] entries = new int[0];

  /** Place of the shortest entry that is not of the sample, or -1 when not known. */
  private int shortest = -1;

  /** Dead nodes of the running sweep round and of the one before. */
  private IntList dead = new IntList();

  private IntList deadBefore = new IntList();
  private int sweepAt;
  private int writesSinceConnect;

  Graph(Slots slots, DotKernel kernel, VectorIndexOptions options, Arena arena) {
    this.slots = slots;
    this.kernel = kernel;
    this.degree = options.connections();
    this.buildBeam = options.buildBeam();
    this.lifted = options.metric() == Metric.INNER_PRODUCT;
    this.links = new PagedMemory(arena, 4L * degree);
  }

  int[] entries() {
    return entries;
  }

  void entries(int[] known) {
    entries = known;
  }

  int degree() {
    return degree;
  }

  /** The component that brings a vector of this norm to the largest norm. */
  static float lift(float norm, float maxNorm) {
    return (float) Math.sqrt(Math.max(0, maxNorm * maxNorm - norm * norm));
  }

  private float lift(int slot) {
    return lifted ? lift(slots.norm(slot), slots.maxNorm()) : 0;
  }

  /** A writer's working memory. */
  final class Builder {
    final Walk walk = new Walk(slots, kernel, links, degree);
    private final short[] query = new short[slots.padded];
    private final short[] other = new short[slots.padded];
    private int[] candidates = new int[buildBeam + degree + 1];
    private long[] keys = new long[buildBeam + degree + 1];
    private final int[] chosen = new int[degree + 1];
    private final long[] chosenAddresses = new long[degree + 1];
    private long[] addresses = new long[degree + 1];
    private int[] dots = new int[degree + 1];

    /** Links an alive node that is in no list yet. */
    void link(int slot) {
      kernel.widen(slots.codes.address(slot), query);
      float scale = slots.scale(slot);
      float lift = scale == 0 ? 0 : lift(slot) / scale;
      walk.run(query, lift, buildBeam, slots.limit(), entries);
      int count = 0;
      for (int i = 0; i < walk.size(); i++) {
        int found = walk.slot(i);
        if (found != slot && slots.isAlive(found)) {
          candidates[count] = found;
          keys[count++] = Keys.of(walk.score(i) * scale, found);
        }
      }
      int selected = choose(count, Math.max(2, degree / 2));
      int[] mine = Arrays.copyOf(chosen, selected);
      lock(slot);
      write(slot, mine, selected);
      unlock(slot);
      for (int neighbour : mine) {
        linkBack(neighbour, slot);
      }
    }

    /**
     * Chooses among the keys, which must be sorted by falling similarity to the node; leaves the
     * slots in {@code chosen} and returns their number.
     */
    private int choose(int count, int most) {
      int size = 0;
      for (int i = 0; i < count && size < most; i++) {
        int candidate = Keys.low(keys[i]);
        if (size == 0 || isDiverse(candidate, Keys.score(keys[i]), size)) {
          chosen[size] = candidate;
          chosenAddresses[size++] = slots.codes.address(candidate);
        }
      }
      return size;
    }

    private boolean isDiverse(int candidate, float similarity, int size) {
      long at = slots.codes.address(candidate);
      kernel.widen(at, other);
      float scale = slots.scale(candidate);
      float lift = lift(candidate);
      kernel.gather(other, chosenAddresses, size, dots);
      for (int i = 0; i < size; i++) {
        float between = dots[i] * scale * slots.scale(chosen[i]) + lift * lift(chosen[i]);
        if (between >= similarity) {
          return false;
        }
      }
      return true;
    }

    private void linkBack(int node, int slot) {
      lock(node);
      try {
        long list = links.address(node);
        int size = 0;
        for (; size < degree; size++) {
          int next = MEMORY.get(Slots.INT, list + 4L * size) - 1;
          if (next < 0) {
            break;
          }
          if (next == slot) {
            return;
          }
          candidates[size] = next;
        }
        if (size < degree) {
          VarHandle.releaseFence();
          MEMORY.set(Slots.INT, list + 4L * size, slot + 1);
          return;
        }
        candidates[size++] = slot;
        rechoose(node, size);
      } finally {
        unlock(node);
      }
    }

    /** Rewrites a node's list with the best of the candidates. The caller has locked it. */
    private void rechoose(int node, int count) {
      kernel.widen(slots.codes.address(node), other);
      float scale = slots.scale(node);
      float lift = lift(node);
      if (addresses.length < count) {
        addresses = new long[2 * count];
        dots = new int[2 * count];
        keys = Arrays.copyOf(keys, Math.max(keys.length, 2 * count));
      }
      for (int i = 0; i < count; i++) {
        addresses[i] = slots.codes.address(candidates[i]);
      }
      kernel.gather(other, addresses, count, dots);
      for (int i = 0; i < count; i++) {
        int candidate = candidates[i];
        float similarity = dots[i] * scale * slots.scale(candidate) + lift * lift(candidate);
        // Sorted upwards and read downwards.
        keys[i] = Keys.of(similarity, candidate);
      }
      Arrays.sort(keys, 0, count);
      for (int i = 0, j = count - 1; i < j; i++, j--) {
        long swap = keys[i];
        keys[i] = keys[j];
        keys[j] = swap;
      }
      write(node, chosen, choose(count, degree));
    }

    private void write(int node, int[] list, int size) {
      VarHandle.releaseFence();
      long at = links.address(node);
      for (int i = 0; i < size; i++) {
        MEMORY.set(Slots.INT, at + 4L * i, list[i] + 1);
      }
      for (int i = size; i < degree; i++) {
        MEMORY.set(Slots.INT, at + 4L * i, 0);
      }
    }

    /** Replaces links to dead nodes; see the class comment. */
    private void mend(int node) {
      long list = links.address(node);
      boolean whole = true;
      for (int i = 0; i < degree && whole; i++) {
        int next = MEMORY.get(Slots.INT, list + 4L * i) - 1;
        if (next < 0) {
          break;
        }
        whole = slots.isAlive(next);
      }
      if (whole) {
        return;
      }
      lock(node);
      try {
        int count = 0;
        for (int i = 0; i < degree; i++) {
          int next = MEMORY.get(Slots.INT, list + 4L * i) - 1;
          if (next < 0) {
            break;
          }
          if (slots.isAlive(next)) {
            count = candidate(next, node, count);
            continue;
          }
          long beyond = links.address(next);
          for (int j = 0; j < degree; j++) {
            int second = MEMORY.get(Slots.INT, beyond + 4L * j) - 1;
            if (second < 0) {
              break;
            }
            if (slots.isAlive(second)) {
              count = candidate(second, node, count);
            }
          }
        }
        rechoose(node, count);
      } finally {
        unlock(node);
      }
    }

    /**
     * Makes every living node reachable: one that no path leads to from the entries is attached, or
     * becomes an entry. Costs one pass over all links.
     */
    void connect() {
      int limit = slots.limit();
      var reached = new BitSet(limit);
      var next = new IntList();
      for (int entry : entries) {
        spread(entry, reached, next);
      }
      for (int slot = 0; slot < limit; slot++) {
        if (!reached.get(slot) && slots.isAlive(slot)) {
          attach(slot);
          spread(slot, reached, next);
        }
      }
      writesSinceConnect = 0;
    }

    private void spread(int start, BitSet reached, IntList next) {
      reached.set(start);
      next.add(start);
      while (next.size() > 0) {
        long list = links.address(next.removeLast());
        for (int i = 0; i < degree; i++) {
          int slot = MEMORY.get(Slots.INT, list + 4L * i) - 1;
          if (slot < 0) {
            break;
          }
          if (!reached.get(slot)) {
            reached.set(slot);
            next.add(slot);
          }
        }
      }
    }

    /**
     * Links an island from the nearest node with room that a walk from the entries finds; from the
     * nearest one, in the place of its last link, if none has room.
     */
    private void attach(int slot) {
      kernel.widen(slots.codes.address(slot), query);
      float scale = slots.scale(slot);
      walk.run(query, scale == 0 ? 0 : lift(slot) / scale, buildBeam, slots.limit(), entries);
      int nearest = -1;
      for (int i = 0; i < walk.size(); i++) {
        int node = walk.slot(i);
        if (node != slot && slots.isAlive(node)) {
          nearest = nearest < 0 ? node : nearest;
          if (append(node, slot, false)) {
            return;
          }
        }
      }
      if (nearest < 0) {
        addEntry(slot);
      } else {
        append(nearest, slot, true);
      }
    }

    /** Adds a link where there is room, or else, if asked to, in the place of the last one. */
    private boolean append(int node, int slot, boolean anyway) {
      lock(node);
      long list = links.address(node);
      int place = 0;
      while (place < degree && MEMORY.get(Slots.INT, list + 4L * place) != 0) {
        place++;
      }
      boolean written = place < degree || anyway;
      if (written) {
        VarHandle.releaseFence();
        MEMORY.set(Slots.INT, list + 4L * Math.min(place, degree - 1), slot + 1);
      }
      unlock(node);
      return written;
    }

    private int candidate(int slot, int node, int count) {
      if (slot == node) {
        return count;
      }
      for (int i = 0; i < count; i++) {
        if (candidates[i] == slot) {
          return count;
        }
      }
      if (count == candidates.length) {
        candidates = Arrays.copyOf(candidates, 2 * count);
      }
      candidates[count] = slot;
      return count + 1;
    }
  }

  /** Makes room for a node and empties its list. Only the writer calls this, before linking. */
  void reserve(int slot) {
    links.reserve(slot + 1);
    long list = links.address(slot);
    for (int i = 0; i < degree; i++) {
      MEMORY.set(Slots.INT, list + 4L * i, 0);
    }
  }

  /** Takes a linked node among the entries if there are too few of them, or if it is a long one. */
  synchronized void offerEntry(int slot) {
    int[] known = entries;
    long root = (long) Math.sqrt(slots.live()) + 1;
    if (known.length < Math.min(MAX_ENTRIES, lifted ? HUBS_PER_ROOT * root : root)) {
      int[] more = Arrays.copyOf(known, known.length + 1);
      more[known.length] = slot;
      entries = more;
      shortest = -1;
    } else if (lifted) {
      offerHub(slot, known);
    }
  }

  /** Replaces the shortest entry but for a sample of every fourth, which stays as it is. */
  private void offerHub(int slot, int[] known) {
    if (shortest < 0) {
      for (int i = 0; i < known.length; i++) {
        boolean sample = i % HUBS_PER_ROOT == 0;
        if (!sample && (shortest < 0 || slots.norm(known[i]) < slots.norm(known[shortest]))) {
          shortest = i;
        }
      }
    }
    if (shortest >= 0 && slots.norm(slot) > slots.norm(known[shortest])) {
      int[] next = known.clone();
      next[shortest] = slot;
      entries = next;
      shortest = -1;
    }
  }

  private synchronized void addEntry(int slot) {
    int[] more = Arrays.copyOf(entries, entries.length + 1);
    more[more.length - 1] = slot;
    entries = more;
    shortest = -1;
  }

  /** Connects what pruning has cut off, now and then; called after each write. */
  void connectIfDue(Builder builder) {
    if (++writesSinceConnect > Math.max(1000, slots.live() / 2)) {
      builder.connect();
    }
  }

  /** Notes that a node has died in the running write. */
  void die(int slot) {
    dead.add(slot);
  }

  int waiting() {
    return dead.size() + deadBefore.size();
  }

  /** Mends the next few nodes; slots that nobody links to any more go to {@code unlinked}. */
  void sweep(Builder builder, IntList unlinked) {
    if (waiting() == 0) {
      return;
    }
    int limit = slots.limit();
    for (int i = 0; i < SWEEP_NODES; i++) {
      if (sweepAt >= limit) {
        endRound(unlinked);
        return;
      }
      int node = sweepAt++;
      if (slots.isAlive(node)) {
        builder.mend(node);
      }
    }
  }

  private void endRound(IntList unlinked) {
    sweepAt = 0;
    replaceDeadEntries();
    for (int i = 0; i < deadBefore.size(); i++) {
      unlinked.add(deadBefore.at(i));
    }
    IntList empty = deadBefore;
    empty.clear();
    deadBefore = dead;
    dead = empty;
  }

  private synchronized void replaceDeadEntries() {
    int[] known = entries;
    int[] next = new int[known.length];
    int size = 0;
    for (int entry : known) {
      int living = slots.isAlive(entry) ? entry : livingLink(entry);
      if (living >= 0 && indexOf(next, size, living) < 0) {
        next[size++] = living;
      }
    }
    for (int slot = 0; size == 0 && slot < slots.limit(); slot++) {
      if (slots.isAlive(slot)) {
        next = new int[] {slot};
        size = 1;
      }
    }
    entries = Arrays.copyOf(next, size);
    shortest = -1;
  }

  private int livingLink(int node) {
    long list = links.address(node);
    for (int i = 0; i < degree; i++) {
      int next = MEMORY.get(Slots.INT, list + 4L * i) - 1;
      if (next < 0) {
        break;
      }
      if (slots.isAlive(next)) {
        return next;
      }
    }
    return -1;
  }

  private static int indexOf(int[] values, int size, int value) {
    for (int i = 0; i < size; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    return -1;
  }

  private void lock(int slot) {
    while (!locks.compareAndSet(slot & (LOCKS - 1), 0, 1)) {
      Thread.onSpinWait();
    }
  }

  private void unlock(int slot) {
    locks.set(slot & (LOCKS - 1), 0);
  }
}
