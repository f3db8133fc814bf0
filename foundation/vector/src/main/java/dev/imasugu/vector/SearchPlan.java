package dev.imasugu.vector;

/** A way to answer a search. {@link VectorIndex#explain} says which one is chosen and why. */
public sealed interface SearchPlan {
  /** Scores every row's code; the answer is exact. */
  record ScanAll() implements SearchPlan {}

  /** Scores the codes of the rows that a {@link RowFilter.Only} names; the answer is exact. */
  record ScanAllowed() implements SearchPlan {}

  /**
   * Walks the graph; the answer is approximate.
   *
   * @param beamWidth nodes kept on the way, at least 1; more find more
   */
  record WalkGraph(int beamWidth) implements SearchPlan {
    public WalkGraph {
      Check.range("beamWidth", beamWidth, 1, Integer.MAX_VALUE);
    }
  }
}
