package dev.imasugu.vector;

import org.jspecify.annotations.Nullable;

/** The working memory of one search, kept from search to search by a reader's seat. */
final class Desk {
  /** Rows scored at a time: their dots stay in the first-level cache. */
  static final int BLOCK = 1024;

  final CodedVector query;
  final Candidates candidates;
  final @Nullable Walk walk;
  final int[] dots = new int[BLOCK];
  final int[] picked = new int[BLOCK];
  final int[] slots = new int[BLOCK];
  final long[] addresses = new long[BLOCK];

  Desk(Slots index, DotKernel kernel, @Nullable Walk walk) {
    this.query = new CodedVector(index.dimension);
    this.candidates = new Candidates(index, kernel, query);
    this.walk = walk;
  }
}
