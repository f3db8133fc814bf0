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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Feeds the statistics queries; its positions are part of their checkpoints. */
final class StatisticsReader extends LogReader {
  /*
   * Statistics may be a moment behind; waking every operator for each event costs several times what
   * handling it does. So a reader that has read all looks again after a pause, not at each append.
   */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final SourceTable table;
  private final EventTypes types;

  StatisticsReader(Engine engine, SourceTable table) {
    super(engine, Job.STATISTICS, table);
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
        return true;
      }
      RowData row = row(part, stored);
      if (row != null) {
        output.collect(row);
      }
    }
    return false;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> available = super.isAvailable();
    if (engine().bounded()) {
      return available;
    }
    return available.thenRunAsync(
        () -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
  }

  private @Nullable RowData row(Part part, StoredRecord stored) {
    return switch (table) {
      case EVENTS -> {
        Event event = decode(part, stored, EventCodec::decode);
        yield event == null || isHidden(event, stored)
            ? null
            : SourceTable.row(event, types, part.partition, stored.offset());
      }
      case USERS -> {
        User user = decode(part, stored, UserCodec::decode);
        yield user == null ? null : SourceTable.row(user, part.partition, stored.offset());
      }
      case ITEMS -> {
        Item item = decode(part, stored, ItemCodec::decode);
        yield item == null ? null : SourceTable.row(item, part.partition, stored.offset());
      }
    };
  }
}
