package dev.imasugu.vector;

/**
 * Dot products of one query with many rows, for one padded dimension.
 *
 * <p>Two implementations give the same answers bit for bit: code products are integers, and float
 * products are summed in one order that both keep (32 partial sums by fused multiply-add, then a
 * fixed tree). Stateless and safe to share.
 */
interface DotKernel {
  /** Dimensions are padded with zeros to a multiple of this. */
  int PADDING = 32;

  /** Largest magnitude of a code: 7 bits, symmetric. */
  int CODE_MAX = 63;

  /** Scores {@code count} rows of codes that lie one after the other. */
  void scan(short[] query, long address, int count, int[] dots);

  /** Scores {@code count} rows of codes at the given addresses. */
  void gather(short[] query, long[] addresses, int count, int[] dots);

  /** Scores {@code count} float vectors at the given addresses. */
  void rerank(float[] query, long[] addresses, int count, float[] scores);

  /**
   * Scores {@code count} rows of 8-bit codes, not necessarily aligned, in units of their scales.
   */
  void rerankCodes(float[] query, long[] addresses, int count, float[] scores);

  /** Copies one row of codes to 16 bits, the form a query has. */
  void widen(long address, short[] query);

  /**
   * Finds the scanned rows that may belong to the best: whose upper bound reaches the threshold.
   *
   * @param scales address of the rows' scales; norms and errors likewise
   * @param picked receives the indexes found, upwards
   * @return how many were found
   */
  int select(
      int[] dots, int count, long scales, long norms, long errors, ScoreBound bound, int[] picked);

  static int padded(int dimension) {
    return (dimension + PADDING - 1) / PADDING * PADDING;
  }
}
