package dev.imasugu.benchmark.vectors;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Command line of the form {@code --name value}. An unknown name is refused. */
final class Options {
  private final Map<String, String> values;
  private final boolean helped;

  private Options(Map<String, String> values, boolean helped) {
    this.values = values;
    this.helped = helped;
  }

  static Options parse(String[] args, String help, String... names) {
    var values = new HashMap<String, String>();
    boolean helped = List.of(args).contains("--help");
    if (helped) {
      System.out.print(help);
      return new Options(values, true);
    }
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : args[i];
      if (!List.of(names).contains(name)) {
        throw new IllegalArgumentException(
            "Unknown option %s (expected one of: --%s)"
                .formatted(args[i], String.join(", --", names)));
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + ": nothing (expected: a value)");
      }
      values.put(name, args[i + 1]);
    }
    return new Options(values, false);
  }

  boolean helped() {
    return helped;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  @Nullable String find(String name) {
    return values.get(name);
  }

  Path path(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + ": nothing (expected: a path)");
    }
    return Path.of(value);
  }

  long number(String name, long otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--%s: %s (expected: a whole number)".formatted(name, value), e);
    }
  }
}
