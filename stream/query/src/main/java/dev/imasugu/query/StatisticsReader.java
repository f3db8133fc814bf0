package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.User;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.UserCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Feeds the statistics queries; its positions are part of their checkpoints. */
final class StatisticsReader extends LogReader {
  /*
   * Statistics may be a moment behind; waking every operator for each event costs several times what
   * handling it does. So a reader that has read all looks again after a pause, not at each append.
   * While nothing comes it looks once a second all the same, for time goes on.
   */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final SourceTable table;
  private final EventTypes types;
  private final Watermarks watermarks = new Watermarks();
  private long emitted = Watermarks.NONE;

  StatisticsReader(Engine engine, JobState job, SourceTable table) {
    super(engine, job, table);
    this.table = table;
    this.types = engine.eventTypes();
  }

  @Override
  Part open(LogSplit split) {
    long from = split.position();
    return new Part(split.partition(), log().read(topic(), split.partition(), from), from);
  }

  @Override
  boolean read(Part part, ReaderOutput<RowData> output) {
    for (int count = 0; count < BATCH; count++) {
      StoredRecord stored = part.cursor.next();
      if (stored == null) {
        watermarks.atEnd(part.partition, true, engine().clock().millis());
        return true;
      }
      RowData row = row(part, stored);
      if (row != null) {
        emit(part, stored, row, output);
      }
    }
    watermarks.atEnd(part.partition, false, engine().clock().millis());
    return false;
  }

  /** What a row left behind in the state of its query cannot be taken back, so it has one try. */
  @Override
  int tries() {
    return 1;
  }

  @Override
  void undo(QueryState query) {}

  @Override
  void stepRead(StepLog steps, long time, ReaderOutput<RowData> output) {
    output.emitWatermark(new Watermark(time));
  }

  @Override
  void turned(ReaderOutput<RowData> output) {
    if (engine().steps() != null) {
      return;
    }
    long watermark = watermarks.advance(engine().clock().millis());
    if (watermark > emitted) {
      emitted = watermark;
      output.emitWatermark(new Watermark(watermark));
    }
  }

  @Override
  long rest(long worked) {
    long rest = engine().restOfStatistics(worked);
    return rest > 0 ? rest : super.rest(worked);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> grown = super.isAvailable();
    if (parts().isEmpty() || engine().bounded() || engine().steps() != null) {
      return grown;
    }
    return grown
        .thenRunAsync(
            () -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS))
        .completeOnTimeout(null, Watermarks.IDLE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private @Nullable RowData row(Part part, StoredRecord stored) {
    return switch (table) {
      case EVENTS -> {
        Event event = decode(part, stored, EventCodec::decode);
        if (event == null || isHidden(event, stored)) {
          yield null;
        }
        job().reading().received(part.partition, event.receivedAt().toEpochMilli());
        saw(part, event.occurredAt(), event.receivedAt());
        yield SourceTable.row(event, types, part.partition, stored.offset());
      }
      case USERS -> {
        User user = decode(part, stored, UserCodec::decode);
        if (user == null) {
          yield null;
        }
        saw(part, user.changedAt(), user.changedAt());
        yield SourceTable.row(user, part.partition, stored.offset());
      }
      case ITEMS -> {
        Item item = decode(part, stored, ItemCodec::decode);
        if (item == null) {
          yield null;
        }
        saw(part, item.changedAt(), item.changedAt());
        yield SourceTable.row(item, part.partition, stored.offset());
      }
    };
  }

  private void saw(Part part, Instant occurredAt, Instant receivedAt) {
    boolean late =
        watermarks.saw(part.partition, occurredAt.toEpochMilli(), receivedAt.toEpochMilli());
    if (late && table == SourceTable.EVENTS) {
      job().countLate();
    }
  }
}
