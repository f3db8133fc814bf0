package dev.imasugu.store;

/** One store: features, dirty set and lists, so that they can share a write. */
public interface Store extends AutoCloseable {
  FeatureStore features();

  DirtySet dirty();

  RecommendationStore recommendations();

  Identities identities();

  Erasures erasures();

  /** Waits for calls in progress; afterwards every call throws {@link IllegalStateException}. */
  @Override
  void close();
}
