package dev.imasugu.query;

import java.util.Collection;
import java.util.Set;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.transformations.SourceTransformation;

/**
 * Marks the operators of a query with its name: their state is found again whatever other queries
 * run in the job, and threads and failures say whose they are.
 */
final class Labels {
  private Labels() {}

  /**
   * Labels what planning a query has added.
   *
   * @param ends the last operators of the job so far
   * @param before those of other queries
   */
  static void set(
      String job, String query, Collection<Transformation<?>> ends, Set<Transformation<?>> before) {
    int number = 0;
    for (Transformation<?> end : ends) {
      if (before.contains(end)) {
        continue;
      }
      for (Transformation<?> each : end.getTransitivePredecessors()) {
        if (!(each instanceof SourceTransformation<?, ?, ?>) && !isLabelled(each, job)) {
          number++;
          each.setUid(query + "-" + number);
          each.setName(prefix(job, query) + brief(each.getName()));
        }
      }
    }
  }

  private static boolean isLabelled(Transformation<?> transformation, String job) {
    return transformation.getName().startsWith(job + "/");
  }

  private static String prefix(String job, String query) {
    return job + "/" + query + ": ";
  }

  /** Whether a task belongs to one query alone. */
  static boolean isOf(String task, String job, String query) {
    return task.contains(prefix(job, query));
  }

  private static String brief(String name) {
    int end = name.length();
    for (char mark : new char[] {'(', '[', ':'}) {
      int at = name.indexOf(mark);
      end = at > 0 ? Math.min(end, at) : end;
    }
    return name.substring(0, end);
  }
}
