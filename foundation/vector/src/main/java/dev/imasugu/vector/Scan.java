package dev.imasugu.vector;

import java.util.BitSet;

/**
 * Exact search: scores the codes of all rows, or of the allowed ones, and reranks those that the
 * error bound cannot rule out.
 */
final class Scan {
  private final Slots slots;
  private final DotKernel kernel;

  Scan(Slots slots, DotKernel kernel) {
    this.slots = slots;
    this.kernel = kernel;
  }

  /** Reads every row's code, one after the other. */
  void all(Desk desk, RowFilter filter, int version) {
    int limit = slots.limit();
    Candidates candidates = desk.candidates;
    for (int slot = 0; slot < limit; ) {
      int chunkEnd = PagedMemory.start(PagedMemory.chunk(slot) + 1);
      int count = Math.min(Math.min(limit, chunkEnd) - slot, Desk.BLOCK);
      kernel.scan(desk.query.codes, slots.codes.address(slot), count, desk.dots);
      int hits =
          kernel.select(
              desk.dots,
              count,
              slots.scales.address(slot),
              slots.norms.address(slot),
              slots.errors.address(slot),
              candidates.bound(),
              desk.picked);
      for (int i = 0; i < hits; i++) {
        int hit = slot + desk.picked[i];
        if (slots.isVisible(hit, version) && filter.allows(slots.row(hit))) {
          candidates.add(hit, desk.dots[desk.picked[i]]);
        }
      }
      slot += count;
    }
  }

  /** Reads the codes of the allowed rows only, wherever they are. */
  void allowed(Desk desk, BitSet rows) {
    int count = 0;
    long[] words = rows.toLongArray();
    for (int w = 0; w < words.length && (long) w * Long.SIZE < slots.rowLimit(); w++) {
      count = slots.slots(w, words[w], desk.slots, count);
      if (count > Desk.BLOCK - Long.SIZE) {
        score(desk, count);
        count = 0;
      }
    }
    score(desk, count);
  }

  private void score(Desk desk, int count) {
    for (int i = 0; i < count; i++) {
      desk.addresses[i] = slots.codes.address(desk.slots[i]);
    }
    kernel.gather(desk.query.codes, desk.addresses, count, desk.dots);
    for (int i = 0; i < count; i++) {
      desk.candidates.add(desk.slots[i], desk.dots[i]);
    }
  }
}
