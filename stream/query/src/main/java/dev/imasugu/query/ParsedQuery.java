package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query file that follows our rules; the planner has not seen it.
 *
 * @param job which of the jobs it runs in
 * @param version identifies the meaning of the file: name, kind and SQL without comments
 * @param table what it fills, or null if it only fills triggers
 */
record ParsedQuery(
    QueryFile file,
    Job job,
    Start start,
    String version,
    @Nullable FeatureTable table,
    List<Statement> statements) {
  String name() {
    return table == null ? file.name() : table.name();
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
