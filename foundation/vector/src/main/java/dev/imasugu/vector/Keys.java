package dev.imasugu.vector;

/**
 * A score and a number in one long that sorts by score, then by number. Equal floats of different
 * sign of zero count as different, which no caller notices.
 */
final class Keys {
  private Keys() {}

  static long of(float score, int low) {
    return ((long) sortable(score) << 32) | (low & 0xFFFF_FFFFL);
  }

  static float score(long key) {
    return unsortable((int) (key >> 32));
  }

  static int low(long key) {
    return (int) key;
  }

  /** Floats as ints of the same order. */
  static int sortable(float score) {
    int bits = Float.floatToRawIntBits(score);
    return bits ^ ((bits >> 31) & 0x7FFF_FFFF);
  }

  private static float unsortable(int bits) {
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7FFF_FFFF));
  }
}
