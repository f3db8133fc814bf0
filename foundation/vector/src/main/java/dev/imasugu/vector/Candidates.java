package dev.imasugu.vector;

import java.util.Arrays;

/*
 * The rows that may still be among the k best, with bounds of their scores.
 *
 * The threshold is the k-th largest lower bound; a row whose upper bound is below it is out. This is
 * checked only when the buffer is full, so the common case is an append. Should bounds not thin the buffer (a
 * million equal rows), true scores do: memory stays near 8 k whatever comes. Not shared between threads.
 */
final class Candidates {
  private static final int MIN_CAPACITY = 1024;

  private final Slots slots;
  private final DotKernel kernel;
  private final CodedVector query;
  private final ScoreBound bound = new ScoreBound();
  private int k;
  private float mostSlack;
  private int capacity;
  private int size;
  private int[] kept = new int[MIN_CAPACITY];
  private float[] lowers = new float[MIN_CAPACITY];
  private float[] uppers = new float[MIN_CAPACITY];
  private long[] addresses = new long[MIN_CAPACITY];
  private float[] scores = new float[MIN_CAPACITY];
  private long[] keys = new long[MIN_CAPACITY];
  private long[] ranked = new long[MIN_CAPACITY];
  private long reranked;

  Candidates(Slots slots, DotKernel kernel, CodedVector query) {
    this.slots = slots;
    this.kernel = kernel;
    this.query = query;
  }

  ScoreBound bound() {
    return bound;
  }

  /** Starts anew for the query as it is now. */
  void begin(int count) {
    bound.set(query);
    start(count);
  }

  /**
   * As {@link #begin}, for rows of which some are missing anyway: true scores are compared only
   * where that is likely to matter.
   */
  void beginLikely(int count) {
    bound.setLikely(query, slots.dimension);
    start(count);
  }

  private void start(int count) {
    k = count;
    size = 0;
    reranked = 0;
    capacity = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(MIN_CAPACITY, 8L * k));
    mostSlack = bound.slack(slots.maxNorm(), slots.maxError());
  }

  /** Adds a visible, allowed slot. */
  void add(int slot, int dot) {
    float scale = slots.scale(slot);
    if (dot * scale * bound.queryScale + mostSlack < bound.threshold) {
      // Nearly all rows end here, having touched nothing but their scale.
      return;
    }
    float norm = slots.norm(slot);
    float error = slots.error(slot);
    float upper = bound.upper(dot, scale, norm, error);
    if (upper >= bound.threshold) {
      append(slot, bound.lower(dot, scale, norm, error), upper);
    }
  }

  /** Adds a visible, allowed slot by its score from codes, in units of the query's scale. */
  void addScored(int slot, float score) {
    float middle = score * bound.queryScale;
    float slack = bound.slack(slots.norm(slot), slots.error(slot));
    if (middle + slack >= bound.threshold) {
      append(slot, middle - slack, middle + slack);
    }
  }

  private void append(int slot, float lower, float upper) {
    if (size == capacity) {
      thinByBounds();
      if (size > capacity / 2) {
        thinByScores();
      }
    }
    if (size == kept.length) {
      int length = Math.min(capacity, 2 * size);
      kept = Arrays.copyOf(kept, length);
      lowers = Arrays.copyOf(lowers, length);
      uppers = Arrays.copyOf(uppers, length);
      addresses = new long[length];
      scores = new float[length];
      keys = new long[length];
      ranked = new long[length];
    }
    kept[size] = slot;
    lowers[size] = lower;
    uppers[size++] = upper;
  }

  private void thinByBounds() {
    if (size < k) {
      return;
    }
    for (int i = 0; i < size; i++) {
      keys[i] = Keys.of(lowers[i], i);
    }
    Selection.largest(keys, size, k);
    float threshold = Math.max(bound.threshold, Keys.score(keys[size - k]));
    bound.threshold = threshold;
    int left = 0;
    for (int i = 0; i < size; i++) {
      if (uppers[i] >= threshold) {
        kept[left] = kept[i];
        lowers[left] = lowers[i];
        uppers[left++] = uppers[i];
      }
    }
    size = left;
  }

  /** Keeps the k best by true score and, among equal ones, row. */
  private void thinByScores() {
    score();
    rank();
    long[] ordered = Arrays.copyOf(keys, size);
    Selection.largest(ordered, size, Math.min(k, size));
    long worst = ordered[Math.max(0, size - k)];
    int left = 0;
    for (int i = 0; i < size; i++) {
      if (keys[i] >= worst) {
        kept[left] = kept[i];
        lowers[left] = scores[i];
        uppers[left++] = scores[i];
      }
    }
    size = left;
    if (size >= k) {
      bound.threshold = Math.max(bound.threshold, Keys.score(worst));
    }
  }

  private void rank() {
    for (int i = 0; i < size; i++) {
      keys[i] = Keys.of(scores[i], ~slots.row(kept[i]));
    }
  }

  /** True scores of all that is kept. */
  private void score() {
    for (int i = 0; i < size; i++) {
      addresses[i] = slots.floats.address(kept[i]);
    }
    kernel.rerank(query.values, addresses, size, scores);
    reranked += size;
    for (int i = 0; i < size; i++) {
      // Turns -0 into 0.
      scores[i] += 0f;
    }
  }

  /** Ranks what some keys stand for by its true scores and returns the least of these. */
  private float rerank(int from, int to, int rankedBefore) {
    int count = to - from;
    for (int i = 0; i < count; i++) {
      addresses[i] = slots.floats.address(kept[Keys.low(keys[from + i])]);
    }
    kernel.rerank(query.values, addresses, count, scores);
    reranked += count;
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      // Adding 0 turns -0 into 0.
      float score = scores[i] + 0f;
      least = Math.min(least, score);
      ranked[rankedBefore + i] = Keys.of(score, ~slots.row(kept[Keys.low(keys[from + i])]));
    }
    return least;
  }

  /** How many rows met their floats. */
  long reranked() {
    return reranked;
  }

  /** The k best of what was added, by true score. */
  ScoredRows best() {
    thinByBounds();
    int count = Math.min(k, size);
    for (int i = 0; i < size; i++) {
      keys[i] = Keys.of(lowers[i] + uppers[i], i);
    }
    if (size > k) {
      Selection.largest(keys, size, k);
    }
    float worst = rerank(size - count, size, 0);
    int scored = count;
    if (size > count) {
      // The others matter only if they may exceed the worst of the likeliest.
      int left = 0;
      for (int i = 0; i < size - count; i++) {
        if (uppers[Keys.low(keys[i])] >= worst) {
          keys[left++] = keys[i];
        }
      }
      rerank(0, left, scored);
      scored += left;
    }
    Arrays.sort(ranked, 0, scored);
    var rows = new int[count];
    var best = new float[count];
    for (int i = 0; i < count; i++) {
      long key = ranked[scored - 1 - i];
      rows[i] = ~Keys.low(key);
      best[i] = Keys.score(key);
    }
    return new ScoredRows(rows, best);
  }
}
