package dev.imasugu.functions;

/** The accumulator of {@link TopNeighbours}: the present {@link Neighbours} of one item. */
public final class NeighbourSums {
  private Neighbours neighbours;

  NeighbourSums(Neighbours neighbours) {
    this.neighbours = neighbours;
  }

  Neighbours neighbours() {
    return neighbours;
  }

  void add(String name, DecayedSum weight) {
    neighbours = neighbours.with(name, weight);
  }
}
