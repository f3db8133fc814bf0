package dev.imasugu.query;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** A query's entrance, right behind the scan that it shares with others. */
final class GateFilter extends RichFilterFunction<RowData> {
  private static final long serialVersionUID = 1L;

  private final String engine;
  private final String job;
  private final String query;
  private final String entrance;
  private transient @Nullable Gate gate;
  private transient @Nullable QueryState state;
  private transient int number;

  GateFilter(String engine, String job, String query, String entrance) {
    this.engine = engine;
    this.job = job;
    this.query = query;
    this.entrance = entrance;
  }

  @Override
  public void open(OpenContext context) {
    Gate opened = Gate.ofThisThread();
    gate = opened;
    number = opened.number(entrance);
    state = Engine.open(engine).job(job).query(query);
  }

  @Override
  public boolean filter(RowData row) {
    Gate opened = gate;
    QueryState mine = state;
    if (opened == null || mine == null) {
      throw new IllegalStateException("not open");
    }
    if (!opened.admit(number, mine)) {
      return false;
    }
    mine.countRow();
    return true;
  }
}
