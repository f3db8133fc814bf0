package dev.imasugu.vector;

import java.util.List;

/**
 * Why a search is answered the way it is.
 *
 * @param chosen the cheapest of what was considered
 * @param considered every possible plan, cheapest first
 * @param allowedShare what part of the rows the filter is thought to allow, in [0, 1]
 */
public record Explanation(SearchPlan chosen, List<Estimate> considered, double allowedShare) {
  /**
   * What a plan would cost.
   *
   * @param rows rows whose codes it would score
   * @param micros microseconds on one thread, from costs measured on this machine
   */
  public record Estimate(SearchPlan plan, long rows, double micros) {}

  public Explanation {
    considered = List.copyOf(considered);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (Estimate estimate : considered) {
      text.append(
          "%s %s: scores %,d rows, about %,.0f us%n"
              .formatted(
                  estimate.plan().equals(chosen) ? "->" : "  ",
                  estimate.plan(),
                  estimate.rows(),
                  estimate.micros()));
    }
    return text.append("   filter allows about %.3g of the rows".formatted(allowedShare))
        .toString();
  }
}
