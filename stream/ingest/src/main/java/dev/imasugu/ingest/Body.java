package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdInputStream;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The records of a request: one JSON object, an array of them, or lines of them (NDJSON); plain or
 * compressed by gzip or zstd.
 */
final class Body {
  private static final Set<String> LINES =
      Set.of("x-ndjson", "ndjson", "jsonl", "x-jsonlines", "jsonlines", "x-jsonl");

  /**
   * One record, or a line that is none.
   *
   * @param json null for a line that is not JSON
   * @param text the line as it came; empty for a record of an array, which is its JSON
   * @param why what is wrong with a line that is not JSON
   */
  record Part(@Nullable JsonNode json, String text, @Nullable Invalid why) {
    /** The record, as it was sent or nearly so. */
    String payload() {
      return json == null ? text : json.toString();
    }
  }

  private Body() {}

  /**
   * Reads a request's records.
   *
   * @throws Problem 415 for a type or encoding we do not know, 400 for what is not JSON, 413 for
   *     too much of it
   */
  static List<Part> parts(AggregatedHttpRequest request, IntakeLimits limits) {
    MediaType type = request.contentType();
    if (type != null && LINES.contains(type.subtype())) {
      return lines(bytes(request, limits));
    }
    if (type == null || !type.isJson()) {
      throw new Problem(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type: %s (expected: application/json, or application/x-ndjson for lines)"
              .formatted(type == null ? "<absent>" : type));
    }
    JsonNode node = Json.parse(bytes(request, limits));
    if (node.isObject()) {
      return List.of(part(node));
    }
    if (!node.isArray()) {
      throw new Problem(
          HttpStatus.BAD_REQUEST,
          "body: %s (expected: an object or an array of objects)".formatted(Json.shown(node)));
    }
    if (node.size() > limits.records()) {
      throw new Problem(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "records: %d (expected: at most %d)".formatted(node.size(), limits.records()));
    }
    var parts = new ArrayList<Part>(node.size());
    node.forEach(record -> parts.add(part(record)));
    return parts;
  }

  private static Part part(JsonNode record) {
    return new Part(record, "", null);
  }

  /** Lines may be as many as fit a body; empty ones are passed over. */
  private static List<Part> lines(byte[] body) {
    var parts = new ArrayList<Part>();
    int from = 0;
    for (int i = 0; i <= body.length; i++) {
      if (i == body.length || body[i] == '\n') {
        byte[] line = Arrays.copyOfRange(body, from, i);
        from = i + 1;
        if (!isBlank(line)) {
          parts.add(line(line));
        }
      }
    }
    if (parts.isEmpty()) {
      throw new Problem(
          HttpStatus.BAD_REQUEST, "body: <empty> (expected: lines, each a JSON object)");
    }
    return parts;
  }

  private static Part line(byte[] line) {
    try {
      return new Part(Json.parse(line), "", null);
    } catch (Problem e) {
      String text = new String(line, StandardCharsets.UTF_8);
      String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
      return new Part(
          null, text, new Invalid("line", shown, "one JSON object, nested at most 32 deep"));
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Returns the body, decompressed within the same bound that holds for one that is not. */
  static byte[] bytes(AggregatedHttpRequest request, IntakeLimits limits) {
    String encoding =
        request
            .headers()
            .get(HttpHeaderNames.CONTENT_ENCODING, "identity")
            .toLowerCase(Locale.ROOT);
    byte[] sent = request.content().array();
    if (encoding.equals("identity")) {
      return sent;
    }
    try (InputStream decoded = decoder(encoding, sent)) {
      byte[] bytes = decoded.readNBytes(Math.toIntExact(limits.bodyBytes() + 1));
      if (bytes.length > limits.bodyBytes()) {
        throw new Problem(
            HttpStatus.REQUEST_ENTITY_TOO_LARGE,
            "body: more than %d bytes once decompressed (expected: at most that)"
                .formatted(limits.bodyBytes()));
      }
      return bytes;
    } catch (IOException e) {
      throw new Problem(
          HttpStatus.BAD_REQUEST,
          "body: not %s: %s (expected: a whole %s stream)"
              .formatted(encoding, e.getMessage(), encoding));
    }
  }

  private static InputStream decoder(String encoding, byte[] sent) throws IOException {
    var in = new ByteArrayInputStream(sent);
    return switch (encoding) {
      case "gzip", "x-gzip" -> new GZIPInputStream(in, 8_192);
      case "zstd" -> new ZstdInputStream(in);
      default ->
          throw new Problem(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "Content-Encoding: %s (expected one of: gzip, zstd, identity)".formatted(encoding));
    };
  }
}
