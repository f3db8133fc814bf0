package dev.imasugu.store;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store that lives as long as its process; for tests and replays. One lock guards all of it; its
 * size is bounded by the heap alone.
 */
public final class InMemoryStore implements Store {
  /** The lock of the three parts, and whether they may still be used. */
  static final class Shared extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    final transient Map<String, Tombstone> tombstones = new HashMap<>();
    long erased;
    boolean closed;

    /** Whether an owner was erased after some number of erasures; under the lock. */
    boolean isErasedSince(String owner, long seen) {
      Tombstone tombstone = tombstones.get(owner);
      return tombstone != null && tombstone.number() > seen;
    }

    /** Locks. */
    void enter() {
      lock();
      if (closed) {
        unlock();
        throw new IllegalStateException("the store is closed");
      }
    }
  }

  private final Shared shared = new Shared();
  private final InMemoryDirtySet dirty = new InMemoryDirtySet(shared);
  private final InMemoryIdentities identities = new InMemoryIdentities(shared);
  private final InMemoryFeatures features = new InMemoryFeatures(shared, dirty, identities);
  private final InMemoryRecommendations recommendations = new InMemoryRecommendations(shared);

  private final InMemoryErasures erasures =
      new InMemoryErasures(shared, features, dirty, recommendations, identities);

  @Override
  public Identities identities() {
    return identities;
  }

  @Override
  public Erasures erasures() {
    return erasures;
  }

  @Override
  public FeatureStore features() {
    return features;
  }

  @Override
  public DirtySet dirty() {
    return dirty;
  }

  @Override
  public RecommendationStore recommendations() {
    return recommendations;
  }

  @Override
  public void close() {
    shared.lock();
    try {
      shared.closed = true;
      dirty.wake();
    } finally {
      shared.unlock();
    }
  }
}
