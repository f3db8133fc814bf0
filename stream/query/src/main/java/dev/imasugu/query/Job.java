package dev.imasugu.query;

/** The two jobs that all queries of a project run in. */
enum Job {
  /** Stateless; commits rows, progress and dirty users in one write. */
  PROFILE,
  /** With state and checkpoints; upserts absolute values. */
  STATISTICS
}
