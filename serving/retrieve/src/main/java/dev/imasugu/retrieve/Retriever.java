package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlacementConfig.CoPurchase;
import dev.imasugu.config.PlacementConfig.Popular;
import dev.imasugu.config.PlacementConfig.Recent;
import dev.imasugu.config.PlacementConfig.Source;
import dev.imasugu.config.PlacementConfig.Transitions;
import dev.imasugu.config.PlacementConfig.Trending;
import dev.imasugu.config.PlacementConfig.UserItems;
import dev.imasugu.config.Reference;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.retrieve.RankedItems.Ranking;
import dev.imasugu.store.ColumnType;
import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rankings: for each placement its candidate sources, merged by their weights, without the
 * excluded and the unavailable. Safe for many threads, each with its own {@link Scratch}.
 */
public final class Retriever {
  private static final Logger LOG = LoggerFactory.getLogger(Retriever.class);

  static final String ITEM = "item_id";
  private static final String CATALOGUE = "catalogue";
  private static final String POPULAR = "popular";
  private static final int SPARE_POPULAR = 100;
  private static final String FREQUENCY = "frequency";
  private static final String POPULARITY = "popularity";
  private static final String RECENT = "recent";
  private static final String BASELINE = "baseline";

  private record WeightedSource(CandidateSource source, Source settings) {}

  private record Placement(
      PlacementConfig config,
      List<WeightedSource> sources,
      List<FeatureTable> exclude,
      @Nullable RankedItems popular) {

    /** Whether it has a source that needs nobody's profile but is not the popular one. */
    boolean ranksMore() {
      return sources.stream().anyMatch(each -> each.settings instanceof Trending);
    }
  }

  private final FeatureStore features;
  private final List<PlacementConfig> configs;
  private final Map<String, FeatureTable> tables;
  private final Catalog catalog;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final int popularLimit;
  private final Map<String, ItemWeights> weights = new HashMap<>();
  private final Map<String, Neighbours> neighbours = new HashMap<>();
  private final Map<String, RankedItems> popular = new HashMap<>();
  private final Map<Trending, RankedItems> trending = new HashMap<>();
  private final Map<String, Placement> placements = new TreeMap<>();

  private Retriever(
      Collection<PlacementConfig> configs,
      Map<String, FeatureTable> tables,
      FeatureStore features,
      Catalog catalog,
      LongSupplier nanoTime,
      InstantSource clock,
      int popularLimit) {
    this.configs = List.copyOf(configs);
    this.features = features;
    this.clock = clock;
    this.popularLimit = popularLimit;
    this.tables = Map.copyOf(tables);
    this.catalog = catalog;
    this.nanoTime = nanoTime;
  }

  /**
   * Reads statistics into memory and follows them.
   *
   * @param tables live feature tables by name
   * @param nanoTime a clock for deadlines, as {@link System#nanoTime}
   * @throws dev.imasugu.config.ConfigException as {@link #check}
   */
  public static Retriever open(
      Map<String, PlacementConfig> placements,
      Map<String, FeatureTable> tables,
      FeatureStore features,
      Catalog catalog,
      LongSupplier nanoTime) {
    return open(InstantSource.system(), placements, tables, features, catalog, nanoTime, null);
  }

  /**
   * Likewise, sharing with another what it holds of the same tables.
   *
   * @param before the one that this one takes the place of, or null
   */
  public static Retriever open(
      Map<String, PlacementConfig> placements,
      Map<String, FeatureTable> tables,
      FeatureStore features,
      Catalog catalog,
      LongSupplier nanoTime,
      @Nullable Retriever before) {
    return open(InstantSource.system(), placements, tables, features, catalog, nanoTime, before);
  }

  /**
   * As above, by another clock than the system's.
   *
   * @param clock says how far weights have decayed
   */
  public static Retriever open(
      InstantSource clock,
      Map<String, PlacementConfig> placements,
      Map<String, FeatureTable> tables,
      FeatureStore features,
      Catalog catalog,
      LongSupplier nanoTime,
      @Nullable Retriever before) {
    check(placements, tables);
    int largest = placements.values().stream().mapToInt(PlacementConfig::size).max().orElse(0);
    // Twice the largest list: enough after a user's exclusions, for the others fill up.
    var retriever =
        new Retriever(
            placements.values(),
            tables,
            features,
            catalog,
            nanoTime,
            clock,
            2 * largest + SPARE_POPULAR);
    if (before != null) {
      retriever.weights.putAll(before.weights);
      retriever.neighbours.putAll(before.neighbours);
    }
    placements.forEach((name, config) -> retriever.placements.put(name, retriever.build(config)));
    retriever.keepOnlyNamed();
    retriever.refreshPopular();
    return retriever;
  }

  /**
   * Checks that placements name tables that exist and fit.
   *
   * @throws dev.imasugu.config.ConfigException for the first that does not
   */
  public static void check(
      Map<String, PlacementConfig> placements, Map<String, FeatureTable> tables) {
    for (PlacementConfig placement : new TreeMap<>(placements).values()) {
      for (Reference exclude : placement.exclude()) {
        profile(exclude, tables);
      }
      for (Source source : placement.sources()) {
        switch (source) {
          case Recent recent -> profile(recent.table(), tables);
          case Popular popular ->
              statistics(popular.table(), tables, POPULARITY, ColumnType.DOUBLE);
          case Trending trending -> {
            statistics(trending.table(), tables, RECENT, ColumnType.DOUBLE);
            statistics(trending.table(), tables, BASELINE, ColumnType.DOUBLE);
          }
          case CoPurchase pairs -> {
            profile(pairs.history(), tables);
            statistics(pairs.table(), tables, Neighbours.COLUMN, ColumnType.WEIGHTS);
            statistics(pairs.frequency(), tables, FREQUENCY, ColumnType.DOUBLE);
          }
          case UserItems items -> ofUsers(items.table(), tables);
          case Transitions transitions -> {
            profile(transitions.history(), tables);
            statistics(transitions.table(), tables, Neighbours.COLUMN, ColumnType.WEIGHTS);
            statistics(transitions.frequency(), tables, FREQUENCY, ColumnType.DOUBLE);
          }
        }
      }
    }
  }

  private static void profile(Reference reference, Map<String, FeatureTable> tables) {
    FeatureTable table = table(reference, tables);
    if (!table.kind().profile()) {
      throw reference.unfit("is a statistics table (expected: a profile table).");
    }
    column(reference, table, ITEM, ColumnType.TEXT);
  }

  private static void statistics(
      Reference reference, Map<String, FeatureTable> tables, String column, ColumnType type) {
    FeatureTable table = table(reference, tables);
    if (table.kind().profile() || !table.key().equals(List.of(ITEM))) {
      throw reference.unfit("(expected: a statistics table with the primary key item_id).");
    }
    column(reference, table, column, type);
  }

  private static void ofUsers(Reference reference, Map<String, FeatureTable> tables) {
    FeatureTable table = table(reference, tables);
    if (table.kind().profile() || !table.key().equals(List.of(FeatureTable.USER))) {
      throw reference.unfit("(expected: a statistics table with the primary key user_id).");
    }
    column(reference, table, UserItemsSource.COLUMN, ColumnType.WEIGHTS);
  }

  private static FeatureTable table(Reference reference, Map<String, FeatureTable> tables) {
    FeatureTable table = tables.get(reference.name());
    if (table == null) {
      throw reference.unknown("table", tables.keySet());
    }
    return table;
  }

  private static void column(
      Reference reference, FeatureTable table, String name, ColumnType type) {
    if (table.columns().stream().noneMatch(c -> c.name().equals(name) && c.type() == type)) {
      throw reference.unfit("has no column %s of type %s (expected: one).".formatted(name, type));
    }
  }

  /** Lets go of what only another's placements needed. */
  private void keepOnlyNamed() {
    var ids = tables.values().stream().map(FeatureTable::id).collect(Collectors.toSet());
    weights.keySet().removeIf(key -> !ids.contains(key.substring(0, key.lastIndexOf('.'))));
    neighbours.keySet().retainAll(ids);
  }

  private Placement build(PlacementConfig config) {
    var sources = new ArrayList<WeightedSource>();
    RankedItems ownPopular = null;
    for (Source settings : config.sources()) {
      CandidateSource source =
          switch (settings) {
            case Recent recent -> new RecentSource(table(recent.table(), tables), catalog);
            case Transitions transitions ->
                new TransitionSource(
                    transitions,
                    table(transitions.history(), tables),
                    neighbours(transitions.table()),
                    weights(transitions.frequency(), FREQUENCY),
                    catalog);
            case Popular declared -> {
              ownPopular =
                  popular.computeIfAbsent(
                      declared.table().name(),
                      _ ->
                          new PopularItems(
                              weights(declared.table(), POPULARITY), catalog, popularLimit));
              yield new RankedSource(POPULAR, ownPopular);
            }
            case Trending declared ->
                new RankedSource(
                    "trending",
                    trending.computeIfAbsent(
                        declared,
                        _ ->
                            new TrendingItems(
                                declared,
                                weights(declared.table(), RECENT),
                                weights(declared.table(), BASELINE),
                                catalog,
                                clock,
                                popularLimit)));
            case CoPurchase pairs ->
                new CoPurchaseSource(
                    pairs,
                    table(pairs.history(), tables),
                    neighbours(pairs.table()),
                    weights(pairs.frequency(), FREQUENCY),
                    catalog,
                    clock);
            case UserItems items -> new UserItemsSource(table(items.table(), tables), catalog);
          };
      sources.add(new WeightedSource(source, settings));
    }
    return new Placement(
        config,
        sources,
        config.exclude().stream().map(reference -> table(reference, tables)).toList(),
        ownPopular);
  }

  private Neighbours neighbours(Reference reference) {
    FeatureTable table = table(reference, tables);
    int wanted = wanted(table.name());
    return neighbours.compute(
        table.id(),
        (_, shared) ->
            shared != null && shared.limit() >= wanted
                ? shared
                : new Neighbours(features, table, wanted, catalog));
  }

  /** How many neighbours of an item the placement that looks at most of them looks at. */
  private int wanted(String table) {
    return configs.stream()
        .flatMap(placement -> placement.sources().stream())
        .mapToInt(
            source ->
                switch (source) {
                  case Transitions of when of.table().name().equals(table) -> of.neighbours();
                  case CoPurchase of when of.table().name().equals(table) -> of.neighbours();
                  default -> 0;
                })
        .max()
        .orElse(0);
  }

  private ItemWeights weights(Reference reference, String column) {
    return weights.computeIfAbsent(
        table(reference, tables).id() + "." + column,
        _ -> new ItemWeights(features, table(reference, tables), column, catalog));
  }

  /** Working memory of one thread. */
  public static final class Scratch {
    private final Merged merged = new Merged();
    private final Scores own = new Scores();
    private final Scores excluded = new Scores();

    private void clear() {
      merged.clear();
      own.clear();
      excluded.clear();
    }
  }

  /** Starts reading a user's profile; use it for all placements of one recompute. */
  public Profile profile(String user) {
    return profile(List.of(user));
  }

  /** Starts reading the profile of a user who did things under several ids, see above. */
  public Profile profile(List<String> owners) {
    return new Profile(features, owners);
  }

  /** Names of the placements. */
  public List<String> placements() {
    return List.copyOf(placements.keySet());
  }

  /**
   * Makes a ranking of at most the placement's {@code size} items. A source that throws, or is not
   * done by its deadline, is left out and named.
   */
  public Retrieved retrieve(String placementName, Profile profile, Scratch scratch) {
    Placement placement = placement(placementName);
    scratch.clear();
    var missing = new ArrayList<String>();
    for (int i = 0; i < placement.sources.size(); i++) {
      WeightedSource weighted = placement.sources.get(i);
      scratch.own.clear();
      var deadline = new Deadline(nanoTime, weighted.settings.deadline());
      try {
        weighted.source.collect(profile, deadline, scratch.own);
      } catch (RuntimeException e) {
        LOG.error("source failed placement={} source={}", placementName, weighted.source.name(), e);
        missing.add(weighted.source.name());
        continue;
      }
      if (deadline.passed()) {
        missing.add(weighted.source.name());
        continue;
      }
      merge(scratch, weighted.settings.weight(), i);
    }
    for (FeatureTable table : placement.exclude) {
      int item = table.index(ITEM);
      for (Row row : profile.rows(table)) {
        int excluded = catalog.row(row.text(item));
        if (excluded >= 0) {
          scratch.excluded.add(excluded, 1);
        }
      }
    }
    List<RecommendedItem> items = top(placement, scratch);
    if (placement.popular != null) {
      fill(items, placement, scratch);
    }
    return new Retrieved(items, missing);
  }

  /**
   * Fills a list that is open to what is popular with whatever else is available, so that what
   * serving falls back to, which knows of no exclusions, is not needed.
   */
  private void fill(List<RecommendedItem> items, Placement placement, Scratch scratch) {
    int size = placement.config.size();
    if (items.size() == size) {
      return;
    }
    catalog.forEachAvailable(
        size + scratch.merged.count() + scratch.excluded.count(),
        row -> {
          if (items.size() < size && !scratch.merged.has(row) && !scratch.excluded.has(row)) {
            items.add(new RecommendedItem(catalog.itemId(row), 0, CATALOGUE));
          }
        });
  }

  private static void merge(Scratch scratch, double weight, int source) {
    Scores own = scratch.own;
    double max = own.max();
    if (max <= 0) {
      return;
    }
    double scale = weight / max;
    for (int i = 0; i < own.count(); i++) {
      int row = own.row(i);
      scratch.merged.add(row, scale * own.get(row), source);
    }
  }

  private List<RecommendedItem> top(Placement placement, Scratch scratch) {
    var top = new TopRows(placement.config.size(), catalog::id);
    Merged merged = scratch.merged;
    for (int i = 0; i < merged.count(); i++) {
      int row = merged.row(i);
      if (!scratch.excluded.has(row) && catalog.isAvailable(row)) {
        top.offer(row, merged.sum(row));
      }
    }
    var items = new ArrayList<RecommendedItem>();
    for (int row : top.drain()) {
      items.add(
          new RecommendedItem(
              catalog.itemId(row),
              merged.sum(row),
              placement.sources.get(merged.source(row)).source.name()));
    }
    return items;
  }

  /**
   * Ranks the popular items again; one thread at a time.
   *
   * @return whether anything may have changed since the last call
   */
  public boolean refreshPopular() {
    boolean changed = false;
    for (RankedItems each : popular.values()) {
      changed |= each.refresh();
    }
    for (RankedItems each : trending.values()) {
      changed |= each.refresh();
    }
    return changed;
  }

  /**
   * The list of somebody of whom nothing is known: what the placement's own popular and trending
   * sources give, or the popular source of another placement, or empty when no placement has one.
   */
  public List<RecommendedItem> popular(String placementName) {
    Placement placement = placement(placementName);
    if (placement.ranksMore()) {
      List<RecommendedItem> ranked = ranked(placement);
      if (!ranked.isEmpty()) {
        return ranked;
      }
    }
    RankedItems chosen =
        placement.popular != null
            ? placement.popular
            : popular.values().stream().findFirst().orElse(null);
    if (chosen == null) {
      return List.of();
    }
    Ranking ranking = chosen.ranking();
    var items = new ArrayList<RecommendedItem>();
    for (int i = 0; i < Math.min(ranking.rows().length, placement.config.size()); i++) {
      items.add(
          new RecommendedItem(catalog.itemId(ranking.rows()[i]), ranking.scores()[i], POPULAR));
    }
    return items;
  }

  private List<RecommendedItem> ranked(Placement placement) {
    var scratch = new Scratch();
    for (int i = 0; i < placement.sources.size(); i++) {
      WeightedSource weighted = placement.sources.get(i);
      if (weighted.source instanceof RankedSource ranked) {
        scratch.own.clear();
        ranked.collect(scratch.own);
        merge(scratch, weighted.settings.weight(), i);
      }
    }
    return top(placement, scratch);
  }

  private Placement placement(String name) {
    Placement placement = placements.get(name);
    if (placement == null) {
      throw new IllegalArgumentException(
          "placement: %s (expected one of: %s)"
              .formatted(name, String.join(", ", placements.keySet())));
    }
    return placement;
  }
}
