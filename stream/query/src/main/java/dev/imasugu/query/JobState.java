package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a job's operators tell the rest of the process while they run. Safe for many threads. */
final class JobState {
  private final JobSpec spec;
  private final Map<String, QueryState> queries = new LinkedHashMap<>();
  private final Reading reading;
  private final AtomicLong late = new AtomicLong();

  JobState(JobSpec spec, int partitions) {
    this.spec = spec;
    reading = new Reading(partitions);
    for (QueryVersion version : spec.queries()) {
      queries.put(version.name(), new QueryState(version, partitions));
    }
  }

  JobSpec spec() {
    return spec;
  }

  Reading reading() {
    return reading;
  }

  /** Returns a query's state, or null if it was taken out of the job. */
  @Nullable QueryState find(String name) {
    return queries.get(name);
  }

  QueryState query(String name) {
    QueryState found = find(name);
    if (found == null) {
      throw new IllegalStateException("no query " + name + " in job " + spec.id());
    }
    return found;
  }

  Collection<QueryState> queries() {
    return queries.values();
  }

  FeatureTable table(String query) {
    FeatureTable table = query(query).version().table();
    if (table == null) {
      throw new IllegalStateException("query " + query + " fills no table");
    }
    return table;
  }

  /** Counts an event that came after the watermark had passed it. */
  void countLate() {
    late.incrementAndGet();
  }

  long late() {
    return late.get();
  }
}
