package dev.imasugu.query;

import java.io.IOException;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.RowData;

/** Writes out what came of a step when the step's time comes by, and says so. */
@SuppressWarnings("try") // Flink's close may throw anything
final class SteppedWriter implements SinkWriter<RowData> {
  private final SinkWriter<RowData> writer;
  private final StepLog steps;

  SteppedWriter(SinkWriter<RowData> writer, StepLog steps) {
    this.writer = writer;
    this.steps = steps;
  }

  @Override
  public void write(RowData row, Context context) throws IOException, InterruptedException {
    writer.write(row, context);
  }

  @Override
  public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
    writer.flush(false);
    steps.arrive(watermark.getTimestamp());
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writer.flush(endOfInput);
  }

  @Override
  public void close() throws Exception {
    writer.close();
  }
}
