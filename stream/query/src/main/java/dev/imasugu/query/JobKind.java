package dev.imasugu.query;

/** The two contracts a query can run under. */
enum JobKind {
  /** Stateless; commits rows, progress and dirty users in one write. */
  PROFILE,
  /** With state and checkpoints; upserts absolute values. */
  STATISTICS
}
