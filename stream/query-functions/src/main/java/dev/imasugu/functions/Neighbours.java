package dev.imasugu.functions;

import java.util.Arrays;

/**
 * The heaviest neighbours of an item, best first: by weight, largest first, then by name. For one
 * thread; whoever shows an instance to others no longer changes it, see {@link NeighbourSums}.
 *
 * <p>Up to {@value #GROWS_TO} are remembered; one more, and only the best {@value #KEPT} stay, so
 * that a newcomer has room to grow. Up to that number the result does not depend on the order of
 * arrival; beyond it, a neighbour that was dropped starts from zero when it comes back.
 */
final class Neighbours {
  /*
   * Arrays side by side, sorted. One neighbour changes at a time and can only grow (forward decay
   * never shrinks a sum), so it moves towards the front past the few it overtakes: a search by name,
   * four moves within arrays and no sort. The hashes spare the search from visiting hundreds of
   * strings all over the heap.
   */
  static final int KEPT = 200;
  static final int GROWS_TO = 400;

  private String[] names;
  private int[] hashes;
  private double[] mantissas;
  private long[] exponents;
  private int size;

  Neighbours() {
    this(new String[0], new double[0], new long[0]);
  }

  Neighbours(String[] names, double[] mantissas, long[] exponents) {
    this.names = names;
    this.hashes = hashes(names);
    this.mantissas = mantissas;
    this.exponents = exponents;
    size = names.length;
  }

  private Neighbours(Neighbours from, int capacity) {
    names = Arrays.copyOf(from.names, capacity);
    hashes = Arrays.copyOf(from.hashes, capacity);
    mantissas = Arrays.copyOf(from.mantissas, capacity);
    exponents = Arrays.copyOf(from.exponents, capacity);
    size = from.size;
  }

  private static int[] hashes(String[] names) {
    var hashes = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      hashes[i] = names[i].hashCode();
    }
    return hashes;
  }

  /** A copy with room for some more. */
  Neighbours copy() {
    return new Neighbours(this, Math.min(GROWS_TO + 1, size + size / 4 + 4));
  }

  int size() {
    return size;
  }

  String name(int index) {
    return names[index];
  }

  double mantissa(int index) {
    return mantissas[index];
  }

  long exponent(int index) {
    return exponents[index];
  }

  double log2(int index) {
    return DecayedSum.log2(mantissas[index], exponents[index]);
  }

  /** Adds a weight to one of them. */
  void add(String name, DecayedSum added) {
    if (added.isEmpty()) {
      return;
    }
    int old = find(name);
    var sum = old < 0 ? new DecayedSum() : new DecayedSum(mantissas[old], exponents[old]);
    sum.add(added);
    int from = old < 0 ? append() : old;
    int to = from;
    while (to > 0 && comesBefore(name, sum, to - 1)) {
      to--;
    }
    System.arraycopy(names, to, names, to + 1, from - to);
    System.arraycopy(hashes, to, hashes, to + 1, from - to);
    System.arraycopy(mantissas, to, mantissas, to + 1, from - to);
    System.arraycopy(exponents, to, exponents, to + 1, from - to);
    names[to] = name;
    hashes[to] = name.hashCode();
    mantissas[to] = sum.mantissa();
    exponents[to] = sum.exponent();
    if (size > GROWS_TO) {
      Arrays.fill(names, KEPT, size, null);
      size = KEPT;
    }
  }

  /** Makes a place at the end and returns it. */
  private int append() {
    if (size == names.length) {
      Neighbours grown = copy();
      names = grown.names;
      hashes = grown.hashes;
      mantissas = grown.mantissas;
      exponents = grown.exponents;
    }
    return size++;
  }

  private int find(String name) {
    int hash = name.hashCode();
    for (int i = 0; i < size; i++) {
      if (hashes[i] == hash && names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private boolean comesBefore(String name, DecayedSum sum, int index) {
    int byExponent = Long.compare(sum.exponent(), exponents[index]);
    int byWeight = byExponent != 0 ? byExponent : Double.compare(sum.mantissa(), mantissas[index]);
    return byWeight > 0 || (byWeight == 0 && name.compareTo(names[index]) < 0);
  }
}
