package dev.imasugu.functions;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The state of {@link Transitions}: a user's last items. One array, for a heap holds one of these
 * for each user. Flink fills the field.
 */
public final class RecentItems {
  /** No id holds a control character. */
  private static final String SEPARATOR = "\n";

  /** At most {@link Transitions#REACH} items in UTF-8, oldest first; null before the first. */
  public byte @Nullable [] items;

  public RecentItems() {}

  String[] read() {
    byte[] stored = items;
    return stored == null
        ? new String[0]
        : new String(stored, StandardCharsets.UTF_8).split(SEPARATOR);
  }

  void write(String[] recent) {
    items = String.join(SEPARATOR, recent).getBytes(StandardCharsets.UTF_8);
  }
}
