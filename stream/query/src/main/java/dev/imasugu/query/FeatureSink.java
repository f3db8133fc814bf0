package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Where the rows of one query go: into the lane of the profile job, or to the store. */
final class FeatureSink implements Sink<RowData> {
  private static final long serialVersionUID = 1L;

  private final String engine;
  private final String job;
  private final String query;
  private final boolean triggers;
  private final RowType type;

  /**
   * Makes a sink.
   *
   * @param triggers whether rows mark users, instead of being kept
   */
  FeatureSink(String engine, String job, String query, boolean triggers, RowType type) {
    this.engine = engine;
    this.job = job;
    this.query = query;
    this.triggers = triggers;
    this.type = type;
  }

  @Override
  public SinkWriter<RowData> createWriter(WriterInitContext context) {
    Engine opened = Engine.open(engine);
    JobState state = opened.job(job);
    return switch (state.spec().kind()) {
      case PROFILE -> triggers ? profileTriggers() : profileRows(opened, state);
      case STATISTICS -> {
        StepLog steps = opened.steps();
        SinkWriter<RowData> writer = statistics(opened, state, context);
        yield steps == null ? writer : new SteppedWriter(writer, steps);
      }
    };
  }

  private SinkWriter<RowData> statistics(Engine opened, JobState state, WriterInitContext context) {
    return triggers
        ? new TriggerWriter(
            opened.store().dirty(),
            () -> state.query(query).isMuted() || opened.isBuilding(state.spec()),
            context.getProcessingTimeService())
        : new StatisticsWriter(
            opened.store().features(),
            state.query(query),
            state.table(query),
            new RowReader(type),
            opened::restOfStatistics,
            context.getProcessingTimeService());
  }

  private SinkWriter<RowData> profileRows(Engine opened, JobState state) {
    Lane lane = Lane.ofThisThread();
    FeatureTable target = state.table(query);
    var reader = new RowReader(type);
    return new DirectWriter(row -> lane.row(target, reader.read(row), opened.log()));
  }

  private static SinkWriter<RowData> profileTriggers() {
    Lane lane = Lane.ofThisThread();
    return new DirectWriter(
        row -> lane.trigger(row.getString(0).toString(), row.getString(1).toString()));
  }

  /** Hands every row on as it comes. */
  private record DirectWriter(Consumer<RowData> to) implements SinkWriter<RowData> {
    @Override
    public void write(RowData row, Context context) {
      to.accept(row);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
