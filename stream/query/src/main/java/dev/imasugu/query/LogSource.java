package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/** A topic of the log as a Flink source (FLIP-27): one split for each partition, without end. */
final class LogSource implements Source<RowData, LogSplit, List<LogSplit>> {
  private static final long serialVersionUID = 1L;

  private final String engine;
  private final String job;
  private final SourceTable table;

  LogSource(String engine, String job, SourceTable table) {
    this.engine = engine;
    this.job = job;
    this.table = table;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SplitEnumerator<LogSplit, List<LogSplit>> createEnumerator(
      SplitEnumeratorContext<LogSplit> context) {
    Engine opened = Engine.open(engine);
    opened.job(job).reading().expect(table.topic());
    EventLog log = opened.log();
    var splits = new ArrayList<LogSplit>();
    for (int i = 0; i < log.partitions(); i++) {
      boolean now = opened.job(job).spec().start() == Start.NOW;
      splits.add(new LogSplit(table.topic(), i, now ? log.end(table.topic(), i) : 0));
    }
    return new LogEnumerator(context, splits);
  }

  @Override
  public SplitEnumerator<LogSplit, List<LogSplit>> restoreEnumerator(
      SplitEnumeratorContext<LogSplit> context, List<LogSplit> unassigned) {
    Engine.open(engine).job(job).reading().expect(table.topic());
    return new LogEnumerator(context, unassigned);
  }

  @Override
  public SimpleVersionedSerializer<LogSplit> getSplitSerializer() {
    return new LogSplits.One();
  }

  @Override
  public SimpleVersionedSerializer<List<LogSplit>> getEnumeratorCheckpointSerializer() {
    return new LogSplits.Many();
  }

  @Override
  public SourceReader<RowData, LogSplit> createReader(SourceReaderContext context) {
    Engine opened = Engine.open(engine);
    JobState state = opened.job(job);
    return switch (state.spec().kind()) {
      case PROFILE -> new ProfileReader(opened, state);
      case STATISTICS -> new StatisticsReader(opened, state, table);
    };
  }
}
