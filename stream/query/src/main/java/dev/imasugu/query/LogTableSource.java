package dev.imasugu.query;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * {@code events}, {@code items} or {@code users} as the planner sees them: rows are only ever
 * appended, and the source says what time it is.
 */
final class LogTableSource implements ScanTableSource, SupportsSourceWatermark {
  private final Scans scans;
  private final SourceTable table;
  private final RowType type;
  private final String query;

  LogTableSource(Scans scans, SourceTable table, RowType type, String query) {
    this.scans = scans;
    this.table = table;
    this.type = type;
    this.query = query;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public void applySourceWatermark() {
    // The readers emit watermarks in any case.
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    return new DataStreamScanProvider() {
      @Override
      public DataStream<RowData> produceDataStream(
          ProviderContext providers, StreamExecutionEnvironment environment) {
        return scans.entrance(environment, table, type, query);
      }

      @Override
      public boolean isBounded() {
        return false;
      }
    };
  }

  @Override
  public DynamicTableSource copy() {
    return new LogTableSource(scans, table, type, query);
  }

  @Override
  public String asSummaryString() {
    return table.sqlName();
  }
}
