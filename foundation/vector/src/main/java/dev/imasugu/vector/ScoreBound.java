package dev.imasugu.vector;

/**
 * How far a score from codes may be from the true one, for one query; see {@link CodedVector}.
 *
 * <p>A row's true score is within {@code norm * perNorm + error * perError} of its score from
 * codes.
 */
final class ScoreBound {
  /** Covers the rounding of float arithmetic in codes' and true scores, relative to the norms. */
  private static final float ROUNDING = 1e-5f;

  private static final double DEVIATIONS = 4;

  float queryScale;
  float perNorm;
  float perError;
  float threshold;

  void set(CodedVector query) {
    queryScale = query.scale;
    perNorm = query.error + query.norm * ROUNDING;
    perError = query.norm + query.error;
    threshold = Float.NEGATIVE_INFINITY;
  }

  /**
   * Takes the bound for likely instead of certain. Errors of components are as good as independent,
   * so that a product with them has a deviation of the two lengths over sqrt(dimension); four of
   * these are exceeded once in 31,600.
   */
  void setLikely(CodedVector query, int dimension) {
    set(query);
    float share = (float) Math.min(1, DEVIATIONS / Math.sqrt(dimension));
    perNorm = query.error * share + query.norm * ROUNDING;
    perError *= share;
  }

  float upper(int dot, float scale, float norm, float error) {
    return dot * scale * queryScale + norm * perNorm + error * perError;
  }

  float lower(int dot, float scale, float norm, float error) {
    return dot * scale * queryScale - norm * perNorm - error * perError;
  }

  float slack(float norm, float error) {
    return norm * perNorm + error * perError;
  }
}
