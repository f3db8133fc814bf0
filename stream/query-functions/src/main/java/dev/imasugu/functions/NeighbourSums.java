package dev.imasugu.functions;

/**
 * The accumulator of {@link TopNeighbours}: the present {@link Neighbours} of one item.
 *
 * <p>The rows that Flink compares before and after a change are views of the neighbours, so what
 * was lent to a view is copied before the next change; all changes between two views cost one copy.
 */
public final class NeighbourSums {
  private Neighbours neighbours;
  private boolean lent;

  NeighbourSums() {
    this(new Neighbours());
  }

  /** Takes over neighbours that nobody else changes. */
  NeighbourSums(Neighbours neighbours) {
    this.neighbours = neighbours;
    lent = true;
  }

  /** As they are now, to be looked at before the next change. */
  Neighbours neighbours() {
    return neighbours;
  }

  /** As they are now, for good. */
  Neighbours lend() {
    lent = true;
    return neighbours;
  }

  void add(String name, DecayedSum weight) {
    if (lent) {
      neighbours = neighbours.copy();
      lent = false;
    }
    neighbours.add(name, weight);
  }
}
