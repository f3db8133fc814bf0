package dev.imasugu.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** {@link Erasures} in memory. */
final class InMemoryErasures implements Erasures {
  private final InMemoryStore.Shared shared;
  private final InMemoryFeatures features;
  private final InMemoryDirtySet dirty;
  private final InMemoryRecommendations recommendations;
  private final InMemoryIdentities identities;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  InMemoryErasures(
      InMemoryStore.Shared shared,
      InMemoryFeatures features,
      InMemoryDirtySet dirty,
      InMemoryRecommendations recommendations,
      InMemoryIdentities identities) {
    this.shared = shared;
    this.features = features;
    this.dirty = dirty;
    this.recommendations = recommendations;
    this.identities = identities;
  }

  @Override
  public long count() {
    shared.enter();
    try {
      return shared.erased;
    } finally {
      shared.unlock();
    }
  }

  @Override
  public long hiddenBefore(String owner) {
    shared.enter();
    try {
      Tombstone tombstone = shared.tombstones.get(owner);
      return tombstone == null ? 0 : tombstone.hiddenBefore();
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void erase(String owner, long hiddenBefore, List<FeatureTable> tables) {
    PlatformThreads.check();
    shared.enter();
    try {
      features.erase(owner, tables);
      recommendations.remove(owner);
      identities.erase(owner);
      long stamp = dirty.erase(owner);
      shared.erased++;
      shared.tombstones.put(owner, new Tombstone(shared.erased, stamp, hiddenBefore));
    } finally {
      shared.unlock();
    }
    listeners.forEach(listener -> listener.accept(owner));
  }

  @Override
  public void onErase(Consumer<String> listener) {
    listeners.add(listener);
  }

  @Override
  public void compact() {}
}
