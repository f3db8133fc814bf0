package dev.imasugu.query;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/** The scans of one job: one of each table, whatever the number of queries that read it. */
final class Scans {
  private final String engine;
  private final String job;
  private final JobKind kind;
  private final Map<SourceTable, DataStream<RowData>> shared = new EnumMap<>(SourceTable.class);
  private final AtomicInteger entrances = new AtomicInteger();

  Scans(String engine, String job, JobKind kind) {
    this.engine = engine;
    this.job = job;
    this.kind = kind;
  }

  String engine() {
    return engine;
  }

  String job() {
    return job;
  }

  JobKind kind() {
    return kind;
  }

  /** Returns a query's own way into a table. */
  DataStream<RowData> entrance(
      StreamExecutionEnvironment environment, SourceTable table, RowType type, String query) {
    DataStream<RowData> scan =
        shared.computeIfAbsent(
            table,
            _ ->
                environment
                    .fromSource(
                        new LogSource(engine, job, table),
                        WatermarkStrategy.noWatermarks(),
                        job + ": " + table.sqlName(),
                        InternalTypeInfo.of(type))
                    .uid(table.sqlName()));
    String entrance = query + "/" + entrances.incrementAndGet();
    return scan.filter(new GateFilter(engine, job, query, entrance)).name("for " + query);
  }
}
