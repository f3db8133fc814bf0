package dev.imasugu.query;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.jspecify.annotations.Nullable;

/** Turns the queries of a job into the graph that Flink runs. */
final class Planner {
  private final String engine;
  private final QuerySettings settings;
  private final int partitions;
  private final Functions functions;

  Planner(String engine, QuerySettings settings, int partitions, Functions functions) {
    this.engine = engine;
    this.settings = settings;
    this.partitions = partitions;
    this.functions = functions;
  }

  /**
   * Plans the queries of one job; null when there are none.
   *
   * @throws QueryException at the first thing the planner refuses
   */
  @Nullable JobGraph plan(Job job, List<ParsedQuery> queries) {
    if (queries.isEmpty()) {
      return null;
    }
    JobGraph graph;
    try {
      graph = graph(job, queries);
    } catch (QueryException e) {
      throw e;
    } catch (RuntimeException e) {
      throw culprit(job, queries, e);
    }
    if (job == Job.PROFILE && graph.getNumberOfVertices() != 1) {
      throw notStateless(queries);
    }
    return graph;
  }

  @SuppressWarnings("deprecation") // createCatalog takes options for a factory, not a catalog
  private JobGraph graph(Job job, List<ParsedQuery> queries) {
    var environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration(job));
    environment.setParallelism(parallelism());
    var tables =
        StreamTableEnvironment.create(
            environment,
            EnvironmentSettings.newInstance().withClassLoader(functions.loader()).build());
    tables.registerCatalog(ProjectCatalog.NAME, new ProjectCatalog(engine, job));
    tables.useCatalog(ProjectCatalog.NAME);
    functions.classes().forEach(tables::createTemporarySystemFunction);
    StreamStatementSet inserts = tables.createStatementSet();
    for (ParsedQuery query : queries) {
      for (Statement statement : query.statements()) {
        try {
          switch (statement.kind()) {
            case TABLE, VIEW -> tables.executeSql(statement.placed());
            case INSERT -> inserts.addInsertSql(statement.placed());
          }
        } catch (RuntimeException e) {
          throw PlannerError.explain(statement, tables, functions, e);
        }
      }
    }
    inserts.attachAsDataStream();
    JobGraph graph = environment.getStreamGraph().getJobGraph();
    graph.setClasspaths(functions.jars());
    return graph;
  }

  int parallelism() {
    return Math.min(settings.parallelism(), partitions);
  }

  /** Finds the query that fails by itself, so that the message names its file. */
  private QueryException culprit(Job job, List<ParsedQuery> queries, RuntimeException cause) {
    for (ParsedQuery query : queries) {
      try {
        graph(job, List.of(query));
      } catch (QueryException e) {
        return e;
      } catch (RuntimeException e) {
        return PlannerError.explain(insert(query), null, functions, e);
      }
    }
    return PlannerError.explain(insert(queries.get(0)), null, functions, cause);
  }

  private QueryException notStateless(List<ParsedQuery> queries) {
    for (ParsedQuery query : queries) {
      if (graph(Job.PROFILE, List.of(query)).getNumberOfVertices() != 1) {
        return query.error(
            "a profile query with an exchange (expected: projection, filter and UNNEST of events"
                + " alone; GROUP BY, DISTINCT, JOIN, OVER and ORDER BY need kind: statistics)");
      }
    }
    return queries
        .get(0)
        .error("the profile queries do not share one chain (expected: one source for all)");
  }

  private static Statement insert(ParsedQuery query) {
    return query.statements().stream()
        .filter(statement -> statement.kind() == Statement.Kind.INSERT)
        .findFirst()
        .orElseThrow();
  }

  /** What a job runs with; the profile job's single vertex depends on some of it. */
  private Configuration configuration(Job job) {
    var all = new HashMap<String, String>();
    all.put("pipeline.name", job.name().toLowerCase(Locale.ROOT));
    all.put("execution.runtime-mode", "STREAMING");
    all.put("parallelism.default", Integer.toString(parallelism()));
    all.put("pipeline.object-reuse", "true");
    all.put("pipeline.operator-chaining.enabled", "true");
    all.put("pipeline.generic-types", "false");
    all.put("execution.buffer-timeout.interval", "50 ms");
    all.put("table.local-time-zone", "UTC");
    all.put("table.dynamic-table-options.enabled", "false");
    all.put("table.exec.sink.keyed-shuffle", "AUTO");
    all.put("table.exec.sink.upsert-materialize", "AUTO");
    all.put("table.exec.sink.not-null-enforcer", "DROP");
    all.put("table.exec.source.idle-timeout", "1 s");
    all.put("table.optimizer.reuse-source-enabled", "true");
    all.put("table.optimizer.reuse-sub-plan-enabled", "true");
    all.put("restart-strategy.type", "exponential-delay");
    all.put("restart-strategy.exponential-delay.initial-backoff", "200 ms");
    all.put("restart-strategy.exponential-delay.max-backoff", "30 s");
    if (job == Job.STATISTICS) {
      Duration ttl = settings.stateTtl();
      all.put("table.exec.state.ttl", ttl.toMillis() + " ms");
      // A busy key is emitted once a batch, not once an event.
      all.put("table.exec.mini-batch.enabled", "true");
      all.put("table.exec.mini-batch.allow-latency", "1 s");
      all.put("table.exec.mini-batch.size", "50000");
      all.put("table.optimizer.agg-phase-strategy", "ONE_PHASE");
      all.put("state.backend.type", "hashmap");
      if (!settings.checkpointInterval().isZero()) {
        all.put(
            "execution.checkpointing.interval", settings.checkpointInterval().toMillis() + " ms");
      }
      all.put("execution.checkpointing.mode", "EXACTLY_ONCE");
      all.put(
          "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    }
    return Configuration.fromMap(all);
  }
}
