package dev.imasugu.functions;

import java.util.Arrays;

/**
 * The heaviest neighbours of an item, best first: by weight, largest first, then by name.
 * Immutable.
 *
 * <p>Up to {@value #GROWS_TO} are remembered; one more, and only the best {@value #KEPT} stay, so
 * that a newcomer has room to grow. Up to that number the result does not depend on the order of
 * arrival; beyond it, a neighbour that was dropped starts from zero when it comes back.
 */
final class Neighbours {
  /*
   * Arrays side by side, sorted, and copied on each change. One neighbour changes at a time and can
   * only grow (forward decay never shrinks a sum), so it moves towards the front past the few it
   * overtakes: a search by name, four array copies and no sort. The hashes spare the search from
   * visiting hundreds of strings all over the heap. Because an instance never changes, the rows that
   * Flink compares before and after a change may be views of it.
   */
  static final int KEPT = 200;
  static final int GROWS_TO = 400;
  static final Neighbours NONE = new Neighbours(new String[0], new double[0], new long[0]);

  private final String[] names;
  private final int[] hashes;
  private final double[] mantissas;
  private final long[] exponents;

  Neighbours(String[] names, double[] mantissas, long[] exponents) {
    this(names, hashes(names), mantissas, exponents);
  }

  private Neighbours(String[] names, int[] hashes, double[] mantissas, long[] exponents) {
    this.names = names;
    this.hashes = hashes;
    this.mantissas = mantissas;
    this.exponents = exponents;
  }

  private static int[] hashes(String[] names) {
    var hashes = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      hashes[i] = names[i].hashCode();
    }
    return hashes;
  }

  int size() {
    return names.length;
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

  /** Returns these neighbours with a weight added to one of them. */
  Neighbours with(String name, DecayedSum added) {
    if (added.isEmpty()) {
      return this;
    }
    int old = find(name);
    var sum = old < 0 ? new DecayedSum() : new DecayedSum(mantissas[old], exponents[old]);
    sum.add(added);
    int from = old < 0 ? names.length : old;
    int to = from;
    while (to > 0 && comesBefore(name, sum, to - 1)) {
      to--;
    }
    int size = names.length + (old < 0 ? 1 : 0);
    var newNames = Arrays.copyOf(names, size);
    var newHashes = Arrays.copyOf(hashes, size);
    var newMantissas = Arrays.copyOf(mantissas, size);
    var newExponents = Arrays.copyOf(exponents, size);
    System.arraycopy(names, to, newNames, to + 1, from - to);
    System.arraycopy(hashes, to, newHashes, to + 1, from - to);
    System.arraycopy(mantissas, to, newMantissas, to + 1, from - to);
    System.arraycopy(exponents, to, newExponents, to + 1, from - to);
    newNames[to] = name;
    newHashes[to] = name.hashCode();
    newMantissas[to] = sum.mantissa();
    newExponents[to] = sum.exponent();
    var grown = new Neighbours(newNames, newHashes, newMantissas, newExponents);
    return size > GROWS_TO ? grown.best(KEPT) : grown;
  }

  private Neighbours best(int count) {
    return new Neighbours(
        Arrays.copyOf(names, count),
        Arrays.copyOf(hashes, count),
        Arrays.copyOf(mantissas, count),
        Arrays.copyOf(exponents, count));
  }

  private int find(String name) {
    int hash = name.hashCode();
    for (int i = 0; i < hashes.length; i++) {
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
