package dev.imasugu.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Live objects of a Java process, by class.
 *
 * @param classes by name
 */
record HeapHistogram(Map<String, Entry> classes) {
  /** Of one class: how many and how large, all together, without what they refer to. */
  record Entry(long instances, long bytes) {
    static final Entry NONE = new Entry(0, 0);
  }

  /** Asks a process, which collects its garbage for it. */
  static HeapHistogram of(long pid) {
    try {
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(pid),
                  "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      List<String> lines = jcmd.inputReader().lines().toList();
      return parse(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads lines like {@code 12: 3456 78901 java.lang.String (java.base@25)}. */
  private static HeapHistogram parse(List<String> lines) {
    var classes = new TreeMap<String, Entry>();
    for (String line : lines) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length >= 4 && fields[0].matches("\\d+:")) {
        classes.merge(
            fields[3].replaceFirst("0x[0-9a-f]+$", ""),
            new Entry(Long.parseLong(fields[1]), Long.parseLong(fields[2])),
            (one, other) -> new Entry(one.instances + other.instances, one.bytes + other.bytes));
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalStateException("no histogram: " + String.join("\n", lines));
    }
    return new HeapHistogram(classes);
  }

  long bytes() {
    return classes.values().stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * Classes that have at least so many instances more than they had, those with most bytes first.
   */
  List<String> grown(HeapHistogram since, long instances) {
    record Growth(String name, Entry more) {}
    var all = new ArrayList<Growth>();
    classes.forEach(
        (name, now) -> {
          Entry before = since.classes.getOrDefault(name, Entry.NONE);
          var more = new Entry(now.instances - before.instances, now.bytes - before.bytes);
          if (more.instances >= instances) {
            all.add(new Growth(name, more));
          }
        });
    all.sort((one, other) -> Long.compare(other.more.bytes, one.more.bytes));
    return all.stream()
        .map(
            growth ->
                "%s +%,d, +%,d KiB"
                    .formatted(growth.name, growth.more.instances, growth.more.bytes / 1024))
        .toList();
  }
}
