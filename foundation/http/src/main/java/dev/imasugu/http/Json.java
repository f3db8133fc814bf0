package dev.imasugu.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON in and out: nesting at most 32, numbers at most 100 digits, no duplicate keys. */
public final class Json {
  private static final int MAX_DEPTH = 32;
  private static final int SHOWN_CHARS = 80;

  private static final ResponseHeaders OK =
      ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, MediaType.JSON_UTF_8);

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(100)
                          .maxNameLength(256)
                          .build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /** Returns a new empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads a request's body.
   *
   * @throws Problem 415 when it does not say it is JSON, 400 when it is not
   */
  public static JsonNode read(AggregatedHttpRequest request) {
    MediaType type = request.contentType();
    if (type == null || !type.isJson()) {
      throw new Problem(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type: %s (expected: application/json)"
              .formatted(type == null ? "<absent>" : type));
    }
    return parse(request.content().array());
  }

  /**
   * Reads JSON.
   *
   * @throws Problem 400 when it is not JSON
   */
  public static JsonNode parse(byte[] json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node.isMissingNode()) {
        throw new Problem(HttpStatus.BAD_REQUEST, "body: <empty> (expected: JSON)");
      }
      return node;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new Problem(
          HttpStatus.BAD_REQUEST,
          "body: not JSON at line %d, column %d: %s (expected: JSON, nested at most %d deep)"
              .formatted(
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr(),
                  // Without Jackson's own words on where an object began.
                  e.getOriginalMessage().replaceFirst("(?s) \\(start marker at .*", ""),
                  MAX_DEPTH));
    } catch (IOException e) {
      throw new Problem(
          HttpStatus.BAD_REQUEST, "body: %s (expected: JSON in UTF-8)".formatted(e.getMessage()));
    }
  }

  public static JsonNode textNode(String value) {
    return MAPPER.getNodeFactory().textNode(value);
  }

  public static JsonNode flag(boolean value) {
    return MAPPER.getNodeFactory().booleanNode(value);
  }

  public static JsonNode number(long value) {
    return MAPPER.getNodeFactory().numberNode(value);
  }

  /** Returns the number that a text is, or the text. */
  public static JsonNode numberOr(JsonNode text) {
    try {
      return number(Long.parseLong(text.textValue()));
    } catch (NumberFormatException notWhole) {
      try {
        return MAPPER.getNodeFactory().numberNode(Double.parseDouble(text.textValue()));
      } catch (NumberFormatException e) {
        return text;
      }
    }
  }

  /** Returns a text as JSON has it, in quotes. */
  public static String text(String value) {
    return MAPPER.getNodeFactory().textNode(value).toString();
  }

  /** Returns a value as an error shows it: as JSON, cut after 80 characters. */
  public static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
  }

  /** Writes JSON as it comes, without a tree of it. */
  public interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  /** Returns what a writer writes. */
  public static byte[] write(Writer writer) {
    try (var out = new ByteArrayBuilder();
        JsonGenerator json = MAPPER.getFactory().createGenerator(out)) {
      writer.write(json);
      json.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a 200 answer with JSON as bytes. */
  public static AggregatedHttpResponse ok(byte[] json) {
    return AggregatedHttpResponse.of(OK, HttpData.wrap(json));
  }

  /** Returns a 200 answer. */
  public static HttpResponse ok(JsonNode body) {
    return response(HttpStatus.OK, body);
  }

  public static HttpResponse response(HttpStatus status, JsonNode body) {
    return HttpResponse.of(
        ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, MediaType.JSON_UTF_8),
        HttpData.wrap(bytes(body)));
  }
}
