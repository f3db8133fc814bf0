package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;

/** Items by the weight of what people did with them, as it has decayed by now. */
final class PopularItems extends RankedItems {
  private static final double LN_2 = Math.log(2);

  private final ItemWeights weights;
  private long seen = -1;

  PopularItems(ItemWeights weights, Catalog catalog, int limit) {
    super(catalog, limit);
    this.weights = weights;
  }

  @Override
  boolean changed() {
    long changes = weights.changes();
    boolean changed = changes != seen;
    seen = changes;
    return changed;
  }

  @Override
  int rows() {
    return weights.length();
  }

  @Override
  double number(int row) {
    return weights.get(row);
  }

  @Override
  double score(double number, double best) {
    return Math.exp((number - best) * LN_2);
  }
}
