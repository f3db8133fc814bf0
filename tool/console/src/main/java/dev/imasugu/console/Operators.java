package dev.imasugu.console;

import dev.imasugu.query.QueryStatus;
import java.util.List;

/** What operators see. */
record Operators(
    Language language,
    List<QueryStatus> queries,
    long dirty,
    List<Fact> figures,
    List<Part> log,
    List<Fact> disk,
    List<String> people) {
  /** A name and what it is. */
  record Fact(String name, String value) {}

  /** One partition of a topic: offsets of its oldest record and after its newest. */
  record Part(String topic, int partition, long begin, long end) {}

  Operators {
    queries = List.copyOf(queries);
    figures = List.copyOf(figures);
    log = List.copyOf(log);
    disk = List.copyOf(disk);
    people = List.copyOf(people);
  }
}
