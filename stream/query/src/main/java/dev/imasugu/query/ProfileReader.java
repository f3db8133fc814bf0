package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.store.Erasures;
import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.ProfileCommit;
import java.util.List;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.table.data.RowData;

/**
 * Feeds the profile queries and commits what they made of each batch. Their progress lives in the
 * store, beside their rows, so this reader begins where the last commit ended. In a flood it makes
 * room for intake: what is accepted waits in the log, what is not is lost.
 */
final class ProfileReader extends LogReader {
  private final FeatureStore features;
  private final Erasures erasures;
  private final String version;
  private final EventTypes types;
  private final Lane lane = Lane.ofThisThread();
  private final Flood flood = new Flood();
  private int rowsBefore;

  ProfileReader(Engine engine, JobState job) {
    super(engine, job, SourceTable.EVENTS);
    features = engine.store().features();
    erasures = engine.store().erasures();
    version = job.spec().progressKey();
    types = engine.eventTypes();
  }

  @Override
  Part open(LogSplit split) {
    int partition = split.partition();
    long committed = features.progress(version, partition);
    long from = committed > 0 ? committed : split.position();
    if (from > committed) { // "start: now" becomes durable before the first event
      features.commit(new ProfileCommit(version, partition, committed, from, List.of(), List.of()));
    }
    return new Part(partition, log().read(topic(), partition, from), from);
  }

  @Override
  boolean read(Part part, ReaderOutput<RowData> output) throws Exception {
    long erasuresSeen = erasures.count();
    lane.begin(part.partition);
    int count = 0;
    while (count < BATCH) {
      StoredRecord stored = part.cursor.next();
      if (stored == null) {
        break;
      }
      count++;
      Event event = decode(part, stored, EventCodec::decode);
      if (event != null && !isHidden(event, stored)) {
        lane.event(event.owner().value(), event.receivedAt());
        if (event.user() != null && event.anonymous() != null) {
          lane.link(event.user().value(), event.anonymous(), event.occurredAt());
        }
        rowsBefore = lane.size();
        job().reading().received(part.partition, event.receivedAt().toEpochMilli());
        emit(part, stored, SourceTable.row(event, types, part.partition, stored.offset()), output);
      }
    }
    lane.end();
    long position = part.cursor.position();
    if (position > part.committed) {
      features.commit(
          new ProfileCommit(
              version,
              part.partition,
              part.committed,
              position,
              lane.rows(),
              engine().isKnownToLive(job().spec(), part.partition, position)
                  ? List.of()
                  : lane.marks(),
              lane.links(),
              erasuresSeen));
      part.committed = position;
    }
    return count < BATCH;
  }

  @Override
  long rest(long worked) {
    long end = 0;
    long left = 0;
    for (Part part : parts()) {
      end += log().end(topic(), part.partition);
      left += log().end(topic(), part.partition) - part.position();
    }
    boolean pours = flood.pours(job().reading().records(), end, left);
    boolean alone = engine().bounded() || engine().steps() != null;
    if (!pours || alone) {
      return super.rest(worked);
    }
    return left > Flood.DEEP ? Engine.floodRest(worked) : Engine.rest(worked);
  }

  @Override
  void stepRead(StepLog steps, long time, ReaderOutput<RowData> output) {
    steps.arrive(time);
  }

  @Override
  int tries() {
    return 3;
  }

  @Override
  void undo(QueryState query) {
    lane.undo(query.version().table(), rowsBefore);
  }

  @Override
  public void close() {
    super.close();
    Lane.forget();
  }
}
