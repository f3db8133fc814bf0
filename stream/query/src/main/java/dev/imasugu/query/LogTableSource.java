package dev.imasugu.query;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/** {@code events} or {@code items} as the planner sees them: rows are only ever appended. */
final class LogTableSource implements ScanTableSource, SupportsWatermarkPushDown {
  private final LogSource source;
  private final String name;
  private final RowType type;
  private WatermarkStrategy<RowData> watermarks = WatermarkStrategy.noWatermarks();

  LogTableSource(LogSource source, String name, RowType type) {
    this.source = source;
    this.name = name;
    this.type = type;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public void applyWatermark(WatermarkStrategy<RowData> strategy) {
    watermarks = strategy;
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    return new DataStreamScanProvider() {
      @Override
      public DataStream<RowData> produceDataStream(
          ProviderContext providers, StreamExecutionEnvironment environment) {
        var stream = environment.fromSource(source, watermarks, name, InternalTypeInfo.of(type));
        providers.generateUid("log").ifPresent(stream::uid);
        return stream;
      }

      @Override
      public boolean isBounded() {
        return false;
      }
    };
  }

  @Override
  public DynamicTableSource copy() {
    var copy = new LogTableSource(source, name, type);
    copy.watermarks = watermarks;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return name;
  }
}
