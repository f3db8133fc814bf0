package dev.imasugu.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link FeatureStore} in RocksDB. Commits of one partition follow each other; as a user belongs to
 * one partition, so do the changes of a user's rows.
 */
final class RocksFeatures implements FeatureStore {
  private final StoreDatabase database;
  private final RocksDirtySet dirty;
  private final RocksIdentities identities;
  private final RocksErasures.Tombstones tombstones;
  private final FeatureListeners listeners = new FeatureListeners();
  private final List<Lock> partitionLocks =
      Stream.<Lock>generate(ReentrantLock::new).limit(16).toList();

  /*
   * Who writes links writes alone, so that a commit for an anonymous id and one that gives the id to
   * a user come one after the other: the later of the two marks the user.
   */
  private final ReentrantReadWriteLock linking = new ReentrantReadWriteLock();

  RocksFeatures(
      StoreDatabase database,
      RocksDirtySet dirty,
      RocksIdentities identities,
      RocksErasures.Tombstones tombstones) {
    this.database = database;
    this.dirty = dirty;
    this.identities = identities;
    this.tombstones = tombstones;
  }

  /** Runs something while no commit does. */
  void alone(Runnable action) {
    partitionLocks.forEach(Lock::lock);
    linking.writeLock().lock();
    try {
      action.run();
    } finally {
      linking.writeLock().unlock();
      partitionLocks.forEach(Lock::unlock);
    }
  }

  @Override
  public void commit(ProfileCommit commit) {
    PlatformThreads.check();
    Lock partition = partitionLocks.get(Math.floorMod(commit.partition(), partitionLocks.size()));
    Lock links = commit.links().isEmpty() ? linking.readLock() : linking.writeLock();
    partition.lock();
    links.lock();
    try {
      long stored = progress(commit.queryVersion(), commit.partition());
      if (stored != commit.from()) {
        throw new StaleCommitException(commit, stored);
      }
      write(tombstones.count() > commit.erasuresSeen() ? withoutErased(commit) : commit);
    } finally {
      links.unlock();
      partition.unlock();
    }
    listeners.committed(commit);
  }

  private void write(ProfileCommit commit) {
    var changes = new ArrayList<Change>();
    for (ProfileChange change : ProfileChange.of(commit.rows())) {
      byte[] key = StoreKeys.profile(change.table().id(), change.user());
      byte[] kept = database.get(Family.PROFILES, key);
      changes.add(new Change.Put(Family.PROFILES, key, change.merge(kept)));
    }
    changes.add(
        new Change.Put(
            Family.PROGRESS,
            StoreKeys.progress(commit.queryVersion(), commit.partition()),
            new ByteWriter(8).fixed(commit.upTo()).toBytes()));
    LinkChanges links = identities.changes(commit);
    RocksIdentities.write(links, changes);
    var marks = new ArrayList<>(commit.dirty());
    marks.addAll(links.marks());
    dirty.write(changes, marks);
  }

  private ProfileCommit withoutErased(ProfileCommit commit) {
    return commit.without(
        owner -> {
          Tombstone tombstone = tombstones.find(owner);
          return tombstone != null && tombstone.number() > commit.erasuresSeen();
        });
  }

  @Override
  public long progress(String queryVersion, int partition) {
    byte[] value = database.get(Family.PROGRESS, StoreKeys.progress(queryVersion, partition));
    return value == null ? 0 : new ByteReader(value).fixed();
  }

  @Override
  public void onCommit(ObjLongConsumer<String> listener) {
    listeners.onCommit(listener);
  }

  @Override
  public List<Row> find(FeatureTable profile, String user) {
    byte[] bytes = database.get(Family.PROFILES, StoreKeys.profile(profile.id(), user));
    return bytes == null ? List.of() : new RowCodec(profile).decode(bytes, user);
  }

  @Override
  public List<Row> find(FeatureTable profile, List<String> owners) {
    if (owners.size() == 1) {
      return find(profile, owners.getFirst());
    }
    var kept = new ArrayList<byte[]>(owners.size());
    for (String owner : owners) {
      byte[] bytes = database.get(Family.PROFILES, StoreKeys.profile(profile.id(), owner));
      if (bytes != null) {
        kept.add(bytes);
      }
    }
    return kept.isEmpty()
        ? List.of()
        : new RowCodec(profile).decode(new ProfileRows(profile).union(kept), owners.getFirst());
  }

  @Override
  public void upsert(FeatureTable table, List<Row> rows) {
    var codec = new RowCodec(table);
    var changes = new ArrayList<Change>(rows.size());
    var out = new ByteWriter(4_096);
    var scratch = new ByteWriter(4_096);
    for (Row row : rows) {
      byte[] value = codec.encode(List.of(row), out, scratch);
      changes.add(new Change.Put(Family.STATISTICS, key(table, row), value));
    }
    database.write(changes);
    listeners.upserted(table, rows);
  }

  @Override
  public void remove(FeatureTable table, Row row) {
    database.write(List.of(new Change.Delete(Family.STATISTICS, key(table, row))));
  }

  /** Does nothing but look whether the store is open: an upsert survives a kill when it returns. */
  @Override
  public void flush() {
    database.write(List.of());
  }

  @Override
  public @Nullable Row findRow(FeatureTable table, List<String> key) {
    StatisticsKey.check(table, key);
    byte[] bytes = database.get(Family.STATISTICS, StoreKeys.statistics(table.id(), key));
    return bytes == null ? null : new RowCodec(table).decode(bytes, "").get(0);
  }

  @Override
  public void scan(FeatureTable table, Consumer<Row> consumer) {
    String id = table.id();
    boolean profile = table.kind().profile();
    var codec = new RowCodec(table);
    database.scan(
        profile ? Family.PROFILES : Family.STATISTICS,
        StoreKeys.tableBegin(id),
        StoreKeys.tableEnd(id),
        (key, value) -> {
          codec.decode(value, profile ? StoreKeys.user(id, key) : "").forEach(consumer);
          return true;
        });
  }

  @Override
  public void onUpsert(FeatureTable table, Consumer<List<Row>> listener) {
    listeners.onUpsert(table, listener);
  }

  @Override
  public void dropOthers(Set<String> tableIds, Set<String> queryVersions) {
    var changes = new ArrayList<Change>();
    dropOthers(Family.PROFILES, tableIds, changes);
    dropOthers(Family.STATISTICS, tableIds, changes);
    dropOthers(Family.PROGRESS, queryVersions, changes);
    database.write(changes);
    listeners.keepOnly(tableIds);
  }

  private void dropOthers(Family family, Set<String> kept, List<Change> changes) {
    byte[] next = {};
    while (next != null) {
      String id = firstPrefix(family, next);
      next = id == null ? null : StoreKeys.tableEnd(id);
      if (id != null && next != null && !kept.contains(id)) {
        changes.add(new Change.DeleteRange(family, StoreKeys.tableBegin(id), next));
      }
    }
  }

  private @Nullable String firstPrefix(Family family, byte[] from) {
    var found = new ArrayList<String>(1);
    database.scan(
        family,
        from,
        null,
        (key, _) -> {
          found.add(StoreKeys.prefix(key));
          return false;
        });
    return found.isEmpty() ? null : found.get(0);
  }

  private static byte[] key(FeatureTable table, Row row) {
    return StoreKeys.statistics(table.id(), StatisticsKey.of(table, row));
  }
}
