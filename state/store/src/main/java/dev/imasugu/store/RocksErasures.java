package dev.imasugu.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link Erasures} in RocksDB. An erasure holds the locks of all who write, so that nobody writes
 * what was read before it.
 */
final class RocksErasures implements Erasures {
  private final StoreDatabase database;
  private final RocksDirtySet dirty;
  private final RocksFeatures features;
  private final RocksRecommendations recommendations;
  private final RocksIdentities identities;
  private final Tombstones tombstones;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  /** Finds tombstones; nothing is read while there are none. */
  static final class Tombstones {
    private final StoreDatabase database;
    private final AtomicLong count = new AtomicLong();

    Tombstones(StoreDatabase database) {
      this.database = database;
      database.scan(
          Family.ERASED,
          new byte[0],
          null,
          (_, value) -> {
            Tombstone each = Tombstone.decode(value);
            count.accumulateAndGet(each == null ? 0 : each.number(), Math::max);
            return true;
          });
    }

    long count() {
      return count.get();
    }

    @Nullable Tombstone find(String owner) {
      return count.get() == 0
          ? null
          : Tombstone.decode(database.get(Family.ERASED, Tombstone.key(owner)));
    }
  }

  RocksErasures(
      StoreDatabase database,
      RocksDirtySet dirty,
      RocksFeatures features,
      RocksRecommendations recommendations,
      RocksIdentities identities,
      Tombstones tombstones) {
    this.database = database;
    this.dirty = dirty;
    this.features = features;
    this.recommendations = recommendations;
    this.identities = identities;
    this.tombstones = tombstones;
  }

  @Override
  public long count() {
    return tombstones.count();
  }

  @Override
  public long hiddenBefore(String owner) {
    Tombstone tombstone = tombstones.find(owner);
    return tombstone == null ? 0 : tombstone.hiddenBefore();
  }

  @Override
  public void erase(String owner, long hiddenBefore, List<FeatureTable> tables) {
    PlatformThreads.check();
    features.alone(
        () ->
            recommendations.alone(
                () -> {
                  var changes = new ArrayList<Change>();
                  for (FeatureTable table : tables) {
                    if (table.kind().profile()) {
                      byte[] key = StoreKeys.profile(table.id(), owner);
                      changes.add(new Change.Delete(Family.PROFILES, key));
                    } else if (table.key().getFirst().equals(FeatureTable.USER)) {
                      byte[] prefix = StoreKeys.statistics(table.id(), List.of(owner));
                      deleteAll(Family.STATISTICS, prefix, changes);
                    }
                  }
                  deleteAll(Family.RECOMMENDATIONS, StoreKeys.owner(owner), changes);
                  identities.erase(owner, changes);
                  dirty.erase(
                      owner,
                      stamp -> {
                        var tombstone = new Tombstone(tombstones.count() + 1, stamp, hiddenBefore);
                        changes.add(
                            new Change.Put(
                                Family.ERASED, Tombstone.key(owner), tombstone.encode()));
                        return changes;
                      });
                  tombstones.count.incrementAndGet();
                  recommendations.forget(changes);
                }));
    listeners.forEach(listener -> listener.accept(owner));
  }

  private void deleteAll(Family family, byte[] prefix, List<Change> changes) {
    database.scan(
        family,
        prefix,
        null,
        (key, _) -> {
          boolean same = StoreKeys.startsWith(key, prefix);
          if (same) {
            changes.add(new Change.Delete(family, key));
          }
          return same;
        });
  }

  @Override
  public void onErase(Consumer<String> listener) {
    listeners.add(listener);
  }

  @Override
  public void compact() {
    database.compact();
  }
}
