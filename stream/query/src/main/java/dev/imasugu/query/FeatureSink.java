package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Where the rows of one table go: into the lane of the profile job, or to the store. */
final class FeatureSink implements Sink<RowData> {
  private static final long serialVersionUID = 1L;

  private final String engine;
  private final Job job;
  private final String table;
  private final RowType type;

  FeatureSink(String engine, Job job, String table, RowType type) {
    this.engine = engine;
    this.job = job;
    this.table = table;
    this.type = type;
  }

  @Override
  public SinkWriter<RowData> createWriter(WriterInitContext context) {
    Engine opened = Engine.open(engine);
    boolean triggers = table.equals(QueryParser.TRIGGERS);
    return switch (job) {
      case PROFILE -> triggers ? profileTriggers() : profileRows(opened);
      case STATISTICS ->
          triggers
              ? new TriggerWriter(opened.store().dirty(), context.getProcessingTimeService())
              : new StatisticsWriter(
                  opened.store().features(),
                  opened.table(table),
                  new RowReader(type),
                  context.getProcessingTimeService());
    };
  }

  private SinkWriter<RowData> profileRows(Engine opened) {
    Lane lane = Lane.ofThisThread();
    FeatureTable target = opened.table(table);
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
