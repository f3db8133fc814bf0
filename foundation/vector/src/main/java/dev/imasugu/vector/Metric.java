package dev.imasugu.vector;

/** How a query and a row become a score; more is better. */
public enum Metric {
  /** The dot product as it is: long vectors score higher than short ones in the same direction. */
  INNER_PRODUCT,

  /** The dot product of both at unit length, in [-1, 1]; a zero vector scores 0 with everything. */
  COSINE
}
