package dev.imasugu.query;

import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.types.RowKind;

/** A feature table, or {@code triggers}, as the planner sees it. */
final class FeatureTableSink implements DynamicTableSink {
  private final FeatureSink sink;
  private final String name;

  FeatureTableSink(FeatureSink sink, String name) {
    this.sink = sink;
    this.name = name;
  }

  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    return requested.containsOnly(RowKind.INSERT) || name.equals(QueryParser.TRIGGERS)
        ? ChangelogMode.insertOnly()
        : ChangelogMode.upsert();
  }

  @Override
  public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
    return SinkV2Provider.of(sink);
  }

  @Override
  public DynamicTableSink copy() {
    return new FeatureTableSink(sink, name);
  }

  @Override
  public String asSummaryString() {
    return name;
  }
}
