package dev.imasugu.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written {@code 64MiB}; units are B, KiB, MiB and GiB. */
public record Size(long bytes) {
  private static final Pattern FORMAT = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Map<String, Integer> SHIFT = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException if the text is no size
   */
  public static Size parse(String text) {
    Matcher matcher = FORMAT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text + " (expected: a size such as 64MiB)");
    }
    return new Size(Long.parseLong(matcher.group(1)) << SHIFT.getOrDefault(matcher.group(2), 0));
  }

  @Override
  public String toString() {
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      int shift = SHIFT.getOrDefault(unit, 0);
      if (bytes != 0 && (bytes & ((1L << shift) - 1)) == 0) {
        return (bytes >> shift) + unit;
      }
    }
    return bytes + "B";
  }
}
