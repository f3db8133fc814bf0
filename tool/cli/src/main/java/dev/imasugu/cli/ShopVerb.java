package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.shop.Evaluation;
import dev.imasugu.shop.HttpSite;
import dev.imasugu.shop.Shop;
import dev.imasugu.shop.Site;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imasugu shop}. */
@Command(
    name = "shop",
    description = {
      "Lets a simulated shop with people live on a running server: it stocks the articles, tells of",
      "the past and goes on. With --evaluate it judges the server's lists by what people really",
      "like; without --url it starts a server of its own for that."
    },
    footer = {
      "",
      "Example:   ./imasugu shop --url http://127.0.0.1:8650 --speed 60",
      "           ./imasugu shop --evaluate --people 2000 --events 50"
    })
final class ShopVerb implements Callable<Integer> {
  @Option(
      names = "--url",
      defaultValue = "",
      paramLabel = "URL",
      description = "The server, for instance http://127.0.0.1:8650.")
  private String url;

  @Option(
      names = "--key",
      defaultValue = "",
      description = "A key of the server of scope project; on loopback none is needed.")
  private String key;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of articles, people and visits.")
  private long seed;

  @Option(
      names = "--articles",
      defaultValue = "5000",
      description = "How many articles; ${DEFAULT-VALUE} if absent.")
  private int articles;

  @Option(
      names = "--people",
      defaultValue = "20000",
      description = "How many people; ${DEFAULT-VALUE} if absent.")
  private int people;

  @Option(
      names = "--speed",
      defaultValue = "1",
      description = "Seconds of the shop's life a second; ${DEFAULT-VALUE} if absent.")
  private double speed;

  @Option(
      names = "--seconds",
      defaultValue = "0",
      description = "End after so long; 0 lives until Ctrl-C.")
  private long seconds;

  @Option(
      names = "--events",
      defaultValue = "50",
      description = "Events a person of the past, on average; ${DEFAULT-VALUE} if absent.")
  private double events;

  @Option(names = "--evaluate", description = "Judge lists after the past, then end.")
  private boolean evaluate;

  @Option(
      names = "--placement",
      split = ",",
      defaultValue = "home",
      description = "Placements to judge, with commas; visits begin at the first.")
  private List<String> placements;

  @Option(
      names = "--sample",
      defaultValue = "500",
      description = "How many people's lists are judged; ${DEFAULT-VALUE} if absent.")
  private int sample;

  private final InstantSource clock = InstantSource.system();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(speed > 0) || !(events >= 0)) {
      throw new IllegalArgumentException(
          "--speed, --events: %s, %s (expected: above 0, at least 0)".formatted(speed, events));
    }
    if (url.isEmpty() && !evaluate) {
      throw new IllegalArgumentException(
          "--url: <absent> (expected: a running server, or --evaluate)");
    }
    if (url.isEmpty()) {
      try (var server = TemporaryServer.start(Init.FIRST, 0);
          var site = server.site()) {
        judge(server, site);
      }
    } else {
      try (var site = new HttpSite(URI.create(url), key)) {
        Shop shop = open(site);
        if (evaluate) {
          tellPast(shop);
          awaitLists(site);
          print(new Evaluation(shop));
        } else {
          live(shop);
        }
      }
    }
    return 0;
  }

  private void judge(TemporaryServer server, Site site) throws InterruptedException {
    Shop shop = open(site);
    tellPast(shop);
    server.awaitRunning();
    server.awaitDrained();
    print(new Evaluation(shop));
  }

  private Shop open(Site site) {
    return new Shop(site, seed, articles, people, placements.getFirst(), clock.instant());
  }

  /** Everybody visits in turn, so that all have about as many events behind them. */
  private void tellPast(Shop shop) {
    shop.stock();
    int count = (int) Math.min(Integer.MAX_VALUE, Math.round(events * people));
    var progress = new Progress("events", count);
    shop.history(count, ShopScene.PAST, clock.instant(), true, progress::at);
    progress.done(count);
  }

  /** Waits until the queries have read the log and every list is of it. */
  private static void awaitLists(Site site) throws InterruptedException {
    boolean done;
    do {
      Thread.sleep(Duration.ofMillis(200));
      JsonNode status = site.get("/v1/queries");
      done = status.path("settled").asBoolean() && status.path("dirtyUsers").asLong() == 0;
      for (JsonNode query : status.path("queries")) {
        done &= query.path("state").asText().equals("running") && query.path("lag").asLong() == 0;
      }
    } while (!done);
  }

  private void print(Evaluation evaluation) {
    System.out.printf(
        Locale.ROOT,
        "seed %d, %,d articles, %,d people, %.0f events each; lists of %,d people%n%n"
            + "%-20s %8s %8s %10s%n",
        seed,
        articles,
        people,
        events,
        Math.min(sample, people),
        "list",
        "clicks",
        "regret",
        "of popular's, 95 %");
    evaluation
        .run(placements, sample, "recently-viewed", seed)
        .forEach(result -> System.out.println(result.line()));
  }

  private void live(Shop shop) throws InterruptedException {
    tellPast(shop);
    long start = System.nanoTime();
    long end = seconds == 0 ? Long.MAX_VALUE : start + seconds * 1_000_000_000;
    long next = start;
    long nextLine = start;
    while (System.nanoTime() < end) {
      double days = shop.untilNext();
      next += (long) (days * 86_400e9 / speed);
      long pause = next - System.nanoTime();
      if (pause > 0) {
        LockSupport.parkNanos(Math.min(pause, end - System.nanoTime()));
      } else {
        next = Math.max(next, System.nanoTime() - 1_000_000_000);
      }
      if (Thread.interrupted()) {
        return;
      }
      shop.visit(days);
      if (System.nanoTime() >= nextLine) {
        System.out.printf(
            Locale.ROOT,
            "%5d s  %,d visits, %,d events, %.3f clicks a list%n",
            (System.nanoTime() - start) / 1_000_000_000,
            shop.visits(),
            shop.events(),
            shop.clicksAList());
        nextLine = System.nanoTime() + 5_000_000_000L;
      }
    }
  }
}
