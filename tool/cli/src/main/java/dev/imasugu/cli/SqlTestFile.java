package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.YamlValue;
import dev.imasugu.config.YamlValue.Mapping;
import dev.imasugu.config.YamlValue.Scalar;
import dev.imasugu.config.YamlValue.Sequence;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.User;
import dev.imasugu.domain.UserId;
import dev.imasugu.ingest.RecordReader;
import dev.imasugu.query.QueryTrial.Records;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code sql/tests}: cases, each with what comes in and which rows must come out.
 *
 * @param path {@code sql/tests/carts.yaml}
 */
record SqlTestFile(String path, List<Case> cases) {
  private static final Set<String> KEYS =
      Set.of("name", "events", "items", "users", "rows", "triggers");
  private static final String CHANGED_AT = "changedAt";
  private static final String RECEIVED_AT = "receivedAt";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /**
   * One case.
   *
   * @param rows by table, every row that must be there
   * @param triggers by user, the reason; null when the case does not ask
   */
  record Case(
      String name,
      String place,
      Records records,
      Map<String, Sequence> rows,
      @Nullable Map<String, String> triggers) {}

  SqlTestFile {
    cases = List.copyOf(cases);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException for the first thing that is not as expected
   */
  static SqlTestFile parse(String path, String text, EventTypes types) {
    Mapping root = mapping(YamlValue.parse(path, text));
    root.allow(Set.of("cases"));
    var reader = new Reader(new RecordReader(types));
    var cases = new ArrayList<Case>();
    var names = new HashSet<String>();
    for (YamlValue value : list(root, "cases")) {
      Case one = reader.read(mapping(value));
      if (!names.add(one.name)) {
        throw new ConfigException(
            "name: %s twice in %s (expected: once)".formatted(one.name, one.place));
      }
      cases.add(one);
    }
    if (cases.isEmpty()) {
      throw new ConfigException(path + ": no cases (expected: at least one)");
    }
    return new SqlTestFile(path, cases);
  }

  /** The tables that the cases ask for, those of triggers not among them. */
  Set<String> tables() {
    var tables = new TreeSet<String>();
    cases.forEach(one -> tables.addAll(one.rows.keySet()));
    return tables;
  }

  boolean asksForTriggers() {
    return cases.stream().anyMatch(one -> one.triggers != null);
  }

  /** Reads one case after the other. */
  private static final class Reader {
    private final RecordReader records;

    Reader(RecordReader records) {
      this.records = records;
    }

    Case read(Mapping one) {
      one.allow(KEYS);
      if (!(one.values().get("name") instanceof Scalar(String name, _, _)) || name == null) {
        throw new ConfigException(
            "Missing key name in %s (expected: a name).".formatted(one.place()));
      }
      Map<String, Sequence> rows = new LinkedHashMap<>();
      YamlValue givenRows = one.values().get("rows");
      if (givenRows != null) {
        mapping(givenRows).values().forEach((table, value) -> rows.put(table, sequence(value)));
      }
      Map<String, String> triggers = null;
      YamlValue givenTriggers = one.values().get("triggers");
      if (givenTriggers != null) {
        triggers = new LinkedHashMap<>();
        for (var entry : mapping(givenTriggers).values().entrySet()) {
          triggers.put(entry.getKey(), text(entry.getValue()));
        }
      }
      if (rows.isEmpty() && triggers == null) {
        throw new ConfigException(
            "%s in %s expects nothing (expected: rows or triggers).".formatted(name, one.place()));
      }
      var input = new Records(events(one), items(one), users(one));
      return new Case(name, one.place(), input, rows, triggers);
    }

    /*
     * Events come in the order of the file. One without a time is a second later than the newest
     * before it, and all are received at once: an event that is older than one before it is late.
     */
    private List<Event> events(Mapping one) {
      var events = new ArrayList<Event>();
      Instant newest = START;
      for (YamlValue value : list(one, "events")) {
        Mapping fields = mapping(value);
        Instant received = instant(fields, RECEIVED_AT);
        Instant occurred = instant(fields, "occurredAt");
        if (occurred == null) {
          occurred = newest.plusSeconds(1);
        }
        newest = newest.isAfter(occurred) ? newest : occurred;
        ObjectNode json = json(fields, Set.of(RECEIVED_AT));
        json.put("occurredAt", occurred.toString());
        try {
          events.add(
              records.event(json, received == null ? newest : received, "e" + (events.size() + 1)));
        } catch (IllegalArgumentException e) {
          throw new ConfigException("%s in %s".formatted(e.getMessage(), fields.place()));
        }
      }
      return events;
    }

    private List<Item> items(Mapping one) {
      var items = new ArrayList<Item>();
      for (YamlValue value : list(one, "items")) {
        Mapping fields = mapping(value);
        Instant changed = instant(fields, CHANGED_AT);
        try {
          items.add(
              records.item(
                  json(fields, Set.of(CHANGED_AT)),
                  changed == null ? START.plusSeconds(items.size()) : changed));
        } catch (IllegalArgumentException e) {
          throw new ConfigException("%s in %s".formatted(e.getMessage(), fields.place()));
        }
      }
      return items;
    }

    private static List<User> users(Mapping one) {
      var users = new ArrayList<User>();
      for (YamlValue value : list(one, "users")) {
        Mapping fields = mapping(value);
        Instant changed = instant(fields, CHANGED_AT);
        var attributes = new LinkedHashMap<String, String>();
        String id = null;
        for (var field : fields.values().entrySet()) {
          switch (field.getKey()) {
            case "id" -> id = text(field.getValue());
            case CHANGED_AT -> {}
            default -> attributes.put(field.getKey(), text(field.getValue()));
          }
        }
        if (id == null) {
          throw new ConfigException(
              "Missing key id in %s (expected: a user's id).".formatted(fields.place()));
        }
        users.add(
            new User(
                new UserId(id),
                attributes,
                changed == null ? START.plusSeconds(users.size()) : changed));
      }
      return users;
    }
  }

  private static @Nullable Instant instant(Mapping fields, String key) {
    YamlValue value = fields.values().get(key);
    if (value == null) {
      return null;
    }
    String text = text(value);
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new ConfigException(
          "%s: %s in %s (expected: an instant such as 2026-03-01T12:00:00Z)"
              .formatted(key, text, value.place()));
    }
  }

  private static ObjectNode json(Mapping fields, Set<String> without) {
    ObjectNode json = Api.JSON.createObjectNode();
    fields
        .values()
        .forEach(
            (key, value) -> {
              if (!without.contains(key)) {
                json.set(key, json(value));
              }
            });
    return json;
  }

  private static JsonNode json(YamlValue value) {
    return switch (value) {
      case Mapping mapping -> json(mapping, Set.of());
      case Sequence sequence -> {
        ArrayNode array = Api.JSON.createArrayNode();
        sequence.values().forEach(each -> array.add(json(each)));
        yield array;
      }
      case Scalar(String text, boolean quoted, _) -> {
        if (text == null) {
          yield Api.JSON.nullNode();
        }
        if (!quoted && (text.equals("true") || text.equals("false"))) {
          yield Api.JSON.getNodeFactory().booleanNode(text.equals("true"));
        }
        if (!quoted && text.matches("-?\\d{1,18}")) {
          yield Api.JSON.getNodeFactory().numberNode(Long.parseLong(text));
        }
        if (!quoted && text.matches("-?\\d+\\.\\d+([eE][+-]?\\d+)?")) {
          yield Api.JSON.getNodeFactory().numberNode(Double.parseDouble(text));
        }
        yield TextNode.valueOf(text);
      }
    };
  }

  static Mapping mapping(YamlValue value) {
    if (value instanceof Mapping mapping) {
      return mapping;
    }
    throw new ConfigException(
        "No keys in %s (expected: keys and values).".formatted(value.place()));
  }

  private static Sequence sequence(YamlValue value) {
    if (value instanceof Sequence sequence) {
      return sequence;
    }
    throw new ConfigException(
        "No list in %s (expected: [a, b] or lines starting with '- ').".formatted(value.place()));
  }

  private static List<YamlValue> list(Mapping mapping, String key) {
    YamlValue value = mapping.values().get(key);
    return value == null ? List.of() : sequence(value).values();
  }

  static String text(YamlValue value) {
    if (value instanceof Scalar(String text, _, _) && text != null) {
      return text;
    }
    throw new ConfigException("No single value in %s (expected: one).".formatted(value.place()));
  }
}
