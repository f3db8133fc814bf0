package dev.imasugu.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as maps, lists, strings, doubles, booleans and null; nested at most 32 deep. */
final class Json {
  private static final int MOST_DEPTH = 32;

  private final String text;
  private int at;
  private int depth;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is not JSON
   */
  static @Nullable Object parse(String text) {
    try {
      var json = new Json(text);
      @Nullable Object value = json.value();
      json.space();
      if (json.at < text.length()) {
        throw json.wrong();
      }
      return value;
    } catch (StringIndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("an answer that is not JSON (expected: JSON)", e);
    }
  }

  private @Nullable Object value() {
    space();
    char c = text.charAt(at);
    if (c == '{' || c == '[') {
      if (++depth > MOST_DEPTH) {
        throw wrong();
      }
      Object nested = c == '{' ? object() : array();
      depth--;
      return nested;
    }
    if (c == '"') {
      return string();
    }
    for (String word : List.of("true", "false", "null")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("null") ? null : (Object) word.equals("true");
      }
    }
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return Double.valueOf(text.substring(from, at));
  }

  private Map<String, @Nullable Object> object() {
    var object = new LinkedHashMap<String, @Nullable Object>();
    at++;
    while (more('}', object.isEmpty())) {
      space();
      String name = string();
      space();
      take(':');
      object.put(name, value());
    }
    return object;
  }

  private List<@Nullable Object> array() {
    var array = new ArrayList<@Nullable Object>();
    at++;
    while (more(']', array.isEmpty())) {
      array.add(value());
    }
    return array;
  }

  private boolean more(char end, boolean first) {
    space();
    if (text.charAt(at) == end) {
      at++;
      return false;
    }
    if (!first) {
      take(',');
    }
    return true;
  }

  private String string() {
    take('"');
    var string = new StringBuilder();
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c != '\\') {
        string.append(c);
        continue;
      }
      char escaped = text.charAt(at++);
      switch (escaped) {
        case 'n' -> string.append('\n');
        case 't' -> string.append('\t');
        case 'r' -> string.append('\r');
        case 'b' -> string.append('\b');
        case 'f' -> string.append('\f');
        case 'u' -> {
          string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
          at += 4;
        }
        default -> string.append(escaped);
      }
    }
    at++;
    return string.toString();
  }

  private void take(char expected) {
    if (text.charAt(at) != expected) {
      throw wrong();
    }
    at++;
  }

  private void space() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("an answer that is not JSON (expected: JSON)");
  }

  /** Writes maps, texts, numbers and booleans. */
  static String write(@Nullable Object value) {
    var json = new StringBuilder();
    write(value, json);
    return json.toString();
  }

  private static void write(@Nullable Object value, StringBuilder json) {
    if (value instanceof Map<?, ?> object) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : object.entrySet()) {
        json.append(separator);
        quote(String.valueOf(entry.getKey()), json);
        json.append(':');
        write(entry.getValue(), json);
        separator = ",";
      }
      json.append(object.isEmpty() ? "{}" : "}");
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      json.append(value);
    } else {
      quote(value.toString(), json);
    }
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
