package dev.imasugu.console;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlacementConfig.CoPurchase;
import dev.imasugu.config.PlacementConfig.Recent;
import dev.imasugu.config.PlacementConfig.Source;
import dev.imasugu.config.PlacementConfig.Transitions;
import dev.imasugu.domain.Item;
import dev.imasugu.query.LiveQueries;
import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why an item is in a list: of the items that the person touched lately, the one that speaks for it
 * most, by the same stored statistics that the list was made of.
 */
final class Why {
  private static final String ITEM = "item_id";

  private final FeatureStore features;
  private final Catalog catalog;
  private final Language language;

  /** By item of the list, the item of the history with the greatest part in its score. */
  private final Map<String, String> because = new HashMap<>();

  private final Map<String, Double> parts = new HashMap<>();

  private Why(FeatureStore features, Catalog catalog, Language language) {
    this.features = features;
    this.catalog = catalog;
    this.language = language;
  }

  static Why of(
      PlacementConfig placement,
      LiveQueries live,
      FeatureStore features,
      Catalog catalog,
      String user,
      Language language) {
    var why = new Why(features, catalog, language);
    for (Source source : placement.sources()) {
      switch (source) {
        case Transitions each ->
            why.add(
                live.table(each.table().name()),
                live.table(each.frequency().name()),
                history(live.table(each.history().name()), features, user, each.items()),
                each.neighbours(),
                each.decay(),
                0.5);
        case CoPurchase each ->
            why.add(
                live.table(each.table().name()),
                live.table(each.frequency().name()),
                history(live.table(each.history().name()), features, user, each.items()),
                each.neighbours(),
                each.decay(),
                1);
        default -> {}
      }
    }
    return why;
  }

  /** The table that says what a person touched, of the first source that has one. */
  static @Nullable FeatureTable history(PlacementConfig placement, LiveQueries live) {
    for (Source source : placement.sources()) {
      switch (source) {
        case Transitions each -> {
          return live.table(each.history().name());
        }
        case CoPurchase each -> {
          return live.table(each.history().name());
        }
        case Recent each -> {
          return live.table(each.table().name());
        }
        default -> {}
      }
    }
    return null;
  }

  private static List<String> history(
      @Nullable FeatureTable table, FeatureStore features, String user, int limit) {
    if (table == null) {
      return List.of();
    }
    int item = table.index(ITEM);
    return features.find(table, user).stream().limit(limit).map(row -> row.text(item)).toList();
  }

  private void add(
      @Nullable FeatureTable table,
      @Nullable FeatureTable frequency,
      List<String> history,
      int limit,
      double decay,
      double power) {
    if (table == null || frequency == null) {
      return;
    }
    int column = table.index("neighbours");
    double weight = 1;
    for (String seen : history) {
      Row row = features.findRow(table, List.of(seen));
      List<Weighted> neighbours = row == null ? List.of() : row.weights(column);
      double from = frequency(frequency, seen);
      for (Weighted neighbour :
          new ArrayList<>(neighbours).subList(0, Math.min(limit, neighbours.size()))) {
        // The neighbour's own frequency is the same whichever item of the history leads to it.
        double part = weight * Math.pow(2, neighbour.weight() - power * from);
        if (part > parts.getOrDefault(neighbour.item(), 0.0)) {
          parts.put(neighbour.item(), part);
          because.put(neighbour.item(), seen);
        }
      }
      weight *= decay;
    }
  }

  private double frequency(FeatureTable table, String item) {
    Row row = features.findRow(table, List.of(item));
    return row == null ? 0 : row.number(table.index("frequency"));
  }

  /** A sentence about an item that some source brought. */
  String say(String item, String source) {
    String seen = because.get(item);
    return switch (source) {
      case "transitions" ->
          seen == null
              ? language.say("follows what you looked at", "見たものに続いて見られています")
              : language.say("after “" + title(seen) + "”", "「" + title(seen) + "」の次に見られています");
      case "co-purchase" ->
          seen == null
              ? language.say("bought together", "一緒に買われています")
              : language.say(
                  "bought together with “" + title(seen) + "”", "「" + title(seen) + "」と一緒に買われています");
      case "popular" -> language.say("popular right now", "いま人気です");
      case "trending" -> language.say("trending", "急上昇中です");
      case "recent" -> language.say("you looked at it", "最近見ました");
      case "catalogue" -> language.say("from the shelf", "棚から");
      default -> source;
    };
  }

  private String title(String id) {
    Item item = catalog.find(id);
    String title = Card.of(id, item, "", language).title();
    return title.length() <= 48 ? title : title.substring(0, 47) + "…";
  }
}
