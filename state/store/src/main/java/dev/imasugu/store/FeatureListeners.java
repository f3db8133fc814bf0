package dev.imasugu.store;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/** The listeners of a {@link FeatureStore}. Safe for many threads. */
final class FeatureListeners {
  private final List<ObjLongConsumer<String>> commits = new CopyOnWriteArrayList<>();
  private final Map<String, List<Consumer<List<Row>>>> upserts = new ConcurrentHashMap<>();

  void onCommit(ObjLongConsumer<String> listener) {
    commits.add(listener);
  }

  void onUpsert(FeatureTable table, Consumer<List<Row>> listener) {
    upserts.computeIfAbsent(table.id(), _ -> new CopyOnWriteArrayList<>()).add(listener);
  }

  /** Forgets who listens to any other table: it will not be written any more. */
  void keepOnly(Set<String> tableIds) {
    upserts.keySet().retainAll(tableIds);
  }

  void committed(ProfileCommit commit) {
    commits.forEach(listener -> listener.accept(commit.queryVersion(), commit.partition()));
  }

  void upserted(FeatureTable table, List<Row> rows) {
    upserts.getOrDefault(table.id(), List.of()).forEach(listener -> listener.accept(rows));
  }
}
