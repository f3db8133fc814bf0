package dev.imasugu.vector;

import java.util.function.LongSupplier;

/**
 * What scoring a row costs on this machine, in nanoseconds.
 *
 * @param scanned rows read one after the other
 * @param gathered rows read here and there
 */
record Costs(double scanned, double gathered) {
  private static final int ROWS = 4096;
  private static final int TRIES = 3;

  /** A guess for before the first measurement: one byte in flight costs the same everywhere. */
  static Costs guess(int paddedDimension) {
    return new Costs(4 + paddedDimension / 20.0, 10 + paddedDimension / 8.0);
  }

  /**
   * Measures on the index's own rows, the best of three tries each; about a millisecond.
   *
   * @param nanos a clock
   */
  static Costs measure(Slots slots, DotKernel kernel, LongSupplier nanos) {
    int limit = slots.limit();
    var query = new short[slots.padded];
    var dots = new int[Desk.BLOCK];
    var addresses = new long[Desk.BLOCK];
    double scanned = Double.MAX_VALUE;
    double gathered = Double.MAX_VALUE;
    long at = 0;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      long start = nanos.getAsLong();
      int done = 0;
      for (int slot = 0; slot < limit && done < ROWS; ) {
        int end = PagedMemory.start(PagedMemory.chunk(slot) + 1);
        int count = Math.min(Math.min(limit, end) - slot, Desk.BLOCK);
        kernel.scan(query, slots.codes.address(slot), count, dots);
        slot += count;
        done += count;
      }
      scanned = Math.min(scanned, (nanos.getAsLong() - start) / (double) Math.max(1, done));
      start = nanos.getAsLong();
      for (int block = 0; block < ROWS / Desk.BLOCK; block++) {
        for (int i = 0; i < Desk.BLOCK; i++) {
          // Steps of a golden share of the rows never repeat soon.
          at = (at + (long) (limit * 0.6180339887) + 1) % Math.max(1, limit);
          addresses[i] = slots.codes.address((int) at);
        }
        kernel.gather(query, addresses, Desk.BLOCK, dots);
      }
      gathered = Math.min(gathered, (nanos.getAsLong() - start) / (double) ROWS);
    }
    // Rows here and there never cost less than rows in order; a cold measurement may say so.
    return new Costs(Math.max(scanned, 0.1), Math.max(gathered, Math.max(scanned, 0.1)));
  }
}
