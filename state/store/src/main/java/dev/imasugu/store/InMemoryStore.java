package dev.imasugu.store;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A store that lives as long as its process; for tests and replays. One lock guards all of it; its
 * size is bounded by the heap alone.
 */
public final class InMemoryStore implements Store {
  /** The lock of the three parts, and whether they may still be used. */
  static final class Shared extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    boolean closed;

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
  private final InMemoryFeatures features = new InMemoryFeatures(shared, dirty);
  private final InMemoryRecommendations recommendations = new InMemoryRecommendations(shared);

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
