package dev.imasugu.store;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Recommendation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link RecommendationStore} in memory. */
final class InMemoryRecommendations implements RecommendationStore {
  private final InMemoryStore.Shared shared;
  private final Map<String, Map<String, Recommendation>> byOwner = new TreeMap<>();
  private final List<Consumer<Recommendation>> listeners = new CopyOnWriteArrayList<>();

  InMemoryRecommendations(InMemoryStore.Shared shared) {
    this.shared = shared;
  }

  @Override
  public @Nullable Recommendation find(String placement, String owner) {
    shared.enter();
    try {
      return byOwner.getOrDefault(owner, Map.of()).get(placement);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public @Nullable AsOf findAsOf(String placement, String owner) {
    Recommendation list = find(placement, owner);
    return list == null ? null : list.asOf();
  }

  @Override
  public int put(List<Recommendation> lists) {
    PlatformThreads.check();
    var stored = new ArrayList<Recommendation>(lists.size());
    shared.enter();
    try {
      for (Recommendation list : lists) {
        var placements = byOwner.computeIfAbsent(list.owner(), _ -> new TreeMap<>());
        Recommendation before = placements.get(list.placement());
        Tombstone tombstone = shared.tombstones.get(list.owner());
        boolean erased = tombstone != null && list.revision() <= tombstone.stamp();
        if (!erased && (before == null || list.supersedes(before))) {
          placements.put(list.placement(), list);
          stored.add(list);
        }
      }
    } finally {
      shared.unlock();
    }
    stored.forEach(list -> listeners.forEach(listener -> listener.accept(list)));
    return stored.size();
  }

  @Override
  public List<Recommendation> heads(@Nullable Recommendation after, int limit) {
    shared.enter();
    try {
      return byOwner.values().stream()
          .flatMap(placements -> placements.values().stream())
          .filter(list -> after == null || comesAfter(list, after))
          .limit(limit)
          .map(InMemoryRecommendations::head)
          .toList();
    } finally {
      shared.unlock();
    }
  }

  private static boolean comesAfter(Recommendation list, Recommendation after) {
    int byOwner = list.owner().compareTo(after.owner());
    return byOwner > 0 || (byOwner == 0 && list.placement().compareTo(after.placement()) > 0);
  }

  private static Recommendation head(Recommendation list) {
    return new Recommendation(
        list.placement(),
        list.owner(),
        list.generation(),
        list.asOf(),
        list.revision(),
        list.computedAt(),
        List.of(),
        List.of());
  }

  @Override
  public void remove(String owner) {
    PlatformThreads.check();
    shared.enter();
    try {
      byOwner.remove(owner);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void onPut(Consumer<Recommendation> listener) {
    listeners.add(listener);
  }
}
