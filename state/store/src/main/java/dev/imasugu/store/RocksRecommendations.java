package dev.imasugu.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Recommendation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * A list is in memory only after it is in the database, and gone before an erasure ends: both caches
 * take one change of a key at a time, so that a list which is being read is replaced, or forgotten,
 * when it has been. (The caches' computeIfPresent would not wait for it.)
 */

/**
 * {@link RecommendationStore} in RocksDB. One lock makes compare and write one step. Lists that are
 * read often are kept in memory, about {@value #CACHED_ITEMS} items of them together, and of
 * {@value #CACHED_HEADS} lists that were stored lately what the next one is compared with.
 */
final class RocksRecommendations implements RecommendationStore {
  private static final int CACHED_ITEMS = 250_000;
  private static final int CACHED_HEADS = 50_000;

  private record Key(String owner, String placement) {
    static Key of(byte[] stored) {
      var in = new ByteReader(stored);
      return new Key(in.text(), in.rest());
    }
  }

  private final StoreDatabase database;
  private final RocksErasures.Tombstones tombstones;
  private final ReentrantLock writing = new ReentrantLock();
  private final Cache<Key, Recommendation> cache =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_ITEMS)
          .weigher((Key _, Recommendation list) -> 10 + list.items().size())
          .executor(Runnable::run)
          .build();
  private final Cache<Key, Recommendation> heads =
      Caffeine.newBuilder().maximumSize(CACHED_HEADS).executor(Runnable::run).build();
  private final List<Consumer<Recommendation>> listeners = new CopyOnWriteArrayList<>();

  RocksRecommendations(StoreDatabase database, RocksErasures.Tombstones tombstones) {
    this.database = database;
    this.tombstones = tombstones;
  }

  /** Runs something while no list is stored. */
  void alone(Runnable action) {
    writing.lock();
    try {
      action.run();
    } finally {
      writing.unlock();
    }
  }

  /** Whether a list was being computed when its owner was erased. */
  private boolean isErased(Recommendation list) {
    Tombstone tombstone = tombstones.find(list.owner());
    return tombstone != null && list.revision() <= tombstone.stamp();
  }

  /** Takes lists out of memory, once changes that delete them are in the database. */
  void forget(List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof Change.Delete(Family family, byte[] stored)
          && family == Family.RECOMMENDATIONS) {
        Key key = Key.of(stored);
        replace(cache, key, null);
        replace(heads, key, null);
      }
    }
  }

  @SuppressWarnings("NullAway") // null tells the cache that there is no list
  private static void replace(
      Cache<Key, Recommendation> cache, Key key, @Nullable Recommendation list) {
    cache.asMap().compute(key, (_, before) -> before == null ? null : list);
  }

  @Override
  @SuppressWarnings("NullAway") // null tells the cache that there is no list
  public @Nullable Recommendation find(String placement, String owner) {
    return cache.get(
        new Key(owner, placement),
        _ -> {
          byte[] value =
              database.get(Family.RECOMMENDATIONS, StoreKeys.recommendation(owner, placement));
          return value == null ? null : RecommendationCodec.decode(placement, owner, value);
        });
  }

  @Override
  public @Nullable AsOf findAsOf(String placement, String owner) {
    Recommendation head = head(placement, owner, StoreKeys.recommendation(owner, placement));
    return head == null ? null : head.asOf();
  }

  @Override
  public int put(List<Recommendation> lists) {
    PlatformThreads.check();
    var stored = new ArrayList<Recommendation>(lists.size());
    List<byte[]> encoded = lists.stream().map(RecommendationCodec::encode).toList(); // without lock
    writing.lock();
    try {
      Map<ByteBuffer, Recommendation> written = new LinkedHashMap<>();
      var changes = new ArrayList<Change>(lists.size());
      for (int i = 0; i < lists.size(); i++) {
        Recommendation list = lists.get(i);
        byte[] key = StoreKeys.recommendation(list.owner(), list.placement());
        Recommendation before = written.get(ByteBuffer.wrap(key));
        if (before == null) {
          before = head(list.placement(), list.owner(), key);
        }
        if ((before == null || list.supersedes(before)) && !isErased(list)) {
          written.put(ByteBuffer.wrap(key), list);
          stored.add(list);
          changes.add(new Change.Put(Family.RECOMMENDATIONS, key, encoded.get(i)));
        }
      }
      database.write(changes);
      for (Recommendation list : written.values()) {
        var key = new Key(list.owner(), list.placement());
        heads.put(key, list.head());
        replace(cache, key, list);
      }
    } finally {
      writing.unlock();
    }
    stored.forEach(list -> listeners.forEach(listener -> listener.accept(list)));
    return stored.size();
  }

  private @Nullable Recommendation head(String placement, String owner, byte[] key) {
    Recommendation cached = heads.getIfPresent(new Key(owner, placement));
    if (cached != null) {
      return cached;
    }
    byte[] value = database.get(Family.RECOMMENDATIONS, key);
    return value == null ? null : RecommendationCodec.decodeHead(placement, owner, value);
  }

  @Override
  public List<Recommendation> heads(@Nullable Recommendation after, int limit) {
    byte[] from = {};
    if (after != null) {
      byte[] last = StoreKeys.recommendation(after.owner(), after.placement());
      from = Arrays.copyOf(last, last.length + 1);
    }
    var found = new ArrayList<Recommendation>();
    database.scan(
        Family.RECOMMENDATIONS,
        from,
        null,
        (key, value) -> {
          var of = Key.of(key);
          found.add(RecommendationCodec.decodeHead(of.placement, of.owner, value));
          return found.size() < limit;
        });
    return found;
  }

  @Override
  public void remove(String owner) {
    PlatformThreads.check();
    byte[] prefix = StoreKeys.owner(owner);
    writing.lock();
    try {
      var changes = new ArrayList<Change>();
      database.scan(
          Family.RECOMMENDATIONS,
          prefix,
          null,
          (key, _) -> {
            boolean same = StoreKeys.startsWith(key, prefix);
            if (same) {
              changes.add(new Change.Delete(Family.RECOMMENDATIONS, key));
            }
            return same;
          });
      database.write(changes);
      forget(changes);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void onPut(Consumer<Recommendation> listener) {
    listeners.add(listener);
  }
}
