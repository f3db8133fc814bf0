package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.query.PoisonListener.Poison;
import dev.imasugu.store.Erasures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

  /** While events come in, what is built rests so many times as long as it has worked. */
  private static final int BUILD_REST = 3;

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

    long position() {
      return Math.max(cursor.position(), seen);
    }
  }

  private final Engine engine;
  private final JobState job;
  private final SourceTable table;
  private final List<Part> parts = new ArrayList<>();

  /** Positions of checkpoints that have begun, and of the last that are complete, oldest first. */
  private final TreeMap<Long, List<Long>> begun = new TreeMap<>();

  private final Queue<List<Long>> complete = new ArrayDeque<>();
  private final CompletableFuture<Void> assigned = new CompletableFuture<>();
  private final Gate gate = Gate.ofThisThread();

  /** What the live profiles had read when this reader last looked. */
  private long liveRecords;

  private CompletableFuture<Void> rested = CompletableFuture.completedFuture(null);

  /** The last step that was read. */
  private long stepped = StepLog.NEVER;

  LogReader(Engine engine, JobState job, SourceTable table) {
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

  /** How often a query is given a record that it fails on, before it goes without. */
  abstract int tries();

  /** Takes back what a query has made of the record that it failed on. */
  abstract void undo(QueryState query);

  /** All partitions had their turn. */
  void turned(ReaderOutput<RowData> output) {}

  /**
   * Says how long to rest although there is more, in favour of others.
   *
   * @param worked nanoseconds that the turn took
   * @return nanoseconds, 0 for not at all
   */
  long rest(long worked) {
    if (!engine.isBuilding(job.spec())) {
      return 0;
    }
    long before = liveRecords;
    liveRecords = engine.liveRecords();
    return liveRecords > before ? BUILD_REST * worked : 0;
  }

  /** All of a step was read, once. */
  abstract void stepRead(StepLog steps, long time, ReaderOutput<RowData> output);

  @Override
  public void start() {}

  @Override
  public InputStatus pollNext(ReaderOutput<RowData> output) throws Exception {
    StepLog steps = engine.steps();
    long time = steps == null ? StepLog.NEVER : steps.time(); // first: its records are there
    boolean more = false;
    long began = System.nanoTime();
    for (Part part : parts) {
      long end = log().end(topic(), part.partition);
      long before = part.cursor.position();
      if (read(part, output)) {
        part.seen = end;
      } else {
        more = true;
      }
      job.reading().reached(topic(), part.partition, part.position());
      job.reading().count(part.cursor.position() - before);
    }
    turned(output);
    if (more) {
      long rest = rest(System.nanoTime() - began);
      if (rest == 0) {
        return InputStatus.MORE_AVAILABLE;
      }
      rested = new CompletableFuture<Void>().completeOnTimeout(null, rest, TimeUnit.NANOSECONDS);
      return InputStatus.NOTHING_AVAILABLE;
    }
    if (steps != null && time > stepped && !parts.isEmpty()) {
      stepped = time;
      stepRead(steps, time, output);
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
    if (!rested.isDone()) {
      return rested;
    }
    // The future first, then the look: an append in between completes the future.
    CompletableFuture<Void> grown = log().nextAppend(topic());
    StepLog steps = engine.steps();
    if (steps != null && steps.time() > stepped) {
      return CompletableFuture.completedFuture(null);
    }
    for (Part part : parts) {
      if (log().end(topic(), part.partition) > part.position()) {
        return CompletableFuture.completedFuture(null);
      }
    }
    return grown;
  }

  @Override
  public void addSplits(List<LogSplit> splits) {
    for (LogSplit split : splits) {
      parts.add(open(split));
      job.reading().kept(topic(), split.partition(), split.position());
    }
    assigned.complete(null); // a subtask gets all its partitions at once
  }

  @Override
  public List<LogSplit> snapshotState(long checkpoint) {
    begun.put(checkpoint, parts.stream().map(part -> part.cursor.position()).toList());
    return parts.stream()
        .map(part -> new LogSplit(topic(), part.partition, part.cursor.position()))
        .toList();
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    List<Long> positions = begun.remove(checkpoint);
    begun.headMap(checkpoint).clear();
    if (positions == null) {
      return;
    }
    complete.add(positions);
    if (complete.size() > Checkpoints.KEPT) {
      complete.remove();
    }
    if (complete.size() == Checkpoints.KEPT) { // before, a restart may begin where this one did
      for (int i = 0; i < parts.size(); i++) {
        job.reading().kept(topic(), parts.get(i).partition, complete.element().get(i));
      }
    }
  }

  @Override
  public void notifyNoMoreSplits() {}

  @Override
  public void close() {
    parts.forEach(part -> part.cursor.close());
    Gate.forget();
  }

  /**
   * Gives a record's row to every query. One that fails on it goes without: the record is
   * quarantined for this query alone.
   */
  final void emit(Part part, StoredRecord stored, RowData row, ReaderOutput<RowData> output) {
    gate.begin();
    @Nullable QueryState failing = null;
    int failures = 0;
    while (true) {
      try {
        output.collect(row);
        gate.leave();
        return;
      } catch (RuntimeException e) {
        QueryState culprit = gate.current();
        if (culprit == null || !Causes.isOfTheRow(e)) {
          throw e;
        }
        undo(culprit);
        failures = culprit == failing ? failures + 1 : 1;
        failing = culprit;
        if (failures < tries()) {
          gate.again();
        } else {
          gate.leave();
          quarantine(culprit, part, stored, Causes.plain(e));
        }
      }
    }
  }

  private void quarantine(QueryState query, Part part, StoredRecord stored, String cause) {
    if (query.countPoison(topic(), part.partition, stored.offset(), cause)) {
      engine
          .poison()
          .poisoned(
              new Poison(
                  query.version().name(),
                  query.version().query().file().path(),
                  topic(),
                  part.partition,
                  stored.offset(),
                  stored.value(),
                  cause));
      long count = query.quarantined();
      if (Long.bitCount(count) == 1) { // one line for the first, then for each power of two
        LOG.warn(
            "query failed on a record query={} topic={} partition={} offset={} quarantined={} cause={}",
            query.version().name(),
            table.sqlName(),
            part.partition,
            stored.offset(),
            count,
            cause);
      }
    }
  }

  final List<Part> parts() {
    return parts;
  }

  final Engine engine() {
    return engine;
  }

  final JobState job() {
    return job;
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
