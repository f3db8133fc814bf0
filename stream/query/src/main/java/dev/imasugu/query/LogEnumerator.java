package dev.imasugu.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.jspecify.annotations.Nullable;

/** Hands partition {@code p} to subtask {@code p mod parallelism}, as subtasks register. */
final class LogEnumerator implements SplitEnumerator<LogSplit, List<LogSplit>> {
  private final SplitEnumeratorContext<LogSplit> context;
  private final Map<String, LogSplit> unassigned = new HashMap<>();

  LogEnumerator(SplitEnumeratorContext<LogSplit> context, List<LogSplit> unassigned) {
    this.context = context;
    unassigned.forEach(split -> this.unassigned.put(split.splitId(), split));
  }

  @Override
  public void start() {}

  @Override
  public void handleSplitRequest(int subtask, @Nullable String host) {}

  @Override
  public void addSplitsBack(List<LogSplit> splits, int subtask) {
    splits.forEach(split -> unassigned.put(split.splitId(), split));
  }

  @Override
  public void addReader(int subtask) {
    var mine = new ArrayList<LogSplit>();
    for (LogSplit split : unassigned.values()) {
      if (split.partition() % context.currentParallelism() == subtask) {
        mine.add(split);
      }
    }
    if (!mine.isEmpty()) {
      mine.forEach(split -> unassigned.remove(split.splitId()));
      context.assignSplits(new SplitsAssignment<>(Map.of(subtask, mine)));
    }
  }

  @Override
  public List<LogSplit> snapshotState(long checkpoint) {
    return List.copyOf(unassigned.values());
  }

  @Override
  public void close() {}
}
