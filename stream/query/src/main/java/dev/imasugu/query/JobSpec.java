package dev.imasugu.query;

import java.util.List;
import java.util.function.Predicate;

/**
 * Queries that run together and share one scan of the log.
 *
 * @param id names its checkpoints and its progress, never given twice
 * @param kind of all its queries
 * @param group as the queries' header says
 */
record JobSpec(String id, JobKind kind, String group, Start start, List<QueryVersion> queries) {
  JobSpec {
    queries = List.copyOf(queries);
  }

  JobSpec only(Predicate<QueryVersion> kept) {
    return new JobSpec(id, kind, group, start, queries.stream().filter(kept).toList());
  }

  /** The name under which a profile job's progress is stored. */
  String progressKey() {
    return "profile@" + id;
  }
}
