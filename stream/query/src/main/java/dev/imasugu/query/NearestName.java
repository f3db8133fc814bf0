package dev.imasugu.query;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the valid name that somebody may have meant. */
final class NearestName {
  private NearestName() {}

  /** Returns the name with the smallest edit distance, if at most a third of it differs. */
  static Optional<String> find(String wrong, Collection<String> valid) {
    String given = wrong.toLowerCase(Locale.ROOT);
    return valid.stream()
        .sorted()
        .min(Comparator.comparingInt(name -> distance(given, name.toLowerCase(Locale.ROOT))))
        .filter(
            name ->
                distance(given, name.toLowerCase(Locale.ROOT))
                    <= Math.max(1, Math.max(given.length(), name.length()) / 3));
  }

  /** Returns a line to add to a message, or nothing. */
  static String advice(String wrong, Collection<String> valid) {
    return find(wrong, valid).map(name -> "\nMaybe you meant " + name + ".").orElse("");
  }

  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
