package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * Open loop: an event is sent at its intended instant, however slow the answers are, one event a
 * request. A sample of the accepted ones is followed: as soon as the acknowledgement is here, the list
 * is asked for with the event's token, and the time until the answer says fresh is the figure: from
 * accepted to readable, with one read's round trip in it. Whatever was not sampled is checked after
 * the drain: the list of every user must cover the last event that was acknowledged for them.
 */

/** How long after an event is accepted can the list that reflects it be read? */
@Command(name = "freshness", mixinStandardHelpOptions = true)
final class Freshness implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 1_000;

  /** Events that may wait for the queries while every user's are told. */
  private static final int AHEAD = 200_000;

  private static final String READ =
      "/v1/placements/home/recommendations?limit=10&waitMs=2000&user=u";
  private static final String EMPTY = "\"items\":[]";
  private static final String FRESH = "\"fresh\":true";

  /** Of which most wait with a read when the server is behind. */
  private static final int MAX_CONNECTIONS = 4_096;

  @Option(names = "--rate", defaultValue = "1000", description = "Events a second.")
  private int rate;

  @Option(names = "--seconds", defaultValue = "60", description = "How long.")
  private int seconds;

  @Option(
      names = "--overload",
      defaultValue = "0",
      description = "Then so many events a second, for --overload-seconds; 0 for no overload.")
  private int overload;

  @Option(names = "--overload-seconds", defaultValue = "30", description = "How long.")
  private int overloadSeconds;

  @Option(names = "--users", defaultValue = "100000", description = "Users, Zipf 1.0.")
  private int users;

  @Option(names = "--items", defaultValue = "10000", description = "Items, Zipf 1.0.")
  private int items;

  @Option(names = "--history", defaultValue = "200000", description = "Events before the clock.")
  private int history;

  @Option(
      names = "--each-user",
      defaultValue = "0",
      description = "Events of every user before that, each in a list before the next come.")
  private int eachUser;

  @Option(names = "--samples", defaultValue = "200", description = "Events followed a second.")
  private int samples;

  @Option(
      names = "--warm-up",
      defaultValue = "30",
      description =
          "Seconds of load before the clock starts, the last third of them at the rate of the run, the"
              + " others at 1,000 events a second at most.")
  private int warmUp;

  @Option(
      names = "--apply",
      description =
          "A quarter into the run, five changed queries are applied, and checked at the end.")
  private boolean apply;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load.")
  private long seed;

  private final Map<Integer, String> lastToken = new HashMap<>();
  private long accepted;
  private long refused;
  private long failed;
  private long empty;

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    if (apply) {
      CountingQueries.write(directory, 1);
    }
    var server = new ServerProcess(directory, List.of());
    try (var client = new LoadClient(server.address(), MAX_CONNECTIONS)) {
      var load = new Load();
      load.items(server.client());
      load.everyUser(server);
      load.history(server.client());
      server.awaitDrained(Duration.ofMinutes(10));
      // The compiler has seen the paths before the clock starts.
      run(client, load, Math.min(rate, 1_000), warmUp - warmUp / 3, new Histogram(3));
      server.awaitDrained(Duration.ofMinutes(1));
      run(client, load, rate, warmUp / 3, new Histogram(3));

      var steal = new Steal();
      long acceptedBefore = accepted;
      Duration cpuBefore = server.cpu();
      double computedBefore = server.metric("imasugu_recompute_user_seconds_count");
      double recomputeBefore = server.metric("imasugu_recompute_cpu_seconds");
      var latency = new Histogram(3);
      var applied = apply ? AppliedChange.after(server, directory, seconds / 4) : null;
      run(client, load, rate, seconds, latency);
      double stolen = steal.percent();
      server.awaitDrained(Duration.ofMinutes(5));
      long events = accepted - acceptedBefore;
      double cpuMicros = micros(server.cpu().minus(cpuBefore)) / events;
      double recomputes = server.metric("imasugu_recompute_user_seconds_count") - computedBefore;
      double recomputeMicros =
          1e6 * (server.metric("imasugu_recompute_cpu_seconds") - recomputeBefore) / recomputes;

      String recovery = overload == 0 ? "" : overload(server, client, load);
      double rss = server.residentMib();
      long lost = lost(server, client);
      String change = applied == null ? "" : applied.report(empty);
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"freshness\",\"rate\":%d,\"seconds\":%d,\"accepted\":%d,\"refused\":%d,"
              + "\"failed\":%d,\"samples\":%d,\"p50Ms\":%.2f,\"p99Ms\":%.2f,\"maxMs\":%.2f,"
              + "\"lost\":%d,\"cpuMicrosPerEvent\":%.1f,\"cpuMicrosPerRecompute\":%.1f,"
              + "\"recomputesPerEvent\":%.2f,\"rssMib\":%.0f,\"stolenPercent\":%.1f%s%s}%n",
          rate,
          seconds,
          events,
          refused,
          failed,
          latency.getTotalCount(),
          millis(latency, 50),
          millis(latency, 99),
          latency.getMaxValue() / 1e6,
          lost,
          cpuMicros,
          recomputeMicros,
          recomputes / events,
          rss,
          stolen,
          recovery,
          change);
      boolean sound = applied == null || (applied.isSound() && empty == 0);
      return lost == 0 && failed == 0 && sound ? 0 : 1;
    } finally {
      server.closeAndDelete();
    }
  }

  /** Runs at the overload's rate, then at the normal one until lists are fresh again. */
  private String overload(ServerProcess server, LoadClient client, Load load) {
    long refusedBefore = refused;
    long end = System.nanoTime() + Duration.ofSeconds(overloadSeconds).toNanos();
    run(client, load, overload, overloadSeconds, new Histogram(3)); // and what it left behind
    double rss = server.residentMib();
    for (int second = 1; second <= 60; second++) { // of the normal rate
      var window = new Histogram(3);
      run(client, load, rate, 1, window);
      if (millis(window, 99) < 50) {
        return String.format(
            Locale.ROOT,
            ",\"overload\":%d,\"overloadSeconds\":%d,\"overloadRefused\":%d,"
                + "\"overloadRssMib\":%.0f,\"recoverySeconds\":%d",
            overload,
            overloadSeconds,
            refused - refusedBefore,
            rss,
            Math.ceilDiv(System.nanoTime() - end, 1_000_000_000L));
      }
    }
    return ",\"overload\":%d,\"recoverySeconds\":null".formatted(overload);
  }

  /** Sends at a rate for a time and follows samples to the end. */
  private void run(LoadClient client, Load load, int perSecond, int forSeconds, Histogram latency) {
    long start = System.nanoTime();
    long total = (long) perSecond * forSeconds;
    long every = Math.max(1, perSecond / samples);
    for (long sent = 0; sent < total; ) {
      long wait = start + sent * 1_000_000_000L / perSecond - System.nanoTime();
      if (wait > 0 || !client.hasRoom()) {
        client.poll(Math.max(wait, 1_000_000));
      } else {
        send(client, load.user(), load.item(), sent % every == 0 ? latency : null);
        sent++;
        client.poll(0);
      }
    }
    if (!client.drain(Duration.ofSeconds(60).toNanos())) {
      failed += client.open();
    }
  }

  private void send(LoadClient client, int user, int item, @Nullable Histogram latency) {
    client.send(
        LoadClient.post("/v1/events", Load.event(user, item)),
        (status, body) -> {
          if (status == 0) {
            failed++;
          } else if (status != 200) {
            refused++;
          } else {
            accepted++;
            String token = token(body);
            lastToken.merge(
                user, token, (old, next) -> position(next) > position(old) ? next : old);
            if (latency != null) {
              follow(client, user, token, System.nanoTime(), latency);
            }
          }
        });
  }

  private static long position(String token) {
    return Long.parseLong(token.substring(token.indexOf(':') + 1));
  }

  private void follow(
      LoadClient client, int user, String token, long acknowledged, Histogram latency) {
    if (!client.hasRoom()) {
      failed++;
      return;
    }
    client.send(
        LoadClient.get(READ + user + "&minAsOf=" + token),
        (status, body) -> {
          long waited = System.nanoTime() - acknowledged;
          if (body.contains(EMPTY)) {
            empty++;
          }
          if (status == 200 && body.contains(FRESH)) {
            latency.recordValue(waited);
          } else if (status == 200 && waited < Duration.ofSeconds(60).toNanos()) {
            follow(client, user, token, acknowledged, latency);
          } else {
            failed++;
          }
        });
  }

  private static String token(String body) {
    int from = body.indexOf("\"asOf\":\"") + 8;
    return body.substring(from, body.indexOf('"', from));
  }

  /** Users whose list does not cover their last acknowledged event, after the drain. */
  private long lost(ServerProcess server, LoadClient client) {
    server.awaitDrained(Duration.ofMinutes(10));
    var covered = new Histogram(3);
    long failedBefore = failed;
    lastToken.forEach(
        (user, token) -> {
          while (client.open() >= 64) {
            client.poll(1_000_000);
          }
          client.send(
              LoadClient.get(READ + user + "&minAsOf=" + token),
              (status, body) -> {
                if (status == 200 && body.contains(FRESH)) {
                  covered.recordValue(1);
                }
              });
        });
    client.drain(Duration.ofSeconds(60).toNanos());
    return lastToken.size() - covered.getTotalCount() + failed - failedBefore;
  }

  private static double micros(Duration duration) {
    return duration.toNanos() / 1e3;
  }

  private static double millis(Histogram latency, double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }

  /** Who does what: all random choices. For one thread. */
  private final class Load {
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Zipf userChoice = new Zipf(users, 1);
    private final Zipf itemChoice = new Zipf(items, 1);

    int user() {
      return userChoice.draw(random);
    }

    int item() {
      return itemChoice.draw(random);
    }

    void items(WebClient client) {
      batches(
          client,
          "/v1/items",
          items,
          i -> "{\"id\":\"i%d\",\"title\":\"Item %d\"}".formatted(i, i));
    }

    void everyUser(ServerProcess server) {
      long total = (long) users * eachUser;
      for (long told = 0; told < total; told += AHEAD) {
        long from = told;
        int count = (int) Math.min(AHEAD, total - told);
        batches(
            server.client(), "/v1/events", count, i -> event((int) ((from + i) % users), item()));
        server.awaitDrained(Duration.ofMinutes(10));
        System.err.printf("told %,d of %,d events of every user%n", told + count, total);
      }
    }

    void history(WebClient client) {
      batches(client, "/v1/events", history, _ -> event(user(), item()));
    }

    static String event(int user, int item) {
      return "{\"user\":\"u" + user + "\",\"item\":\"i" + item + "\",\"type\":\"view\"}";
    }

    private void batches(WebClient client, String path, int count, IntFunction<String> record) {
      var headers = RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON);
      for (int from = 0; from < count; from += BATCH) {
        var body = new StringBuilder("[");
        for (int i = from; i < Math.min(from + BATCH, count); i++) {
          body.append(i == from ? "" : ",").append(record.apply(i));
        }
        AggregatedHttpResponse response =
            client.execute(headers.build(), body.append(']').toString()).aggregate().join();
        JsonNode answer = json(response.contentUtf8());
        if (answer.path("accepted").asInt() != Math.min(BATCH, count - from)) {
          throw new IllegalStateException(path + ": " + response.contentUtf8());
        }
      }
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
