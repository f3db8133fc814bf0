package dev.imasugu.query;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What an apply does, query by query. Immutable. */
public record Changes(List<QueryChange> queries) {
  public Changes {
    queries = List.copyOf(queries);
  }

  /** Whether nothing has to be done. */
  public boolean none() {
    return built().isEmpty() && dropped().isEmpty();
  }

  Set<String> built() {
    return names(queries.stream().filter(QueryChange::builds).toList());
  }

  Set<String> dropped() {
    return names(
        queries.stream().filter(change -> change.action() == QueryChange.Action.DROP).toList());
  }

  private static Set<String> names(List<QueryChange> changes) {
    return changes.stream().map(QueryChange::name).collect(Collectors.toUnmodifiableSet());
  }
}
