package dev.imasugu.node;

import dev.imasugu.config.Project;
import dev.imasugu.query.Functions;
import dev.imasugu.query.QueryFile;
import dev.imasugu.query.QueryPlan;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.FeatureTable;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the SQL of a project becomes. */
public final class Plans {
  private Plans() {}

  /**
   * Reads the queries and checks that placements fit them; milliseconds, without the planner.
   *
   * @throws dev.imasugu.query.QueryException for SQL that is not as expected
   * @throws dev.imasugu.config.ConfigException for a placement that does not fit
   */
  public static QueryPlan of(Project project) {
    QueryPlan plan =
        QueryPlan.of(
            new TreeMap<>(project.sql())
                .entrySet().stream()
                    .map(file -> new QueryFile(file.getKey(), file.getValue()))
                    .toList(),
            project.config().eventTypes(),
            Functions.of(project.directory()));
    Retriever.check(project.placements(), tables(plan));
    return plan;
  }

  static Map<String, FeatureTable> tables(QueryPlan plan) {
    return plan.tables().stream()
        .collect(Collectors.toMap(FeatureTable::name, Function.identity()));
  }
}
