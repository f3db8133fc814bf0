package dev.imasugu.vector;

import java.util.Arrays;

/** A growing list of ints, for one thread. */
final class IntList {
  private int[] values = new int[16];
  private int size;

  int size() {
    return size;
  }

  int at(int index) {
    return values[index];
  }

  void set(int index, int value) {
    values[index] = value;
  }

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int removeLast() {
    return values[--size];
  }

  void clear() {
    size = 0;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
