package dev.imasugu.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds lists: the stored one, else the popular one, else what the catalogue has. Safe for many
 * threads; must be called from platform threads, for it may mark a user dirty.
 */
public final class Lists {
  private static final Logger LOG = LoggerFactory.getLogger(Lists.class);
  private static final AsOf NOTHING = AsOf.NONE;

  private record Found(@Nullable Recommendation list, AsOf asOf, boolean dirty) {}

  private final Store store;
  private final Catalog catalog;
  private final InstantSource clock;

  /** What is live, replaced whole. */
  private record Live(ServeSettings settings, Progress progress) {}

  private volatile Live live;

  /** The popular lists once more, for the time when the store does not answer. */
  private final Map<String, Recommendation> popular = new ConcurrentHashMap<>();

  /** Who was marked by a read lately, so that many reads of one user are one mark. */
  private final Cache<String, Boolean> marked =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(Duration.ofSeconds(10)).build();

  public Lists(Store store, Catalog catalog, ServeSettings settings, InstantSource clock) {
    this.store = store;
    this.catalog = catalog;
    this.clock = clock;
    this.live = new Live(settings, new Progress(store, settings.profileVersion()));
    store.features().onCommit((version, partition) -> live.progress.committed(version, partition));
    store
        .recommendations()
        .onPut(
            list -> {
              if (list.owner().equals(Recommendation.POPULAR)) {
                popular.put(list.placement(), list);
              }
            });
    for (String placement : settings.maxAge().keySet()) {
      Recommendation list = store.recommendations().find(placement, Recommendation.POPULAR);
      if (list != null) {
        popular.putIfAbsent(placement, list);
      }
    }
  }

  /**
   * Serves what another deployment makes from now on. Lists of the one before are shown, as stale,
   * until theirs are there.
   */
  public void deploy(ServeSettings next) {
    live = new Live(next, new Progress(store, next.profileVersion()));
    popular.keySet().retainAll(next.maxAge().keySet());
  }

  ServeSettings settings() {
    return live.settings;
  }

  /** Names of the placements. */
  public Set<String> placements() {
    return live.settings.maxAge().keySet();
  }

  /** Whether a user's list reflects every event up to a token. */
  public boolean covers(String placement, String user, AsOf token) {
    try {
      return found(placement, user).asOf.covers(token);
    } catch (RuntimeException e) {
      return false;
    }
  }

  /**
   * Returns what can be shown at once; never fails while an item is available. A user without a
   * list, or with a stale one, is marked dirty.
   */
  public Answer find(Query query) {
    Found found;
    try {
      found = found(query.placement(), query.user());
    } catch (RuntimeException e) {
      LOG.warn("the store does not answer: {}", e.toString());
      return fallback(query, NOTHING, query.minAsOf().equals(NOTHING));
    }
    boolean fresh =
        query.minAsOf().equals(NOTHING) ? !found.dirty : found.asOf.covers(query.minAsOf());
    Recommendation list = found.list;
    boolean stale = list != null && isStale(list);
    if (!found.dirty && (list == null || stale || list.degraded())) {
      mark(query.user(), list == null ? "unknown" : stale ? "stale" : "degraded");
    }
    if (list != null) {
      List<RecommendedItem> items = shown(list.items(), query);
      if (!items.isEmpty()) {
        return answer(list, items, found.asOf, Answer.STORED, fresh, stale);
      }
    }
    return fallback(query, found.asOf, fresh);
  }

  /*
   * Progress first, then the dirty set, then the list. An event counted in the progress had marked its
   * user in the same write; if the mark is gone, the list that removed it was stored before, and the
   * read that follows finds that list or a newer one. What is true of a list that the live versions
   * made; one of another generation says of itself what it reflects.
   */
  private Found found(String placement, String user) {
    Live now = live;
    int own = now.settings.partition().applyAsInt(user);
    long[] committed = now.progress.now(own);
    boolean dirty = store.dirty().isDirty(user);
    Recommendation list = store.recommendations().find(placement, user);
    AsOf stored = list == null ? NOTHING : list.asOf();
    boolean ofOthers = list != null && list.generation() != now.settings.generation();
    if (dirty || ofOthers) {
      return new Found(list, stored, dirty);
    }
    return new Found(list, now.progress.raise(stored, own, committed), false);
  }

  private boolean isStale(Recommendation list) {
    ServeSettings settings = live.settings;
    Duration maxAge = settings.maxAge().getOrDefault(list.placement(), Duration.ZERO);
    return list.generation() != settings.generation()
        || clock.millis() - list.computedAt().toEpochMilli() > maxAge.toMillis();
  }

  private void mark(String user, String reason) {
    if (marked.getIfPresent(user) != null) {
      return;
    }
    marked.put(user, true);
    try {
      store.dirty().mark(List.of(new Mark(user, reason, Instant.ofEpochMilli(clock.millis()))));
    } catch (RuntimeException e) {
      LOG.warn("user not marked: {}", e.toString());
    }
  }

  private Answer fallback(Query query, AsOf asOf, boolean fresh) {
    Recommendation list = popular.get(query.placement());
    if (list != null) {
      List<RecommendedItem> items = shown(list.items(), query);
      if (!items.isEmpty()) {
        return answer(list, items, asOf, Answer.POPULAR, fresh, isStale(list));
      }
    }
    var items = new ArrayList<RecommendedItem>();
    catalog.forEachAvailable(
        query.limit() + query.exclude().size(),
        row -> {
          String id = catalog.id(row);
          if (items.size() < query.limit() && !query.exclude().contains(id)) {
            items.add(new RecommendedItem(new ItemId(id), 0, "catalogue"));
          }
        });
    return new Answer(items, asOf, null, 0, 0, Answer.CATALOGUE, fresh, false, List.of(), NOTHING);
  }

  private static Answer answer(
      Recommendation list,
      List<RecommendedItem> items,
      AsOf asOf,
      String madeBy,
      boolean fresh,
      boolean stale) {
    return new Answer(
        items,
        asOf,
        list.computedAt(),
        list.generation(),
        list.revision(),
        madeBy,
        fresh,
        stale,
        list.missingSources(),
        list.asOf());
  }

  private List<RecommendedItem> shown(List<RecommendedItem> items, Query query) {
    var shown = new ArrayList<RecommendedItem>(query.limit());
    for (RecommendedItem item : items) {
      String id = item.item().value();
      if (shown.size() == query.limit()) {
        break;
      }
      if (catalog.isAvailable(id) && !query.exclude().contains(id)) {
        shown.add(item);
      }
    }
    return shown;
  }
}
