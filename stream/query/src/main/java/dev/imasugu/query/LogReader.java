package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.Erasures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows some partitions of a topic: batches while there are records, then sleeps until one. */
abstract class LogReader implements SourceReader<RowData, LogSplit> {
  /** Records of one partition that are handled before the next gets its turn. */
  static final int BATCH = 500;

  private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

  /** A partition in reading. */
  static final class Part {
    final int partition;
    final LogCursor cursor;

    /** The log's end when it last had no more for us: what lies before it is read. */
    long seen;

    /** The position that is stored with the results. */
    long committed;

    Part(int partition, LogCursor cursor, long committed) {
      this.partition = partition;
      this.cursor = cursor;
      this.committed = committed;
    }
  }

  private final Engine engine;
  private final Job job;
  private final SourceTable table;
  private final List<Part> parts = new ArrayList<>();
  private final CompletableFuture<Void> assigned = new CompletableFuture<>();

  LogReader(Engine engine, Job job, SourceTable table) {
    this.engine = engine;
    this.job = job;
    this.table = table;
  }

  /**
   * Reads up to {@link #BATCH} records.
   *
   * @return whether the log had no more
   */
  abstract boolean read(Part part, ReaderOutput<RowData> output) throws Exception;

  /** Returns where to begin a partition that was assigned. */
  abstract Part open(LogSplit split);

  @Override
  public void start() {}

  @Override
  public InputStatus pollNext(ReaderOutput<RowData> output) throws Exception {
    boolean more = false;
    for (Part part : parts) {
      long end = log().end(topic(), part.partition);
      if (read(part, output)) {
        part.seen = end;
      } else {
        more = true;
      }
      long reached = Math.max(part.cursor.position(), part.seen);
      engine.progress(job).reached(topic(), part.partition, reached);
    }
    if (more) {
      return InputStatus.MORE_AVAILABLE;
    }
    return engine.bounded() && !parts.isEmpty()
        ? InputStatus.END_OF_INPUT
        : InputStatus.NOTHING_AVAILABLE;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    if (parts.isEmpty()) {
      return assigned;
    }
    // The future first, then the look: an append in between completes the future.
    CompletableFuture<Void> grown = log().nextAppend(topic());
    for (Part part : parts) {
      if (log().end(topic(), part.partition) > Math.max(part.seen, part.cursor.position())) {
        return CompletableFuture.completedFuture(null);
      }
    }
    return grown;
  }

  @Override
  public void addSplits(List<LogSplit> splits) {
    for (LogSplit split : splits) {
      parts.add(open(split));
    }
    assigned.complete(null); // a subtask gets all its partitions at once
  }

  @Override
  public List<LogSplit> snapshotState(long checkpoint) {
    return parts.stream()
        .map(part -> new LogSplit(topic(), part.partition, part.cursor.position()))
        .toList();
  }

  @Override
  public void notifyNoMoreSplits() {}

  @Override
  public void close() {
    parts.forEach(part -> part.cursor.close());
  }

  final Engine engine() {
    return engine;
  }

  final EventLog log() {
    return engine.log();
  }

  final Topic topic() {
    return table.topic();
  }

  /** Whether an event is of somebody who was erased after it was recorded. */
  final boolean isHidden(Event event, StoredRecord stored) {
    Erasures erasures = engine.store().erasures();
    return erasures.count() > 0 && stored.offset() < erasures.hiddenBefore(event.owner().value());
  }

  /** Decodes with the given decoder, or returns null after counting a record that cannot be. */
  final <T> @Nullable T decode(Part part, StoredRecord stored, Function<byte[], T> decoder) {
    try {
      return decoder.apply(stored.value());
    } catch (RuntimeException e) {
      skip(part, stored, e);
      return null;
    }
  }

  /** Says that a record was passed over: one line for the first, then for each power of two. */
  private void skip(Part part, StoredRecord stored, RuntimeException cause) {
    long count = engine.countUnreadable();
    if (Long.bitCount(count) == 1) {
      LOG.warn(
          "skipped unreadable record topic={} partition={} offset={} skipped={}",
          table.sqlName(),
          part.partition,
          stored.offset(),
          count,
          cause);
    }
  }
}
