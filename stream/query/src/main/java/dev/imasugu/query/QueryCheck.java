package dev.imasugu.query;

import java.util.List;

/**
 * How a query will run, as the planner sees it.
 *
 * @param file relative to the project folder
 * @param kind which contract it runs under
 * @param reason the operator that decides it
 */
public record QueryCheck(String name, String file, QueryStatus.Kind kind, String reason) {
  /**
   * Plans a query alone.
   *
   * @throws QueryException at the first thing that it may not do
   */
  static QueryCheck of(ParsedQuery query, Planner planner) {
    String file = query.file().path();
    return switch (query.kind()) {
      case PROFILE -> {
        planner.plan(Planner.alone(query));
        yield new QueryCheck(
            query.name(),
            file,
            QueryStatus.Kind.PROFILE,
            "one chain from event to row, no exchange");
      }
      case STATISTICS -> {
        List<PlanLine> plan = PlanLine.read(planner.explain(query));
        UnboundedState.refuse(query, plan);
        yield new QueryCheck(query.name(), file, QueryStatus.Kind.STATISTICS, reason(plan));
      }
    };
  }

  private static String reason(List<PlanLine> plan) {
    for (int i = 0; i < plan.size(); i++) {
      if (plan.get(i).operator().equals("Exchange") && i > 0) {
        return "%s needs %s"
            .formatted(plan.get(i - 1).operator(), plan.get(i).argument("distribution"));
      }
    }
    return "declared; it needs no exchange";
  }
}
