package dev.imasugu.query;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.store.FeatureTable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The queries of a project: read and checked against our own rules, which takes milliseconds. What
 * only the planner can know is found by {@link #check}, or when the queries start. Immutable.
 */
public final class QueryPlan {
  private final List<ParsedQuery> queries;
  private final EventTypes eventTypes;
  private final Functions functions;
  private final Map<String, FeatureTable> tables;

  private QueryPlan(List<ParsedQuery> queries, EventTypes eventTypes, Functions functions) {
    this.queries = queries;
    this.functions = functions;
    this.eventTypes = eventTypes;
    tables =
        queries.stream()
            .map(ParsedQuery::table)
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableMap(FeatureTable::name, table -> table));
  }

  /**
   * Reads query files.
   *
   * @throws QueryException at the first thing that is not as expected
   */
  public static QueryPlan of(List<QueryFile> files) {
    return of(files, EventTypes.BUILT_IN, Functions.BUILT_IN);
  }

  /** Reads query files of a project with event types and functions of its own, see above. */
  public static QueryPlan of(List<QueryFile> files, EventTypes types, Functions functions) {
    List<ParsedQuery> queries =
        files.stream().map(file -> QueryParser.parse(file, types, functions)).toList();
    var owners = new HashMap<String, ParsedQuery>();
    for (SourceTable source : SourceTable.values()) {
      refuse(queries, source.sqlName());
    }
    refuse(queries, QueryParser.TRIGGERS);
    ParsedQuery leader = null;
    for (ParsedQuery query : queries) {
      ParsedQuery other = owners.put(query.name(), query);
      if (other != null) {
        throw query.error(
            query.name() + ": also in " + other.file().path() + " (expected: one file a name)");
      }
      if (query.kind() == JobKind.PROFILE) {
        leader = leader == null ? query : leader;
        if (leader.start() != query.start()) {
          throw query.error(
              "start: differs from that of "
                  + leader.file().path()
                  + " (expected: one start for all profile queries, which read the log together)");
        }
      }
    }
    return new QueryPlan(queries, types, functions);
  }

  private static void refuse(List<ParsedQuery> queries, String name) {
    for (ParsedQuery query : queries) {
      if (query.name().equals(name) && query.table() != null) {
        throw query.error("table " + name + " is ours (expected: another name)");
      }
    }
  }

  /**
   * Plans every query with the real planner and starts nothing; takes seconds.
   *
   * @return how each query will run, in the order of the files
   * @throws QueryException at the first thing the planner refuses
   */
  public List<QueryCheck> check() {
    var planner = new Planner("check", QuerySettings.of(Path.of("unused")), 1, functions);
    return queries.stream().map(query -> QueryCheck.of(query, planner)).toList();
  }

  /** The feature tables that the queries fill, in the order of the files. */
  public List<FeatureTable> tables() {
    return queries.stream().map(ParsedQuery::table).filter(Objects::nonNull).toList();
  }

  /** Returns a table by its name, or null. */
  public @Nullable FeatureTable table(String name) {
    return tables.get(name);
  }

  /**
   * Returns a table by its name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public FeatureTable existing(String name) {
    FeatureTable table = tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("table: " + name + " (expected: one of the project's)");
    }
    return table;
  }

  /** Names of the queries that write to {@code triggers}, whatever else they write. */
  public List<String> triggering() {
    return queries.stream()
        .filter(
            query ->
                query.statements().stream()
                    .anyMatch(
                        statement ->
                            statement.kind() == Statement.Kind.INSERT
                                && statement.tokens().get(2).name().equals(QueryParser.TRIGGERS)))
        .map(ParsedQuery::name)
        .toList();
  }

  /** What its SQL may call. */
  public Functions functions() {
    return functions;
  }

  public EventTypes eventTypes() {
    return eventTypes;
  }

  List<ParsedQuery> queries() {
    return queries;
  }
}
