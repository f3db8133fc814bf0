package dev.imasugu.imports;

import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Durations;
import dev.imasugu.config.Nearest;
import dev.imasugu.config.YamlValue;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.Item;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a file are called in our API: a file of YAML.
 *
 * @param columns our field to their column; {@code context.k} and {@code fields.k} for free fields
 * @param constants our field to a value that every row has
 * @param types their name of an event type to ours
 * @param inOrderOfRows whether rows without a time take one from their number
 */
public record Mapping(
    Into into,
    Map<String, String> columns,
    Map<String, String> constants,
    Map<String, String> types,
    Times times,
    boolean inOrderOfRows) {
  /** What a row becomes. */
  public enum Into {
    EVENTS(Event.FIELDS, "context"),
    ITEMS(Item.FIELDS, "fields");

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> fields;

    private final String free;

    Into(List<String> fields, String free) {
      this.fields = fields;
      this.free = free;
    }
  }

  private static final Set<String> KEYS =
      Set.of("into", "columns", "constants", "types", "time-format", "zone", "start", "step");

  public Mapping {
    columns = Map.copyOf(columns);
    constants = Map.copyOf(constants);
    types = Map.copyOf(types);
  }

  /**
   * Reads a mapping.
   *
   * @param file the name to show in errors
   * @throws ConfigException for the first thing that is not as expected
   */
  public static Mapping parse(String file, String text) {
    if (!(YamlValue.parse(file, text) instanceof YamlValue.Mapping root)) {
      throw new ConfigException(file + " has no keys (expected: keys and values).");
    }
    root.allow(KEYS);
    Into into = into(root);
    Map<String, String> columns = texts(root, "columns");
    Map<String, String> constants = texts(root, "constants");
    check(into, root, columns);
    check(into, root, constants);
    if (columns.isEmpty()) {
      throw new ConfigException(
          "Missing key columns in %s (expected: fields of ours, each with a column of theirs)."
              .formatted(root.place()));
    }
    Times utc = Times.UTC;
    String start = single(root, "start");
    String step = single(root, "step");
    String zone = single(root, "zone");
    String format = single(root, "time-format");
    try {
      var times =
          new Times(
              zone == null ? utc.zone() : ZoneId.of(zone),
              format == null ? "" : format,
              start == null ? utc.start() : Instant.parse(start),
              step == null ? Duration.ofSeconds(1) : Durations.parse(step));
      return new Mapping(into, columns, constants, texts(root, "types"), times, start != null);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new ConfigException("%s in %s".formatted(e.getMessage(), root.place()));
    }
  }

  private static Into into(YamlValue.Mapping root) {
    String name = single(root, "into");
    return switch (name) {
      case null -> Into.EVENTS;
      case "events" -> Into.EVENTS;
      case "items" -> Into.ITEMS;
      default ->
          throw new ConfigException(
              "into: %s in %s (expected one of: events, items)".formatted(name, root.place()));
    };
  }

  private static void check(Into into, YamlValue.Mapping root, Map<String, String> given) {
    for (String field : given.keySet()) {
      if (!into.fields.contains(field) && !field.startsWith(into.free + ".")) {
        throw new ConfigException(
            "Unknown field %s in %s (expected one of: %s, %s.NAME).%s"
                .formatted(
                    field,
                    root.place(),
                    String.join(", ", into.fields),
                    into.free,
                    Nearest.advice(field, into.fields)));
      }
    }
  }

  private static Map<String, String> texts(YamlValue.Mapping root, String key) {
    YamlValue value = root.values().get(key);
    var texts = new LinkedHashMap<String, String>();
    if (value instanceof YamlValue.Mapping mapping) {
      mapping
          .values()
          .keySet()
          .forEach(name -> texts.put(name, String.valueOf(single(mapping, name))));
    } else if (value != null) {
      throw new ConfigException(
          "%s in %s has no keys (expected: some)".formatted(key, value.place()));
    }
    return texts;
  }

  private static @Nullable String single(YamlValue.Mapping mapping, String key) {
    return switch (mapping.values().get(key)) {
      case null -> null;
      case YamlValue.Scalar scalar -> scalar.text();
      case YamlValue other ->
          throw new ConfigException(
              "%s in %s is no single value (expected: one).".formatted(key, other.place()));
    };
  }
}
