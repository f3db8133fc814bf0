package dev.imasugu.config;

import java.time.Duration;
import java.util.List;

/**
 * {@code placements/<name>.yaml}: how the list of one place on the site is made.
 *
 * @param sources where candidates come from; a candidate of several adds their weighted scores
 * @param exclude profile tables with an {@code item_id} column: their items are left out
 * @param size items kept in a stored list; answers are cut from it after filtering
 * @param maxAge an older list is served as stale and computed again
 * @param logExposures whether the server records its answers as impressions
 */
public record PlacementConfig(
    List<Source> sources,
    @Default("[]") List<Reference> exclude,
    @Default("100") int size,
    @Default("24h") Duration maxAge,
    @Default("false") boolean logExposures) {
  private static final long YEAR_MILLIS = Duration.ofDays(365).toMillis();

  /** A placement that records no exposures. */
  public PlacementConfig(List<Source> sources, List<Reference> exclude, int size, Duration maxAge) {
    this(sources, exclude, size, maxAge, false);
  }

  public PlacementConfig {
    sources = List.copyOf(sources);
    exclude = List.copyOf(exclude);
    if (sources.isEmpty() || sources.size() > 16) {
      throw new IllegalArgumentException(
          "sources: " + sources.size() + " entries (expected: 1 to 16)");
    }
    Check.range("size", size, 1, 1_000);
  }

  /** A candidate source: items with scores between 0 and 1 before their weight. */
  public sealed interface Source {
    double weight();

    /** How long a computation waits for this source before it goes on without it. */
    Duration deadline();
  }

  /** The user's own recent items, newest first. */
  public record Recent(
      Reference table, @Default("1.0") double weight, @Default("50ms") Duration deadline)
      implements Source {
    public Recent {
      Check.range("weight", weight, 0, 1_000_000);
    }
  }

  /**
   * What people went on to after the user's recent items: {@code sum over history of decay^age *
   * S[h][j]}, S the decayed transition counts over both items' frequencies to the power of damping.
   *
   * @param table neighbours by item: {@code item_id}, {@code neighbours}
   * @param history a profile table of recent items
   * @param frequency a statistics table with {@code item_id} and {@code frequency}, of the same
   *     half-life as the transitions
   * @param items how many of the history's items are followed
   * @param neighbours how many of each item's neighbours are candidates, those with the greatest
   *     weights
   * @param decay weight of an item relative to the next newer one
   * @param damping how much of both items' frequencies is divided out: 0 leaves what most people
   *     went on to, 0.5 is the root of both, 1 favours what follows this item more than others
   * @param sharpness power of what a pair weighs then: above 1, one close neighbour counts for more
   *     than many distant ones
   */
  public record Transitions(
      Reference table,
      Reference history,
      Reference frequency,
      @Default("1.0") double weight,
      @Default("10") int items,
      @Default("100") int neighbours,
      @Default("0.6") double decay,
      @Default("0.5") double damping,
      @Default("1.0") double sharpness,
      @Default("50ms") Duration deadline)
      implements Source {
    public Transitions {
      Check.range("damping", damping, 0, 1);
      Check.range("sharpness", sharpness, 0.1, 10);
      Check.range("weight", weight, 0, 1_000_000);
      Check.range("items", items, 1, 100);
      Check.range("neighbours", neighbours, 1, 200);
      Check.range("decay", decay, 0, 1);
    }
  }

  /**
   * What most people like now.
   *
   * @param table a statistics table with {@code item_id} and {@code popularity}
   */
  public record Popular(
      Reference table, @Default("1.0") double weight, @Default("50ms") Duration deadline)
      implements Source {
    public Popular {
      Check.range("weight", weight, 0, 1_000_000);
    }
  }

  /**
   * What gets more attention than it usually does, the same for everybody: {@code (r - e) / sqrt(e
   * + 1)}, r the recent events and e those that the baseline lets one expect. Only items above
   * their baseline are candidates.
   *
   * @param table a statistics table with {@code item_id}, {@code recent} and {@code baseline}
   * @param recentHalfLife of the column {@code recent}
   * @param baselineHalfLife of the column {@code baseline}, longer than that of {@code recent}
   */
  public record Trending(
      Reference table,
      @Default("1.0") double weight,
      @Default("1h") Duration recentHalfLife,
      @Default("7d") Duration baselineHalfLife,
      @Default("50ms") Duration deadline)
      implements Source {
    public Trending {
      Check.range("weight", weight, 0, 1_000_000);
      Check.range("recent-half-life (ms)", recentHalfLife.toMillis(), 1_000, YEAR_MILLIS);
      Check.range(
          "baseline-half-life (ms)",
          baselineHalfLife.toMillis(),
          recentHalfLife.toMillis() + 1,
          YEAR_MILLIS);
    }
  }

  /**
   * What is bought together with the items of a history, by lift: {@code sum over history of
   * decay^age * T[h][j] / (n[h] n[j])}, T the decayed number of purchases of both.
   *
   * @param table companions by item: {@code item_id}, {@code neighbours}
   * @param history a profile table of items: a cart, purchases, or what was looked at
   * @param frequency a statistics table with {@code item_id} and {@code frequency}, of the same
   *     half-life as {@code table}
   * @param halfLife of both tables
   * @param support pairs that weigh less by now are left out: their lift is chance
   * @param items how many of the history's items are followed
   * @param neighbours how many of each item's companions are candidates, the most frequent ones
   * @param decay weight of an item relative to the next newer one
   */
  public record CoPurchase(
      Reference table,
      Reference history,
      Reference frequency,
      @Default("1.0") double weight,
      @Default("90d") Duration halfLife,
      @Default("2") double support,
      @Default("10") int items,
      @Default("100") int neighbours,
      @Default("1.0") double decay,
      @Default("50ms") Duration deadline)
      implements Source {
    public CoPurchase {
      Check.range("weight", weight, 0, 1_000_000);
      Check.range("half-life (ms)", halfLife.toMillis(), 1_000, 10 * YEAR_MILLIS);
      Check.range("support", support, 0.000_001, 1_000_000);
      Check.range("items", items, 1, 100);
      Check.range("neighbours", neighbours, 1, 200);
      Check.range("decay", decay, 0, 1);
    }
  }

  /**
   * The items that a query lists for each user, in its order: the first scores 1, the next 1/2,
   * then 1/3.
   *
   * @param table a statistics table with {@code user_id} and {@code items}, an {@code
   *     ARRAY<ROW<item STRING, weight DOUBLE>>}
   */
  public record UserItems(
      Reference table, @Default("1.0") double weight, @Default("50ms") Duration deadline)
      implements Source {
    public UserItems {
      Check.range("weight", weight, 0, 1_000_000);
    }
  }
}
