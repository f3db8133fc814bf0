package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import dev.imasugu.store.InMemoryStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * A SELECT on a log, from its first record and without end: its rows as they change, on a Flink of
 * its own. It may use the views of a project's files. {@link #next} for one thread, {@link #end}
 * from any.
 */
public final class LiveQuery implements AutoCloseable {
  private static final String FILE = "query";
  private static final List<String> STARTS = List.of("SELECT", "WITH", "DESCRIBE", "SHOW");

  private final InMemoryStore store = new InMemoryStore();
  private final Engine engine;
  private final JobState job;
  private final Scans scans;

  /** Why a row could not be handled, for the first such row. */
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  private final List<String> columns;
  private final CloseableIterator<Row> rows;
  private volatile boolean closed;

  private LiveQuery(QueryPlan plan, EventLog log, String sql) {
    engine =
        new Engine(
            log,
            store,
            plan.eventTypes(),
            InstantSource.system(),
            poison -> failure.compareAndSet(null, poison.cause()));
    Statement statement = statement(sql);
    var query =
        new ParsedQuery(
            statement.file(),
            JobKind.STATISTICS,
            Start.RETAINED,
            ParsedQuery.SHARED,
            null,
            FILE,
            null,
            List.of(statement));
    job = engine.add(Planner.alone(query));
    scans = new Scans(engine.name(), job.spec().id(), JobKind.STATISTICS);
    var environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration());
    environment.setParallelism(1);
    try {
      StreamTableEnvironment tables = tables(environment, plan.functions());
      for (ParsedQuery other : plan.queries()) {
        for (Statement each : other.statements()) {
          if (each.kind() == Statement.Kind.VIEW) {
            run(tables, plan.functions(), each);
          }
        }
      }
      TableResult result = run(tables, plan.functions(), statement);
      columns = List.copyOf(result.getResolvedSchema().getColumnNames());
      rows = result.collect();
    } catch (RuntimeException e) {
      engine.close();
      store.close();
      throw e;
    }
  }

  /**
   * Plans a statement and starts it; seconds. Beside SELECT it may be {@code SHOW TABLES}, {@code
   * SHOW FUNCTIONS} or {@code DESCRIBE table}, which end by themselves.
   *
   * @param plan gives views, event types and functions
   * @param log must stay open until {@link #close} has returned
   * @throws QueryException for what the planner refuses, and for any other kind of statement
   */
  public static LiveQuery start(QueryPlan plan, EventLog log, String sql) {
    return new LiveQuery(plan, log, sql);
  }

  @SuppressWarnings("deprecation") // createCatalog takes options for a factory, not a catalog
  private StreamTableEnvironment tables(
      StreamExecutionEnvironment environment, Functions functions) {
    var tables =
        StreamTableEnvironment.create(
            environment,
            EnvironmentSettings.newInstance().withClassLoader(functions.loader()).build());
    tables.registerCatalog(ProjectCatalog.NAME, new ProjectCatalog(scans, FILE));
    tables.useCatalog(ProjectCatalog.NAME);
    functions.classes().forEach(tables::createTemporarySystemFunction);
    return tables;
  }

  private static TableResult run(
      StreamTableEnvironment tables, Functions functions, Statement statement) {
    try {
      return tables.executeSql(statement.placed());
    } catch (RuntimeException e) {
      throw PlannerError.explain(statement, tables, functions, e);
    }
  }

  private static Statement statement(String sql) {
    var file = new QueryFile(FILE, sql);
    var tokens = new ArrayList<>(new SqlScanner(file).tokens());
    while (!tokens.isEmpty() && tokens.getLast().is(";")) {
      tokens.removeLast();
    }
    if (tokens.isEmpty()) {
      throw new QueryException(FILE, 1, 1, "nothing (expected: a SELECT)");
    }
    for (Token token : tokens) {
      if (token.is(";") || token.kind() == Token.Kind.HINT) {
        throw new QueryException(
            FILE,
            token.line(),
            token.column(),
            token.text() + " (expected: one statement, without hints)");
      }
    }
    Token first = tokens.getFirst();
    if (STARTS.stream().noneMatch(first::is)) {
      throw new QueryException(
          FILE,
          first.line(),
          first.column(),
          first.text() + " (expected one of: " + String.join(", ", STARTS) + ")");
    }
    return new Statement(file, Statement.Kind.INSERT, List.copyOf(tokens));
  }

  private static Configuration configuration() {
    return Configuration.fromMap(
        Map.ofEntries(
            Map.entry("execution.runtime-mode", "STREAMING"),
            Map.entry("execution.target", "local"),
            Map.entry("execution.attached", "true"),
            Map.entry("execution.buffer-timeout.interval", "10 ms"),
            Map.entry("restart-strategy.type", "none"),
            Map.entry("rest.address", "localhost"),
            Map.entry("rest.bind-address", "localhost"),
            Map.entry("rest.port", "0"),
            Map.entry("rest.bind-port", "0"),
            Map.entry("web.submit.enable", "false"),
            Map.entry("taskmanager.numberOfTaskSlots", "4"),
            Map.entry("taskmanager.memory.network.min", "16 mb"),
            Map.entry("taskmanager.memory.network.max", "16 mb"),
            Map.entry("taskmanager.memory.managed.size", "4 mb"),
            Map.entry("classloader.check-leaked-classloader", "false"),
            Map.entry("table.local-time-zone", "UTC"),
            Map.entry("table.dynamic-table-options.enabled", "false"),
            Map.entry("table.exec.source.idle-timeout", "1 s")));
  }

  /** Names of the columns. */
  public List<String> columns() {
    return columns;
  }

  /**
   * Waits for the next row and returns it: what happened ({@code +I} a new row, {@code -U} and
   * {@code +U} a row before and after a change, {@code -D} a row that is gone), then its values as
   * text. Null after {@link #end}, and where a statement has an end.
   */
  public @Nullable List<String> next() {
    try {
      if (closed || !rows.hasNext()) {
        return null;
      }
      Row row = rows.next();
      if (failure.get() != null) {
        throw new IllegalStateException(failure.get());
      }
      var texts = new ArrayList<String>();
      texts.add(row.getKind().shortString());
      for (int i = 0; i < row.getArity(); i++) {
        texts.add(text(row.getField(i)));
      }
      return texts;
    } catch (NoSuchElementException e) {
      return null;
    } catch (RuntimeException e) {
      if (closed) {
        return null;
      }
      throw new IllegalStateException("the query failed: " + Causes.plain(e), e);
    }
  }

  private static String text(@Nullable Object value) {
    return value instanceof Object[] array
        ? Arrays.stream(array).map(LiveQuery::text).collect(Collectors.joining(", ", "[", "]"))
        : String.valueOf(value);
  }

  /** Records that the query has not read yet; 0 before it has begun. */
  public long lag() {
    Reading reading = job.reading();
    return reading.begun() ? reading.lag(engine.log()) : 0;
  }

  /** Ends the query: {@link #next} returns null, at once where it waits. */
  public void end() {
    if (!closed) {
      closed = true;
      try {
        rows.close();
      } catch (Exception e) {
        throw new IllegalStateException("the query does not stop: " + Causes.plain(e), e);
      }
    }
  }

  @Override
  public void close() {
    try {
      end();
    } finally {
      engine.close();
      store.close();
    }
  }
}
