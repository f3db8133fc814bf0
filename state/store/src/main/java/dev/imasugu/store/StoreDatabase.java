package dev.imasugu.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * The store's RocksDB instance: reads, scans and atomic writes of bytes, safe for many threads and
 * against use after close. A write that returned survives a kill of the process, not a power cut.
 * Failures of the disk are {@link UncheckedIOException}.
 */
final class StoreDatabase {
  static final int FORMAT = 1;
  private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.UTF_8);
  private static final byte[] STARTS_KEY = "starts".getBytes(StandardCharsets.UTF_8);
  private static final long MIB = 1 << 20;

  /**
   * Filters and indexes are read in parts: whole ones, megabytes for a million keys, push each
   * other out of the cache and are then read again for every key.
   */
  private static final int PARTITION_BYTES = 4096;

  /**
   * Writers stand still when so many are full: with two, a busy shop's lists fill one in a second,
   * and a disk that takes two for a flush holds up every event.
   */
  private static final int WRITE_BUFFERS = 5;

  /**
   * Rows and lists of busy users are written over and over: most of what a compaction reads is
   * replaced already, so it is worth waiting for twice as many files, and merging them into a level
   * of half the memory's size, which such users fill, instead of into all there is.
   */
  private static final int FILES_BEFORE_COMPACTION = 8;

  /** Is handed the entries of a scan, in the order of their keys. */
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(byte[] key, byte[] value);
  }

  private final NativeGuard guard = new NativeGuard("the store");

  /** To be freed from the newest to the oldest. */
  private final ArrayDeque<AbstractNativeReference> natives;

  private final RocksDB db;
  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
  private final WriteOptions writeOptions;
  private final ReadOptions readOptions;

  private StoreDatabase(Path directory, long memoryBytes, ArrayDeque<AbstractNativeReference> owned)
      throws RocksDBException {
    natives = owned;
    var cache = own(new LRUCache(memoryBytes));
    var buffers = own(new WriteBufferManager(memoryBytes / 2, cache));
    var filter = own(new BloomFilter(10));
    var options =
        own(new DBOptions())
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setWriteBufferManager(buffers)
            .setMaxTotalWalSize(Math.max(memoryBytes, 16 * MIB))
            .setMaxOpenFiles(256)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(MIB)
            .setKeepLogFileNum(2)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0);
    var table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setFilterPolicy(filter)
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setMetadataBlockSize(PARTITION_BYTES)
            .setPinTopLevelIndexAndFilter(true)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    var familyOptions =
        own(new ColumnFamilyOptions())
            .setTableFormatConfig(table)
            .setWriteBufferSize(Math.max(memoryBytes / 8, MIB))
            .setMaxWriteBufferNumber(WRITE_BUFFERS)
            .setLevel0FileNumCompactionTrigger(FILES_BEFORE_COMPACTION)
            .setMaxBytesForLevelBase(Math.max(memoryBytes / 2, MIB))
            .setTargetFileSizeBase(Math.max(memoryBytes / 8, MIB))
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
    writeOptions = own(new WriteOptions());
    readOptions = own(new ReadOptions());
    var descriptors = new ArrayList<ColumnFamilyDescriptor>();
    for (Family family : Family.values()) {
      descriptors.add(new ColumnFamilyDescriptor(family.storedName(), familyOptions));
    }
    descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    var handles = new ArrayList<ColumnFamilyHandle>();
    db = own(RocksDB.open(options, directory.toString(), descriptors, handles));
    Iterator<ColumnFamilyHandle> handle = handles.iterator();
    for (Family family : Family.values()) {
      families.put(family, own(handle.next()));
    }
    own(handle.next());
    checkFormat(directory);
  }

  /**
   * Opens the database in a directory, or makes it.
   *
   * @param memoryBytes bound of block cache and write buffers together
   * @throws IllegalStateException if another has it open, or it has another format
   */
  static StoreDatabase open(Path directory, long memoryBytes) {
    if (memoryBytes < MIB) {
      throw new IllegalArgumentException(
          "memoryBytes: " + memoryBytes + " (expected: at least 1 MiB)");
    }
    RocksDB.loadLibrary();
    var owned = new ArrayDeque<AbstractNativeReference>();
    try {
      Files.createDirectories(directory);
      return new StoreDatabase(directory, memoryBytes, owned);
    } catch (RocksDBException e) {
      owned.forEach(AbstractNativeReference::close);
      throw refused(directory, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the directory " + directory, e);
    } catch (RuntimeException e) {
      owned.forEach(AbstractNativeReference::close);
      throw e;
    }
  }

  private static RuntimeException refused(Path directory, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("lock")) {
      return new IllegalStateException(
          "store directory: " + directory + " (expected: one that no other process has open)", e);
    }
    if (message.contains("olumn famil")) {
      return new IllegalStateException(
          "store directory: " + directory + " (expected: a store of format " + FORMAT + ")", e);
    }
    return failed(e);
  }

  private void checkFormat(Path directory) throws RocksDBException {
    byte[] expected = Integer.toString(FORMAT).getBytes(StandardCharsets.UTF_8);
    byte[] stored = db.get(readOptions, FORMAT_KEY);
    if (stored == null) {
      db.put(writeOptions, FORMAT_KEY, expected);
    } else if (!Arrays.equals(stored, expected)) {
      throw new IllegalStateException(
          "format of %s: %s (expected: %d)"
              .formatted(directory, new String(stored, StandardCharsets.UTF_8), FORMAT));
    }
  }

  private <T extends AbstractNativeReference> T own(T reference) {
    natives.push(reference);
    return reference;
  }

  /** Counts the starts of this store, durably: 1 at the first call of its first process. */
  long nextStart() {
    try (var _ = guard.enter()) {
      byte[] stored = db.get(readOptions, STARTS_KEY);
      long start = stored == null ? 1 : 1 + new ByteReader(stored).fixed();
      db.put(writeOptions, STARTS_KEY, new ByteWriter(8).fixed(start).toBytes());
      return start;
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  byte @Nullable [] get(Family family, byte[] key) {
    try (var _ = guard.enter()) {
      return db.get(handle(family), readOptions, key);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** Writes all changes, in order, or none. For platform threads. */
  void write(List<Change> changes) {
    PlatformThreads.check();
    try (var _ = guard.enter();
        var batch = new WriteBatch()) {
      for (Change change : changes) {
        ColumnFamilyHandle handle = handle(change.family());
        switch (change) {
          case Change.Put(_, byte[] key, byte[] value) -> batch.put(handle, key, value);
          case Change.Delete(_, byte[] key) -> batch.delete(handle, key);
          case Change.DeleteRange(_, byte[] from, byte[] to) -> batch.deleteRange(handle, from, to);
        }
      }
      db.write(writeOptions, batch);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /**
   * Visits entries as of this call, until the visitor has enough.
   *
   * @param from first key, inclusive
   * @param to last key, exclusive; null for no end
   */
  void scan(Family family, byte[] from, byte @Nullable [] to, Visitor visitor) {
    try (var _ = guard.enter();
        var options = new ReadOptions().setFillCache(false);
        var end = to == null ? null : new Slice(to)) {
      if (end != null) {
        options.setIterateUpperBound(end);
      }
      try (var entries = db.newIterator(handle(family), options)) {
        boolean more = true;
        for (entries.seek(from); more && entries.isValid(); entries.next()) {
          more = visitor.visit(entries.key(), entries.value());
        }
        entries.status();
      }
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** Rewrites every file, so that what was deleted is gone; the write-ahead log starts anew. */
  void compact() {
    try (var _ = guard.enter();
        var flush = new FlushOptions().setWaitForFlush(true);
        var whole =
            new CompactRangeOptions()
                .setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
      db.flush(flush, List.copyOf(families.values()));
      for (ColumnFamilyHandle family : families.values()) {
        db.compactRange(family, null, null, whole);
      }
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** Bytes of the files that hold the store's data, without the newest writes. */
  long sizeBytes() {
    try (var _ = guard.enter()) {
      long bytes = 0;
      for (ColumnFamilyHandle family : families.values()) {
        bytes += db.getLongProperty(family, "rocksdb.total-sst-files-size");
      }
      return bytes;
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  void close() {
    guard.close(() -> natives.forEach(AbstractNativeReference::close));
  }

  private ColumnFamilyHandle handle(Family family) {
    return Objects.requireNonNull(families.get(family));
  }

  private static UncheckedIOException failed(RocksDBException e) {
    return new UncheckedIOException(
        "the store's files cannot be read or written", new IOException(e));
  }
}
