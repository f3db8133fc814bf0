package dev.imasugu.store;

import java.nio.file.Path;
import org.rocksdb.RocksDB;

/**
 * A store in RocksDB. What a write method wrote when it returned survives a kill of the process; a
 * power cut may take the last seconds, always whole writes and from the newest back.
 *
 * <p>A failing or full disk surfaces as {@link java.io.UncheckedIOException}, and nothing of that
 * write is seen; where RocksDB does not mend itself, every later write fails too until the store is
 * opened again, and reads go on. Memory is bounded by {@code memoryBytes} outside the heap, and on
 * the heap by {@code dirtyInMemory} users.
 */
public final class RocksStore implements Store {
  public static final long DEFAULT_MEMORY_BYTES = 64L << 20;
  public static final int DEFAULT_DIRTY_IN_MEMORY = 200_000;

  private final StoreDatabase database;
  private final RocksDirtySet dirty;
  private final RocksFeatures features;
  private final RocksRecommendations recommendations;
  private final RocksIdentities identities;
  private final RocksErasures erasures;

  private RocksStore(StoreDatabase database, int dirtyInMemory) {
    this.database = database;
    dirty = new RocksDirtySet(database, dirtyInMemory);
    var tombstones = new RocksErasures.Tombstones(database);
    identities = new RocksIdentities(database);
    features = new RocksFeatures(database, dirty, identities, tombstones);
    recommendations = new RocksRecommendations(database, tombstones);
    erasures =
        new RocksErasures(database, dirty, features, recommendations, identities, tombstones);
  }

  /** Loads the native library, as the first {@link #open} does. */
  public static void load() {
    RocksDB.loadLibrary();
  }

  /** Opens the store in a directory with the default bounds, or makes it; see below. */
  public static RocksStore open(Path directory) {
    return open(directory, DEFAULT_MEMORY_BYTES, DEFAULT_DIRTY_IN_MEMORY);
  }

  /**
   * Opens the store in a directory, or makes it.
   *
   * @param memoryBytes bound of block cache and write buffers together, at least 1 MiB
   * @param dirtyInMemory how many dirty users are kept in memory, at least 1; the others wait in
   *     the store
   * @throws IllegalStateException if another has the directory open, or its format is not ours
   */
  public static RocksStore open(Path directory, long memoryBytes, int dirtyInMemory) {
    if (dirtyInMemory < 1) {
      throw new IllegalArgumentException("dirtyInMemory: " + dirtyInMemory + " (expected: >= 1)");
    }
    StoreDatabase database = StoreDatabase.open(directory, memoryBytes);
    try {
      return new RocksStore(database, dirtyInMemory);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
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
  public Identities identities() {
    return identities;
  }

  @Override
  public Erasures erasures() {
    return erasures;
  }

  /** Bytes on disk, without the newest writes; for metrics. */
  public long sizeBytes() {
    return database.sizeBytes();
  }

  @Override
  public void close() {
    dirty.close();
    database.close();
  }
}
