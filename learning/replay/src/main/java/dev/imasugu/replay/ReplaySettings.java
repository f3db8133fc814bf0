package dev.imasugu.replay;

import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.Project;
import dev.imasugu.query.QueryPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is replayed.
 *
 * @param plan queries; those run that the placements read, and those that write triggers
 * @param placements by name
 * @param maxItems rows of the catalogue
 * @param popularEvery how often popular items are ranked anew
 * @param delays what serving is not shown yet
 */
public record ReplaySettings(
    QueryPlan plan,
    Map<String, PlacementConfig> placements,
    int maxItems,
    Duration popularEvery,
    Delays delays) {
  public ReplaySettings {
    placements = Map.copyOf(placements);
  }

  /** A project's own settings, with those of its placements that are named. */
  public static ReplaySettings of(
      Project project, QueryPlan plan, Collection<String> names, Delays delays) {
    return new ReplaySettings(
        plan,
        project.placements().entrySet().stream()
            .filter(each -> names.contains(each.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
        project.platform().catalog().items(),
        project.platform().recompute().popularEvery(),
        delays);
  }

  /**
   * How far serving lags behind: at time t it knows what happened up to t - delay.
   *
   * @param profile of what the user did
   * @param statistics of what everybody did
   * @param statisticsUntil statistics learn nothing from this time on; null for no end
   */
  public record Delays(Duration profile, Duration statistics, @Nullable Instant statisticsUntil) {
    public static final Delays NONE = new Delays(Duration.ZERO, Duration.ZERO, null);

    public Delays {
      check("profile", profile);
      check("statistics", statistics);
    }

    private static void check(String name, Duration delay) {
      if (delay.isNegative()) {
        throw new IllegalArgumentException(name + ": " + delay + " (expected: not negative)");
      }
    }
  }
}
