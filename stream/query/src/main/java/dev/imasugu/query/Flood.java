package dev.imasugu.query;

/**
 * Tells whether events pour in faster than a reader could follow, so that it had better leave the
 * cores to intake. For one reader.
 */
final class Flood {
  /**
   * So many events are left unread first: what a catch-up after a start, or a moment, may leave.
   */
  static final long LEFT = 20_000;

  /** So many unread ones say that others than intake can only slow it down. */
  static final long DEEP = 100_000;

  private long readBefore;
  private long endBefore = -1;

  /**
   * Looks again.
   *
   * @param read how many events the reader has read so far
   * @param end how many there have been so far
   * @param left how many of these it has not read
   */
  boolean pours(long read, long end, long left) {
    boolean first = endBefore < 0;
    // Who rests reads less: half of what it read is enough to go on resting.
    boolean fast = 2 * (end - endBefore) >= read - readBefore;
    readBefore = read;
    endBefore = end;
    return !first && fast && left > LEFT;
  }
}
