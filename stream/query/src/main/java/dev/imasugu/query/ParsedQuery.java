package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query file that follows our rules; the planner has not seen it.
 *
 * @param group queries of one group and kind share a job
 * @param ttl how long a key of its state is kept, or null for the platform's
 * @param version identifies the meaning of the file: name, header and SQL without comments
 * @param table what it fills, or null if it only fills triggers
 */
record ParsedQuery(
    QueryFile file,
    JobKind kind,
    Start start,
    String group,
    @Nullable Duration ttl,
    String version,
    @Nullable FeatureTable table,
    List<Statement> statements) {
  /** The group of queries that name none. */
  static final String SHARED = "shared";

  String name() {
    return table == null ? file.name() : table.name();
  }

  /** The same query under another version: the one it was applied as, by older rules. */
  ParsedQuery as(String other) {
    if (other.equals(version)) {
      return this;
    }
    FeatureTable renamed =
        table == null
            ? null
            : new FeatureTable(table.name(), other, table.kind(), table.columns(), table.key());
    return new ParsedQuery(file, kind, start, group, ttl, other, renamed, statements);
  }

  /** Returns an error about the file as a whole, at its first INSERT. */
  QueryException error(String message) {
    return statements.stream()
        .filter(statement -> statement.kind() == Statement.Kind.INSERT)
        .findFirst()
        .orElseThrow()
        .error(message);
  }
}
