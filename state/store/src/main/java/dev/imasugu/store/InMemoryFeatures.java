package dev.imasugu.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** {@link FeatureStore} in memory. */
final class InMemoryFeatures implements FeatureStore {
  private final InMemoryStore.Shared shared;
  private final InMemoryDirtySet dirty;
  private final InMemoryIdentities identities;
  private final FeatureListeners listeners = new FeatureListeners();

  /** Table id, then user, to rows in the table's order, encoded. */
  private final Map<String, TreeMap<String, byte[]>> profiles = new TreeMap<>();

  /** Table id, then primary key, to row. */
  private final Map<String, Map<List<String>, Row>> statistics = new TreeMap<>();

  /** Query version, then partition, to position. */
  private final Map<String, TreeMap<Integer, Long>> progress = new TreeMap<>();

  InMemoryFeatures(
      InMemoryStore.Shared shared, InMemoryDirtySet dirty, InMemoryIdentities identities) {
    this.shared = shared;
    this.dirty = dirty;
    this.identities = identities;
  }

  @Override
  public void commit(ProfileCommit given) {
    PlatformThreads.check();
    shared.enter();
    ProfileCommit commit;
    try {
      commit =
          shared.erased > given.erasuresSeen()
              ? given.without(owner -> shared.isErasedSince(owner, given.erasuresSeen()))
              : given;
      long stored = progress(commit.queryVersion(), commit.partition());
      if (stored != commit.from()) {
        throw new StaleCommitException(commit, stored);
      }
      var changes = new ArrayList<Runnable>();
      ProfileChange.of(commit.rows())
          .forEach(
              change -> {
                var users = profiles.computeIfAbsent(change.table().id(), _ -> new TreeMap<>());
                byte[] rows = change.merge(users.get(change.user()));
                changes.add(() -> users.put(change.user(), rows));
              });
      changes.forEach(Runnable::run);
      progress
          .computeIfAbsent(commit.queryVersion(), _ -> new TreeMap<>())
          .put(commit.partition(), commit.upTo());
      dirty.mark(commit.dirty());
      dirty.mark(identities.commit(commit));
    } finally {
      shared.unlock();
    }
    listeners.committed(commit);
  }

  @Override
  public long progress(String queryVersion, int partition) {
    shared.enter();
    try {
      return progress.getOrDefault(queryVersion, new TreeMap<>()).getOrDefault(partition, 0L);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void onCommit(ObjLongConsumer<String> listener) {
    listeners.onCommit(listener);
  }

  @Override
  public List<Row> find(FeatureTable profile, String user) {
    shared.enter();
    try {
      byte[] rows = profiles.getOrDefault(profile.id(), new TreeMap<>()).get(user);
      return rows == null ? List.of() : new RowCodec(profile).decode(rows, user);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public List<Row> find(FeatureTable profile, List<String> owners) {
    shared.enter();
    try {
      Map<String, byte[]> users = profiles.getOrDefault(profile.id(), new TreeMap<>());
      List<byte[]> kept = owners.stream().map(users::get).filter(Objects::nonNull).toList();
      return kept.isEmpty()
          ? List.of()
          : new RowCodec(profile).decode(new ProfileRows(profile).union(kept), owners.getFirst());
    } finally {
      shared.unlock();
    }
  }

  /** Removes an owner's rows; under the lock. */
  void erase(String owner, List<FeatureTable> tables) {
    for (FeatureTable table : tables) {
      profiles.getOrDefault(table.id(), new TreeMap<>()).remove(owner);
      if (!table.kind().profile() && table.key().getFirst().equals(FeatureTable.USER)) {
        statistics
            .getOrDefault(table.id(), new HashMap<>())
            .keySet()
            .removeIf(key -> key.getFirst().equals(owner));
      }
    }
  }

  @Override
  public void upsert(FeatureTable table, List<Row> rows) {
    PlatformThreads.check();
    var codec = new RowCodec(table);
    var normal = new HashMap<List<String>, Row>();
    rows.forEach(row -> normal.put(StatisticsKey.of(table, row), codec.normal(row)));
    shared.enter();
    try {
      statistics.computeIfAbsent(table.id(), _ -> new HashMap<>()).putAll(normal);
    } finally {
      shared.unlock();
    }
    listeners.upserted(table, rows);
  }

  @Override
  public void remove(FeatureTable table, Row row) {
    PlatformThreads.check();
    shared.enter();
    try {
      statistics.getOrDefault(table.id(), new HashMap<>()).remove(StatisticsKey.of(table, row));
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void flush() {
    shared.enter();
    shared.unlock();
  }

  @Override
  public @Nullable Row findRow(FeatureTable table, List<String> key) {
    StatisticsKey.check(table, key);
    shared.enter();
    try {
      return statistics.getOrDefault(table.id(), Map.of()).get(key);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void scan(FeatureTable table, Consumer<Row> consumer) {
    var rows = new ArrayList<Row>();
    shared.enter();
    try {
      var codec = new RowCodec(table);
      profiles
          .getOrDefault(table.id(), new TreeMap<>())
          .forEach((user, bytes) -> rows.addAll(codec.decode(bytes, user)));
      rows.addAll(statistics.getOrDefault(table.id(), Map.of()).values());
    } finally {
      shared.unlock();
    }
    rows.forEach(consumer);
  }

  @Override
  public void onUpsert(FeatureTable table, Consumer<List<Row>> listener) {
    listeners.onUpsert(table, listener);
  }

  @Override
  public void dropOthers(Set<String> tableIds, Set<String> queryVersions) {
    PlatformThreads.check();
    shared.enter();
    try {
      profiles.keySet().retainAll(tableIds);
      statistics.keySet().retainAll(tableIds);
      progress.keySet().retainAll(queryVersions);
    } finally {
      shared.unlock();
    }
    listeners.keepOnly(tableIds);
  }
}
