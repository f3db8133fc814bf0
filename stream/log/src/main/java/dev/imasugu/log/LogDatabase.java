package dev.imasugu.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * The log's RocksDB instance. It guards nothing: whoever calls it holds the log's {@link
 * NativeGuard}.
 */
final class LogDatabase {
  static final int FORMAT = 1;
  private static final long MIB = 1 << 20;

  /**
   * Filters and indexes are read in parts: whole ones, megabytes for a million keys, push each
   * other out of the cache and are then read again for every key.
   */
  private static final int PARTITION_BYTES = 4096;

  /** Each file has some of every partition, so that a compaction rewrites most of what there is. */
  private static final int FILES_BEFORE_COMPACTION = 10;

  /** To be freed from the newest to the oldest. */
  private final ArrayDeque<AbstractNativeReference> natives;

  private final RocksDB db;
  private final WriteOptions writeOptions;
  private final ReadOptions pointReads;
  private final ReadOptions runs;
  private final ColumnFamilyHandle meta;
  final ColumnFamilyHandle records;
  final ColumnFamilyHandle ids;
  final ColumnFamilyHandle ends;

  private LogDatabase(
      Path directory, Ack ack, long memoryBytes, ArrayDeque<AbstractNativeReference> owned)
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
            .setWriteBufferSize(Math.max(memoryBytes / 6, MIB))
            .setLevel0FileNumCompactionTrigger(FILES_BEFORE_COMPACTION)
            .setCompressionType(CompressionType.LZ4_COMPRESSION);
    var idOptions =
        own(new ColumnFamilyOptions(familyOptions))
            .setMemtablePrefixBloomSizeRatio(0.1)
            .setMemtableWholeKeyFiltering(true);
    writeOptions = own(new WriteOptions()).setSync(ack == Ack.FSYNC);
    pointReads = own(new ReadOptions());
    runs = own(new ReadOptions()).setFillCache(false);
    var handles = new ArrayList<ColumnFamilyHandle>();
    List<ColumnFamilyDescriptor> descriptors =
        List.of(
            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
            new ColumnFamilyDescriptor(utf8("records"), familyOptions),
            new ColumnFamilyDescriptor(utf8("ids"), idOptions),
            new ColumnFamilyDescriptor(utf8("ends"), familyOptions));
    db = own(RocksDB.open(options, directory.toString(), descriptors, handles));
    handles.forEach(this::own);
    meta = handles.get(0);
    records = handles.get(1);
    ids = handles.get(2);
    ends = handles.get(3);
  }

  /**
   * Opens the database in a directory, or makes it.
   *
   * @throws IllegalStateException if another has it open, or it has another format or number of
   *     partitions
   */
  static LogDatabase open(Path directory, int partitions, Ack ack, long memoryBytes) {
    RocksDB.loadLibrary();
    var owned = new ArrayDeque<AbstractNativeReference>();
    try {
      Files.createDirectories(directory);
      var database = new LogDatabase(directory, ack, memoryBytes, owned);
      database.checkSetting(directory, "format", FORMAT);
      database.checkSetting(directory, "partitions", partitions);
      return database;
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
          "log directory: " + directory + " (expected: one that no other process has open)", e);
    }
    if (message.contains("olumn famil")) {
      return new IllegalStateException(
          "log directory: " + directory + " (expected: a log of format " + FORMAT + ")", e);
    }
    return failed(e);
  }

  private void checkSetting(Path directory, String name, int expected) throws RocksDBException {
    byte[] stored = db.get(meta, pointReads, utf8(name));
    if (stored == null) {
      db.put(meta, writeOptions, utf8(name), utf8(Integer.toString(expected)));
      return;
    }
    String found = new String(stored, StandardCharsets.UTF_8);
    if (!found.equals(Integer.toString(expected))) {
      throw new IllegalStateException(
          "%s: %d (expected: %s, with which the log in %s was made)"
              .formatted(name, expected, found, directory));
    }
  }

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) throws RocksDBException {
    return db.get(family, pointReads, key);
  }

  /** All of the batch, or nothing; as durable as {@link Ack} says when it returns. */
  void write(WriteBatch batch) throws RocksDBException {
    db.write(writeOptions, batch);
  }

  /** Returns an iterator over the records as of now; to be closed before the log. */
  RocksIterator iterator() {
    return db.newIterator(records, runs);
  }

  /** Returns an iterator over the ids as of now; to be closed before the log. */
  RocksIterator idIterator() {
    return db.newIterator(ids, runs);
  }

  /** Rewrites every file, so that what was deleted is gone; the write-ahead log starts anew. */
  void compact() throws RocksDBException {
    try (var flush = new FlushOptions().setWaitForFlush(true);
        var whole =
            new CompactRangeOptions()
                .setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
      List<ColumnFamilyHandle> families = List.of(meta, records, ids, ends);
      db.flush(flush, families);
      for (ColumnFamilyHandle family : families) {
        db.compactRange(family, null, null, whole);
      }
    }
  }

  long sizeBytes() throws RocksDBException {
    return db.getLongProperty(records, "rocksdb.total-sst-files-size")
        + db.getLongProperty(ids, "rocksdb.total-sst-files-size");
  }

  void close() {
    natives.forEach(AbstractNativeReference::close);
  }

  static UncheckedIOException failed(RocksDBException e) {
    return new UncheckedIOException(
        "the log's files cannot be read or written", new IOException(e));
  }

  private <T extends AbstractNativeReference> T own(T reference) {
    natives.push(reference);
    return reference;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
