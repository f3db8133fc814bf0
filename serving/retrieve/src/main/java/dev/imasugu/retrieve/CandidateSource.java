package dev.imasugu.retrieve;

/** Gives items with scores for one user. Safe for many threads. */
interface CandidateSource {
  /** As in a placement file and in an answer: {@code popular}, {@code co-purchase}. */
  String name();

  /**
   * Adds candidates and their scores, on any scale; the greatest is scaled to 1 by the caller.
   * Looks at the deadline between reads and returns when it has passed.
   */
  void collect(Profile profile, Deadline deadline, Scores scores);
}
