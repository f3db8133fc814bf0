package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * A compressed request may also be answered 429: it counts as a whole body, and eight of them fill what
 * may be in work at once.
 *
 * Every request is made so that its right answer is known: how many records are to be accepted, and
 * which statuses are fit. So garbage that is taken in shows, and so does good data that is refused.
 */

/** Sends what senders should not, and what they should, and checks every answer. */
@Command(name = "input", mixinStandardHelpOptions = true)
final class InputTorture implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONNECTIONS = 32;
  private static final long HANG_NANOS = 1_000_000_000L;
  private static final int SHOWN = 20;

  /** A request and its right answer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(String kind, byte[] request, List<Integer> statuses, int accepted) {}

  @Option(names = "--requests", defaultValue = "100000", description = "How many.")
  private int requests;

  @Option(
      names = "--warm-up",
      defaultValue = "5000",
      description = "Of them the first, whose time is not judged: the compiler is at work.")
  private int warmUp;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of what is sent.")
  private long seed;

  private final Map<String, Integer> kinds = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private final Histogram latency = new Histogram(3);
  private long answered;
  private long hangs;
  private long serverErrors;
  private long refusals;
  private long accepted;

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    var server = new ServerProcess(directory, List.of("queries", "recompute"));
    try (var client = new LoadClient(server.address(), CONNECTIONS)) {
      var random = new SplittableRandom(seed);
      long start = System.nanoTime();
      for (int sent = 0; sent < requests; ) {
        if (!client.hasRoom()) {
          client.poll(5_000_000);
          continue;
        }
        Case next = next(random, sent++);
        kinds.merge(next.kind, 1, Integer::sum);
        long at = System.nanoTime();
        client.send(next.request, (status, body) -> check(next, status, body, at));
        client.poll(0);
        if (sent % 20_000 == 0) {
          System.err.printf(
              "%,d of %,d requests, %,.0f a second, %d violations%n",
              sent, requests, sent / ((System.nanoTime() - start) / 1e9), violations.size());
        }
      }
      if (!client.drain(30_000_000_000L)) {
        violations.add(client.open() + " requests were never answered");
      }
      double counted = server.metric("imasugu_events_total{verdict=\"accepted\"}");
      if (!server.isAlive()) {
        violations.add("the server is dead");
      }
      System.err.println(kinds);
      violations.stream().limit(SHOWN).forEach(System.err::println);
      System.out.printf(
          Locale.ROOT,
          "{\"torture\":\"input\",\"requests\":%d,\"accepted\":%d,\"countedByServer\":%.0f,"
              + "\"refusals\":%d,\"serverErrors\":%d,\"hangs\":%d,\"p50Ms\":%.2f,\"p99Ms\":%.2f,"
              + "\"maxMs\":%.1f,\"violations\":%d}%n",
          requests,
          accepted,
          counted,
          refusals,
          serverErrors,
          hangs,
          latency.getValueAtPercentile(50) / 1e6,
          latency.getValueAtPercentile(99) / 1e6,
          latency.getMaxValue() / 1e6,
          violations.size());
      return violations.isEmpty() && hangs == 0 ? 0 : 1;
    } finally {
      server.closeAndDelete();
    }
  }

  private void check(Case sent, int status, String body, long at) {
    long nanos = System.nanoTime() - at;
    if (answered++ >= warmUp) {
      latency.recordValue(nanos);
      hangs += nanos > HANG_NANOS ? 1 : 0;
    }
    if (status >= 500) {
      serverErrors++;
    }
    if (!sent.statuses.contains(status)) {
      violations.add(
          "%s: %d (expected: %s) %.300s".formatted(sent.kind, status, sent.statuses, body));
      return;
    }
    if (status == 200) {
      verdicts(sent, body);
    } else if (status >= 400 && status != 404 && status != 405) {
      refusals++;
      if (!body.contains("(expected: ") && !body.contains("(expected one of: ")) {
        violations.add(sent.kind + ": no expectation in " + body);
      }
    }
  }

  private void verdicts(Case sent, String body) {
    JsonNode answer;
    try {
      answer = JSON.readTree(body);
    } catch (IOException e) {
      violations.add(sent.kind + ": not JSON: " + body);
      return;
    }
    int taken = answer.path("accepted").asInt() + answer.path("duplicate").asInt();
    accepted += answer.path("accepted").asInt();
    if (taken != sent.accepted) {
      violations.add(
          "%s: %d accepted (expected: %d) %.300s".formatted(sent.kind, taken, sent.accepted, body));
    }
    for (JsonNode result : answer.path("results")) {
      if (result.path("verdict").asText().equals("rejected")) {
        refusals++;
        if (result.path("field").asText().isEmpty() || result.path("expected").asText().isEmpty()) {
          violations.add(sent.kind + ": a refusal without field or expectation: " + result);
        }
      }
    }
  }

  private Case next(SplittableRandom random, int number) {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> json("one event", valid(random, number), 1);
      case 3, 4 -> batch(random, number);
      case 5, 6 -> json("wrong field", wrong(random, number), 0);
      case 7, 8 -> lines(random, number);
      case 9 -> cutOff(random, number);
      case 10 -> nested(random);
      case 11 -> compressed(random, number);
      case 12 -> bomb();
      case 13, 14 -> unicode(random, number);
      case 15, 16 -> ga4(random, number);
      case 17 -> noise(random);
      case 18 -> misdirected(random, number);
      default -> other(random, number);
    };
  }

  private static String valid(SplittableRandom random, int number) {
    String time =
        switch (random.nextInt(4)) {
          case 0 -> ",\"occurredAt\":" + (1_700_000_000_000L + random.nextInt());
          case 1 -> ",\"occurredAt\":\"2025-02-03T04:05:06.789+09:00\"";
          default -> "";
        };
    String more =
        switch (random.nextInt(6)) {
          case 0 -> ",\"value\":" + random.nextDouble();
          case 1 -> ",\"quantity\":" + random.nextInt(100);
          case 2 -> ",\"context\":{\"a\":1,\"b\":true,\"c\":\"x\"}";
          case 3 -> ",\"position\":" + (1 + random.nextInt(50)) + ",\"placement\":\"home\"";
          case 4 -> ",\"anonymous\":\"a" + random.nextInt(1_000) + "\"";
          default -> ",\"sessionId\":null";
        };
    return "{\"eventId\":\"n%d-%d\",\"user\":\"u%d\",\"item\":\"i%d\",\"type\":\"view\"%s%s}"
        .formatted(
            number, random.nextLong(), random.nextInt(1_000), random.nextInt(1_000), time, more);
  }

  private static final List<String> WRONG =
      List.of(
          "\"user\":7",
          "\"user\":\"\"",
          "\"user\":\"  \"",
          "\"user\":\"anonymous:x\"",
          "\"user\":[\"u\"]",
          "\"user\":{\"id\":\"u\"}",
          "\"user\":\"a\\u0000b\"",
          "\"user\":\"a\\nb\"",
          "\"item\":false",
          "\"item\":null",
          "\"item\":\"%s\"".formatted("x".repeat(257)),
          "\"type\":\"veiw\"",
          "\"type\":1",
          "\"type\":null",
          "\"type\":\"VIEW\"",
          "\"value\":\"9\"",
          "\"value\":1e400",
          "\"value\":true",
          "\"quantity\":-1",
          "\"quantity\":1.5",
          "\"quantity\":99999999999999999999",
          "\"position\":0",
          "\"position\":\"1\"",
          "\"occurredAt\":\"yesterday\"",
          "\"occurredAt\":\"2025-02-30T00:00:00Z\"",
          "\"occurredAt\":9223372036854775807",
          "\"occurredAt\":-1",
          "\"occurredAt\":[]",
          "\"context\":[]",
          "\"context\":{\"a\":{\"b\":1}}",
          "\"context\":{\"a\":null}",
          "\"context\":{\"a\":\"%s\"}".formatted("x".repeat(5_000)),
          "\"unknown\":1",
          "\"User\":\"u\"",
          "\"__proto__\":{}");

  private static String wrong(SplittableRandom random, int number) {
    String wrong = WRONG.get(random.nextInt(WRONG.size()));
    String name = wrong.substring(1, wrong.indexOf('"', 1));
    var fields = new TreeMap<String, String>();
    fields.put("eventId", "\"w" + number + "\"");
    fields.put("user", "\"u\"");
    fields.put("item", "\"i\"");
    fields.put("type", "\"view\"");
    fields.put(name, wrong.substring(wrong.indexOf(':') + 1));
    return object(fields);
  }

  private static String object(Map<String, String> fields) {
    var text = new StringBuilder("{");
    fields.forEach(
        (name, value) ->
            text.append(text.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
    return text.append('}').toString();
  }

  private Case batch(SplittableRandom random, int number) {
    if (random.nextInt(20) == 0) {
      String many = "[" + "{},".repeat(1_000) + "{}]";
      return new Case("too many records", post("/v1/events", many), List.of(413), 0);
    }
    int size = random.nextInt(1, 50);
    var body = new StringBuilder("[");
    int good = 0;
    for (int i = 0; i < size; i++) {
      boolean isGood = random.nextInt(4) > 0;
      good += isGood ? 1 : 0;
      body.append(i == 0 ? "" : ",").append(isGood ? valid(random, number) : mixed(random, number));
    }
    return json("batch", body.append(']').toString(), good);
  }

  /** No event, but JSON. */
  private static String mixed(SplittableRandom random, int number) {
    return switch (random.nextInt(6)) {
      case 0 -> "null";
      case 1 -> "5";
      case 2 -> "\"text\"";
      case 3 -> "[]";
      case 4 -> "{}";
      default -> wrong(random, number);
    };
  }

  private static Case lines(SplittableRandom random, int number) {
    int size = random.nextInt(1, 40);
    var body = new StringBuilder();
    int good = 0;
    for (int i = 0; i < size; i++) {
      switch (random.nextInt(5)) {
        case 0 -> body.append(mixed(random, number));
        case 1 -> body.append("{\"user\":");
        default -> {
          body.append(valid(random, number));
          good++;
        }
      }
      body.append(random.nextBoolean() ? "\n" : "\r\n");
    }
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return new Case(
        "lines",
        request("POST", "/v1/events", "application/x-ndjson", "", bytes),
        List.of(200),
        good);
  }

  private static Case cutOff(SplittableRandom random, int number) {
    String whole = valid(random, number);
    String cut = whole.substring(0, random.nextInt(whole.length()));
    return new Case("cut off", post("/v1/events", cut), List.of(400), 0);
  }

  private static Case nested(SplittableRandom random) {
    int depth = random.nextInt(33, 20_000);
    String open = random.nextBoolean() ? "[" : "{\"a\":";
    return new Case("deep", post("/v1/events", open.repeat(depth)), List.of(400), 0);
  }

  private static Case compressed(SplittableRandom random, int number) {
    byte[] plain = valid(random, number).getBytes(StandardCharsets.UTF_8);
    byte[] gzip = gzip(plain);
    return switch (random.nextInt(4)) {
      case 0 -> {
        byte[] cut = Arrays.copyOf(gzip, random.nextInt(1, gzip.length - 9));
        yield new Case("gzip cut off", encoded("gzip", cut), List.of(400, 429), 0);
      }
      case 1 -> new Case("not zstd", encoded("zstd", plain), List.of(400, 429), 0);
      case 2 -> new Case("unknown encoding", encoded("compress", plain), List.of(415, 429), 0);
      default -> new Case("gzip", encoded("gzip", gzip), List.of(200, 429), 1);
    };
  }

  private static final byte[] BOMB = encoded("gzip", gzip(new byte[60 << 20]));

  private static Case bomb() {
    return new Case("gzip bomb", BOMB, List.of(413, 429), 0);
  }

  private static Case unicode(SplittableRandom random, int number) {
    String id = "uni" + number;
    return switch (random.nextInt(6)) {
      case 0 -> {
        byte[] body =
            "{\"eventId\":\"%s\",\"user\":\"%s\",\"item\":\"i\",\"type\":\"view\"}"
                .formatted(id, scalars(random))
                .getBytes(StandardCharsets.UTF_8);
        yield new Case(
            "unicode",
            request("POST", "/v1/events", "application/json", "", body),
            List.of(200),
            1);
      }
      case 1 ->
          json("lone surrogate", "{\"user\":\"a\\ud800b\",\"item\":\"i\",\"type\":\"view\"}", 0);
      case 2 ->
          json(
              "lone surrogate in context",
              "{\"user\":\"u\",\"item\":\"i\",\"type\":\"view\",\"context\":{\"k\":\"\\udc00\"}}",
              0);
      case 3 ->
          json("control character", "{\"user\":\"a\\u0085b\",\"item\":\"i\",\"type\":\"view\"}", 0);
      case 4 -> {
        byte[] body =
            "{\"user\":\"u?\",\"item\":\"i\",\"type\":\"view\"}".getBytes(StandardCharsets.UTF_8);
        body[10] = (byte) 0xc0;
        body[11] = (byte) 0xaf;
        yield new Case(
            "not UTF-8",
            request("POST", "/v1/events", "application/json", "", body),
            List.of(400),
            0);
      }
      default ->
          json(
              "escaped pair",
              "{\"eventId\":\"%s\",\"user\":\"\\ud83d\\ude00\",\"item\":\"i\",\"type\":\"view\"}"
                  .formatted(id),
              1);
    };
  }

  /** Letters, marks, symbols and emoji from all over Unicode. */
  private static String scalars(SplittableRandom random) {
    var text = new StringBuilder("u");
    for (int i = random.nextInt(1, 40); i > 0; i--) {
      int scalar = random.nextInt(0xa1, 0x1_f9ff);
      if (Character.isDefined(scalar)
          && Character.getType(scalar) != Character.SURROGATE
          && !Character.isISOControl(scalar)) {
        text.appendCodePoint(scalar);
      }
    }
    return text.toString();
  }

  private static Case ga4(SplittableRandom random, int number) {
    String body =
        switch (random.nextInt(6)) {
          case 0 -> "{";
          case 1 -> "[]";
          case 2 -> "{\"client_id\":\"c\",\"events\":\"none\"}";
          case 3 ->
              "{\"client_id\":\"c\",\"events\":[{\"name\":\"view_item\",\"params\":{\"items\":[{}]}}]}";
          case 4 -> "{\"client_id\":{},\"events\":[{\"name\":\"x y\",\"params\":5}]}";
          default ->
              "{\"client_id\":\"c%d\",\"timestamp_micros\":%d,\"events\":[{\"name\":\"view_item\",\"params\":{\"items\":[{\"item_id\":\"i%d\"}]}}]}"
                  .formatted(number, 1_700_000_000_000_000L + number, random.nextInt(1_000));
        };
    boolean debug = random.nextInt(4) == 0;
    return new Case(
        "ga4",
        post((debug ? "/debug" : "") + "/mp/collect?measurement_id=G-1&api_secret=s", body),
        debug ? List.of(200) : List.of(204),
        0);
  }

  private static Case noise(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(1, 3_000)];
    random.nextBytes(bytes);
    bytes[0] = (byte) (bytes[0] | 0x80); // no JSON begins so
    String type = random.nextInt(3) == 0 ? "application/x-ndjson" : "application/json";
    return new Case(
        "noise",
        request("POST", "/v1/events", type, "", bytes),
        type.endsWith("ndjson") ? List.of(200) : List.of(400),
        0);
  }

  private static Case misdirected(SplittableRandom random, int number) {
    byte[] body = valid(random, number).getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(4)) {
      case 0 ->
          new Case(
              "wrong type", request("POST", "/v1/events", "text/csv", "", body), List.of(415), 0);
      case 1 ->
          new Case(
              "wrong method",
              request("PUT", "/v1/events", "application/json", "", body),
              List.of(405),
              0);
      case 2 ->
          new Case(
              "wrong path",
              request("POST", "/v1/event", "application/json", "", body),
              List.of(404),
              0);
      default ->
          new Case(
              "huge number",
              post("/v1/events", "{\"value\":" + "9".repeat(5_000) + "}"),
              List.of(400),
              0);
    };
  }

  private static Case other(SplittableRandom random, int number) {
    return switch (random.nextInt(5)) {
      case 0 ->
          new Case(
              "item",
              put("/v1/items/i" + number % 500, "{\"title\":\"T\",\"price\":5}"),
              List.of(200),
              1);
      case 1 -> new Case("wrong item", put("/v1/items/i1", "{\"price\":\"5\"}"), List.of(200), 0);
      case 2 ->
          new Case(
              "wrong window",
              put("/v1/items/i1", "{\"availableFrom\":9,\"availableUntil\":1}"),
              List.of(200),
              0);
      case 3 ->
          new Case("wrong attribute", put("/v1/users/u1", "{\"age\":\"old\"}"), List.of(400), 0);
      default ->
          new Case(
              "wrong read",
              LoadClient.get(
                  "/v1/placements/home/recommendations?user=u&limit="
                      + (random.nextBoolean() ? "-1" : "x")),
              List.of(400),
              0);
    };
  }

  private static Case json(String kind, String body, int accepted) {
    return new Case(kind, post("/v1/events", body), List.of(200), accepted);
  }

  private static byte[] post(String path, String body) {
    return request("POST", path, "application/json", "", body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] put(String path, String body) {
    return request("PUT", path, "application/json", "", body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] encoded(String encoding, byte[] body) {
    return request(
        "POST", "/v1/events", "application/json", "content-encoding: " + encoding + "\r\n", body);
  }

  private static byte[] request(
      String method, String path, String type, String headers, byte[] body) {
    byte[] head =
        "%s %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: %s\r\n%scontent-length: %d\r\n\r\n"
            .formatted(method, path, type, headers, body.length)
            .getBytes(StandardCharsets.UTF_8);
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  private static byte[] gzip(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
