package dev.imasugu.benchmark;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** What must not be, by kind: printed as it is found, the first few of each. Thread-safe. */
final class Violations {
  private static final int SHOWN = 5;

  private final Map<String, AtomicLong> counts = new ConcurrentSkipListMap<>();

  void add(String kind, String what) {
    long count = counts.computeIfAbsent(kind, _ -> new AtomicLong()).incrementAndGet();
    if (count <= SHOWN) {
      System.err.println("VIOLATION " + kind + ": " + what);
    }
  }

  long count() {
    return counts.values().stream().mapToLong(AtomicLong::get).sum();
  }

  /** The counts by kind, as JSON. */
  @Override
  public String toString() {
    var text = new StringBuilder("{");
    counts.forEach(
        (kind, count) ->
            text.append(text.length() == 1 ? "" : ",").append("\"%s\":%s".formatted(kind, count)));
    return text.append('}').toString();
  }
}
