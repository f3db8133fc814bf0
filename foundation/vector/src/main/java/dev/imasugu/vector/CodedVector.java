package dev.imasugu.vector;

/*
 * A vector beside its 7-bit code.
 *
 * code[i] = round(vector[i] / scale), scale = max |vector[i]| / 63: each vector has its own scale, so a
 * short vector is coded as finely, relative to its length, as a long one.
 *
 * How far can a score from codes be off? Let x' = scale * code and e = x - x'. Then
 *     q.x - q'.x' = q.e_x + e_q.x'
 * and by Cauchy-Schwarz its magnitude is at most
 *     |q| |e_x| + |e_q| (|x| + |e_x|),
 * where |e| <= scale / 2 * sqrt(dimension) always, and is known exactly when the vector is coded. Exact
 * search keeps every row whose upper bound reaches the k-th best lower bound, and only these meet their
 * floats: its answer is the true one, not a likely one.
 */
final class CodedVector {
  private final int dimension;
  final float[] values;
  final short[] codes;
  float scale;
  float norm;
  float error;

  CodedVector(int dimension) {
    this.dimension = dimension;
    int padded = DotKernel.padded(dimension);
    this.values = new float[padded];
    this.codes = new short[padded];
  }

  /** Takes a checked vector, at unit length when {@code unit}. */
  void set(float[] source, int from, double sourceNorm, boolean unit) {
    float max = 0;
    double factor = unit && sourceNorm > 0 ? 1 / sourceNorm : 1;
    for (int i = 0; i < dimension; i++) {
      values[i] = (float) (source[from + i] * factor);
      max = Math.max(max, Math.abs(values[i]));
    }
    scale = max / DotKernel.CODE_MAX;
    float inverse = 1 / scale;
    if (!Float.isFinite(inverse)) {
      // Zero, or so small that codes cannot hold it: the error bound says so and floats decide.
      scale = 0;
      inverse = 0;
    }
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < dimension; i++) {
      float value = values[i];
      int code = Math.round(value * inverse);
      codes[i] = (short) code;
      double error = value - (double) code * scale;
      squares += (double) value * value;
      errors += error * error;
    }
    norm = up(Math.sqrt(squares));
    error = up(Math.sqrt(errors));
  }

  boolean isZero() {
    return norm == 0;
  }

  /** Rounds away from zero, so that bounds stay bounds in float arithmetic. */
  private static float up(double value) {
    return value == 0 ? 0 : Math.nextUp((float) value) * (1 + 1e-6f);
  }
}
