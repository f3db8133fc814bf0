package dev.imasugu.cli;

import dev.imasugu.shop.Shop;
import dev.imasugu.shop.Site;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The simulated shop, lived at a speed. */
final class ShopScene implements Scene {
  static final int ARTICLES = 5_000;

  /** How far back its history goes. */
  static final Duration PAST = Duration.ofDays(14);

  private static final double DAY_MILLIS = 86_400_000;

  private final Shop shop;
  private final int history;
  private final double speed;
  private final InstantSource clock;
  private double days;

  /**
   * Opens a shop.
   *
   * @param history how many events are told of the past
   * @param speed seconds of the shop's life a second
   */
  ShopScene(Site site, long seed, int people, int history, double speed, InstantSource clock) {
    this.shop = new Shop(site, seed, ARTICLES, people, "home", clock.instant());
    this.history = history;
    this.speed = speed;
    this.clock = clock;
  }

  @Override
  public String prepare() {
    int stocked = shop.stock();
    var progress = new Progress("the last 14 days", history);
    shop.history(history, PAST, clock.instant(), false, progress::at);
    progress.done(history);
    days = shop.untilNext();
    return "%,d articles, %,d people, %,d events of the last 14 days"
        .formatted(stocked, shop.names().size(), shop.events());
  }

  @Override
  public int act() {
    int sent = shop.visit(days);
    days = shop.untilNext();
    return sent;
  }

  @Override
  public Duration untilNext() {
    return Duration.ofNanos((long) (days * DAY_MILLIS / speed * 1e6));
  }

  @Override
  public List<String> items() {
    return shop.available();
  }
}
