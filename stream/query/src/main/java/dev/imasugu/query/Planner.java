package dev.imasugu.query;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamFilter;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.wmassigners.ProcTimeMiniBatchAssignerOperator;
import org.apache.flink.table.runtime.operators.wmassigners.RowTimeMiniBatchAssginerOperator;
import org.jspecify.annotations.Nullable;

/** Turns the queries of a job into the graph that Flink runs. */
final class Planner {
  /** How long statistics gather events, in ms: a busy key is emitted once for all of them. */
  static final long MINI_BATCH_MILLIS = 2_000;

  /** By then statistics have emitted what they had gathered, in ms. */
  static final long FLUSHED_MILLIS = MINI_BATCH_MILLIS + 500;

  private final String engine;
  private final QuerySettings settings;
  private final int partitions;
  private final Functions functions;
  private final @Nullable PlanCache plans;
  private final boolean stepped;

  Planner(String engine, QuerySettings settings, int partitions, Functions functions) {
    this(engine, settings, partitions, functions, false);
  }

  /**
   * Makes a planner.
   *
   * @param stepped whether jobs follow the steps of a {@link StepLog}: in one subtask, nothing held
   *     back, and failing at once
   */
  Planner(
      String engine, QuerySettings settings, int partitions, Functions functions, boolean stepped) {
    this.engine = engine;
    this.settings = settings;
    this.partitions = partitions;
    this.functions = functions;
    Path folder = settings.plans();
    plans = folder == null ? null : new PlanCache(folder);
    this.stepped = stepped;
  }

  /**
   * Plans the queries of a job, or finds their plan.
   *
   * @throws QueryException at the first thing the planner refuses
   */
  JobGraph plan(JobSpec job) {
    JobGraph graph = plans == null ? draw(job) : planOnce(job, plans);
    graph
        .getJobConfiguration()
        .set(
            CheckpointingOptions.CHECKPOINTS_DIRECTORY,
            settings.checkpoints().resolve(job.id()).toAbsolutePath().toUri().toString());
    return graph;
  }

  private JobGraph planOnce(JobSpec job, PlanCache cache) {
    String key = PlanCache.key(inputs(job));
    JobGraph found = cache.read(key, functions.loader());
    if (found != null) {
      return found;
    }
    JobGraph drawn = draw(job);
    cache.write(key, drawn);
    return drawn;
  }

  /** Everything that a plan depends on. */
  private String inputs(JobSpec job) {
    var inputs = new StringBuilder();
    inputs.append(engine).append('\n').append(functions.own()).append('\n').append(job.id());
    new TreeMap<>(configuration(job).toMap())
        .forEach((key, value) -> inputs.append('\n').append(key).append('=').append(value));
    for (QueryVersion version : job.queries()) {
      ParsedQuery query = version.query();
      inputs.append('\n').append(query.name()).append(' ').append(query.version());
      inputs.append(' ').append(version.number()).append(' ').append(query.ttl());
    }
    return inputs.toString();
  }

  private JobGraph draw(JobSpec job) {
    var environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration(job));
    environment.setParallelism(parallelism());
    var scans = new Scans(engine, job.id(), job.kind());
    for (QueryVersion version : job.queries()) {
      ParsedQuery query = version.query();
      var before = Set.copyOf(environment.getTransformations());
      attach(environment, scans, query);
      Labels.set(job.id(), query.name(), environment.getTransformations(), before);
    }
    StreamGraph operators = environment.getStreamGraph();
    if (stepped) {
      bundleSteps(operators);
      chain(operators);
    }
    JobGraph graph = operators.getJobGraph();
    graph.setClasspaths(functions.jars());
    if (job.kind() == JobKind.PROFILE && graph.getNumberOfVertices() != 1) {
      throw notStateless(job);
    }
    return graph;
  }

  /**
   * Lets rows go straight from operator to operator. With one subtask every exchange has one sender
   * and one receiver, so what each receives, and in what order, stays the same; but whole queries
   * become one chain on the source's thread, and a step costs no hand-over.
   */
  private static void chain(StreamGraph operators) {
    for (StreamNode node : operators.getStreamNodes()) {
      for (StreamEdge edge : node.getOutEdges()) {
        edge.setPartitioner(new ForwardPartitioner<>());
      }
    }
  }

  /**
   * Makes a step one mini-batch: operators that bundle give out their rows when a watermark comes
   * by. What would cut the stream by the clock lets the watermarks of the steps pass instead.
   */
  private static void bundleSteps(StreamGraph operators) {
    for (StreamNode node : operators.getStreamNodes()) {
      if (node.getOperatorFactory() instanceof SimpleOperatorFactory<?> factory
          && (factory.getOperator() instanceof ProcTimeMiniBatchAssignerOperator
              || factory.getOperator() instanceof RowTimeMiniBatchAssginerOperator)) {
        node.setOperatorFactory(SimpleOperatorFactory.of(new StreamFilter<RowData>(_ -> true)));
      }
    }
  }

  /** Each query has a planner of its own: they share the scans, but no names and no settings. */
  private StreamStatementSet attach(
      StreamExecutionEnvironment environment, Scans scans, ParsedQuery query) {
    StreamTableEnvironment tables = tables(environment, scans, query);
    StreamStatementSet inserts = inserts(tables, query);
    try {
      inserts.attachAsDataStream();
    } catch (RuntimeException e) {
      throw PlannerError.explain(insert(query), tables, functions, e);
    }
    return inserts;
  }

  @SuppressWarnings("deprecation") // createCatalog takes options for a factory, not a catalog
  private StreamTableEnvironment tables(
      StreamExecutionEnvironment environment, Scans scans, ParsedQuery query) {
    var tables =
        StreamTableEnvironment.create(
            environment,
            EnvironmentSettings.newInstance().withClassLoader(functions.loader()).build());
    Duration ttl = query.ttl();
    if (ttl != null) {
      tables.getConfig().set("table.exec.state.ttl", ttl.toMillis() + " ms");
    }
    tables.registerCatalog(ProjectCatalog.NAME, new ProjectCatalog(scans, query.name()));
    tables.useCatalog(ProjectCatalog.NAME);
    functions.classes().forEach(tables::createTemporarySystemFunction);
    return tables;
  }

  private StreamStatementSet inserts(StreamTableEnvironment tables, ParsedQuery query) {
    StreamStatementSet inserts = tables.createStatementSet();
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
    return inserts;
  }

  /**
   * Plans one query and returns Flink's words for it.
   *
   * @throws QueryException at the first thing the planner refuses
   */
  String explain(ParsedQuery query) {
    var environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration(alone(query)));
    environment.setParallelism(parallelism());
    var scans = new Scans(engine, "check", query.kind());
    StreamTableEnvironment tables = tables(environment, scans, query);
    try {
      return inserts(tables, query).explain();
    } catch (QueryException e) {
      throw e;
    } catch (RuntimeException e) {
      throw PlannerError.explain(insert(query), tables, functions, e);
    }
  }

  /** A job of nothing but one query. */
  static JobSpec alone(ParsedQuery query) {
    return new JobSpec(
        "check",
        query.kind(),
        query.group(),
        query.start(),
        List.of(new QueryVersion(query, 1, List.of(), false)));
  }

  int parallelism() {
    return Math.min(settings.parallelism(), partitions);
  }

  private QueryException notStateless(JobSpec job) {
    for (QueryVersion version : job.queries()) {
      if (job.queries().size() == 1) {
        return version
            .query()
            .error(
                "a profile query with an exchange (expected: projection, filter and UNNEST of events"
                    + " alone; GROUP BY, DISTINCT, JOIN, OVER and ORDER BY need kind: statistics)");
      }
      try {
        plan(alone(version.query()));
      } catch (QueryException e) {
        return e;
      }
    }
    return job.queries()
        .get(0)
        .query()
        .error("the profile queries do not share one chain (expected: one source for all)");
  }

  private static Statement insert(ParsedQuery query) {
    return query.statements().stream()
        .filter(statement -> statement.kind() == Statement.Kind.INSERT)
        .findFirst()
        .orElseThrow();
  }

  /** What a job runs with; the profile job's single vertex depends on some of it. */
  private Configuration configuration(JobSpec job) {
    var all = new HashMap<String, String>();
    all.put("pipeline.name", job.id());
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
    all.put("table.optimizer.reuse-source-enabled", "true");
    all.put("table.optimizer.reuse-sub-plan-enabled", "true");
    all.put("restart-strategy.type", "exponential-delay");
    all.put("restart-strategy.exponential-delay.initial-backoff", "200 ms");
    all.put("restart-strategy.exponential-delay.max-backoff", "30 s");
    if (job.kind() == JobKind.STATISTICS) {
      Duration ttl = settings.stateTtl();
      all.put("table.exec.state.ttl", ttl.toMillis() + " ms");
      all.put("table.exec.mini-batch.enabled", "true");
      all.put("table.exec.mini-batch.allow-latency", MINI_BATCH_MILLIS + " ms");
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
    if (stepped) {
      all.put("execution.buffer-timeout.interval", "0 ms");
      all.put("restart-strategy.type", "none");
    }
    return Configuration.fromMap(all);
  }
}
