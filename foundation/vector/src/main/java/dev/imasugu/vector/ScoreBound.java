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
