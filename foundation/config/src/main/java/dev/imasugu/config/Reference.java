package dev.imasugu.config;

import java.util.Collection;

/**
 * A name in a file that must exist elsewhere, and where it was written.
 *
 * @param file relative to the project folder
 * @param line 1 is the first
 */
public record Reference(String name, String file, int line) {
  /** Returns the error for a name that does not exist. */
  public ConfigException unknown(String what, Collection<String> valid) {
    return new ConfigException(
        "Unknown %s %s in %s:%d (expected one of: %s).%s"
            .formatted(
                what,
                name,
                file,
                line,
                String.join(", ", valid.stream().sorted().toList()),
                Nearest.advice(name, valid)));
  }

  /** Returns the error for a name that exists but does not fit. */
  public ConfigException unfit(String why) {
    return new ConfigException("%s in %s:%d %s".formatted(name, file, line, why));
  }
}
