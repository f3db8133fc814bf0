package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Nearest;
import dev.imasugu.http.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON record, each with its type and bound; null is the same as absent.
 */
final class Fields {
  private static final int MAX_ID = 256;
  private static final int MAX_ENTRIES = 200;

  private final JsonNode record;

  /**
   * Starts reading.
   *
   * @throws Invalid if the record is no object or has a field that is not in {@code known}
   */
  Fields(JsonNode record, List<String> known) throws Invalid {
    if (!record.isObject()) {
      throw new Invalid("record", Json.shown(record), "an object");
    }
    for (var field : record.properties()) {
      if (!known.contains(field.getKey())) {
        throw new Invalid(
            field.getKey(),
            Json.shown(field.getValue()),
            "one of the fields "
                + String.join(", ", known)
                + Nearest.advice(field.getKey(), known));
      }
    }
    this.record = record;
  }

  @Nullable JsonNode node(String name) {
    JsonNode node = record.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** Reads an id or name: 1 to 256 characters, not blank, no control characters. */
  @Nullable String id(String name) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    String text = node.isTextual() ? node.textValue() : null;
    if (text == null || text.isBlank() || text.length() > MAX_ID || !printable(text)) {
      throw new Invalid(
          name,
          Json.shown(node),
          "a string of 1 to 256 characters, not blank, no control characters");
    }
    return text;
  }

  @Nullable String text(String name, int maxLength) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isTextual()
        || node.textValue().length() > maxLength
        || !wellFormed(node.textValue())) {
      throw new Invalid(name, Json.shown(node), "a string of at most " + maxLength + " characters");
    }
    return node.textValue();
  }

  @Nullable Double number(String name) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw new Invalid(name, Json.shown(node), "a number");
    }
    return node.doubleValue();
  }

  @Nullable Long whole(String name, long least, long most) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < least
        || node.longValue() > most) {
      throw new Invalid(name, Json.shown(node), "a whole number from " + least + " to " + most);
    }
    return node.longValue();
  }

  boolean flag(String name, boolean absent) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return absent;
    }
    if (!node.isBoolean()) {
      throw new Invalid(name, Json.shown(node), "true or false");
    }
    return node.booleanValue();
  }

  /** Reads an instant: text of ISO 8601 with an offset, or milliseconds since 1970. */
  @Nullable Instant instant(String name) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    try {
      return node.isIntegralNumber() && node.canConvertToLong()
          ? Instant.ofEpochMilli(node.longValue())
          : OffsetDateTime.parse(node.textValue() == null ? "" : node.textValue()).toInstant();
    } catch (DateTimeException e) {
      throw new Invalid(
          name,
          Json.shown(node),
          "an instant such as 2026-08-20T09:30:00.250Z, or milliseconds since 1970");
    }
  }

  /** Reads an object of strings, numbers and booleans; numbers and booleans become their text. */
  Map<String, String> texts(String name, int maxLength) throws Invalid {
    JsonNode node = node(name);
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > MAX_ENTRIES) {
      throw new Invalid(name, Json.shown(node), "an object of at most " + MAX_ENTRIES + " fields");
    }
    var texts = new HashMap<String, String>();
    for (var entry : node.properties()) {
      JsonNode value = entry.getValue();
      String path = name + "." + entry.getKey();
      if (!value.isValueNode() || value.isNull()) {
        throw new Invalid(path, Json.shown(value), "a string, number or boolean");
      }
      if (value.asText().length() > maxLength
          || !wellFormed(value.asText())
          || !wellFormed(entry.getKey())) {
        throw new Invalid(
            path, Json.shown(value), "well-formed text of at most " + maxLength + " characters");
      }
      texts.put(entry.getKey(), value.asText());
    }
    return texts;
  }

  /** Whether the text is well-formed and holds no control character. */
  private static boolean printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return wellFormed(text);
  }

  /** Whether a text is well-formed and not too long. */
  static boolean isText(String text, int maxLength) {
    return text.length() <= maxLength && wellFormed(text);
  }

  /** Whether the text is Unicode without lone surrogates, so that UTF-8 gives it back unchanged. */
  private static boolean wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
