package dev.imasugu.functions;

import org.jspecify.annotations.Nullable;

/** The state of {@link Transitions}: a user's last items, oldest first. Flink fills the field. */
public final class RecentItems {
  /** At most {@link Transitions#REACH} items; null before the first. */
  public String @Nullable [] items;

  public RecentItems() {}
}
