package dev.imasugu.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Titles and attributes of items: JSON {@code {"item": [attribute, ...]}}, MovieLens' {@code
 * id::title::genre|genre}, or a table with a header whose first column is the item, one named title
 * or name its title, and those named genres, category, brand or class its attributes.
 */
final class ItemFile {
  static final ItemFile NONE = new ItemFile();

  private final Map<String, String> titles = new HashMap<>();
  private final Map<String, int[]> attributes = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  private ItemFile() {}

  static ItemFile read(Path file) {
    return DataFile.read(
        file,
        in -> {
          var made = new ItemFile();
          in.mark(4);
          int first = in.read();
          in.reset();
          if (first == '{') {
            made.json(file, json(file, in));
          } else {
            made.lines(file, in);
          }
          return made;
        });
  }

  Optional<String> title(String item) {
    return Optional.ofNullable(titles.get(item));
  }

  boolean hasAttributes() {
    return !attributes.isEmpty();
  }

  int[] attributes(String item) {
    return attributes.getOrDefault(item, new int[0]);
  }

  private static JsonNode json(Path file, BufferedReader in) throws IOException {
    try {
      return new ObjectMapper().readTree(in);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s:%d: %s (expected: {\"item\": [attribute, ...]})"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private void json(Path file, JsonNode root) {
    root.properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isArray()) {
                throw new IllegalArgumentException(
                    "%s: %s is no list (expected: {\"item\": [attribute, ...]})"
                        .formatted(file, entry.getKey()));
              }
              var names = new ArrayList<String>();
              entry.getValue().forEach(value -> names.add(value.asText()));
              describe(entry.getKey(), names);
            });
  }

  private void lines(Path file, BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line != null && line.contains("::")) {
      for (; line != null; line = in.readLine()) {
        String[] cells = line.split("::", -1);
        if (cells.length >= 3) {
          titles.put(cells[0], cells[1]);
          describe(cells[0], List.of(cells[2].split("\\|", -1)));
        }
      }
      return;
    }
    if (line == null) {
      throw new IllegalArgumentException(file + ": empty (expected: items)");
    }
    Cells cells = Cells.of(line);
    List<String> header = cells.split(line);
    int title = -1;
    var described = new ArrayList<Integer>();
    for (int i = 1; i < header.size(); i++) {
      String name = header.get(i).replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
      if (name.contains("title") || name.equals("name")) {
        title = title < 0 ? i : title;
      } else if (name.matches("genres?|categor.*|brand|class|type")) {
        described.add(i);
      }
    }
    if (title < 0 && described.isEmpty()) {
      throw new IllegalArgumentException(
          "%s:1: columns %s (expected: one named title, name, genres, category, brand or class)"
              .formatted(file, String.join(", ", header)));
    }
    for (line = in.readLine(); line != null; line = in.readLine()) {
      List<String> row = cells.split(line);
      if (title > 0 && title < row.size()) {
        titles.put(row.get(0), row.get(title));
      }
      var names = new ArrayList<String>();
      for (int column : described) {
        if (column < row.size()) {
          for (String part : row.get(column).split("[| ]", -1)) {
            if (!part.isBlank()) {
              names.add(header.get(column) + "=" + part);
            }
          }
        }
      }
      describe(row.get(0), names);
    }
  }

  private void describe(String item, List<String> names) {
    attributes.put(
        item,
        names.stream()
            .mapToInt(name -> numbers.computeIfAbsent(name, _ -> numbers.size()))
            .distinct()
            .toArray());
  }
}
