package dev.imasugu.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The strip of figures.
 *
 * @param now null in the first seconds
 * @param chart SVG, safe to stand in a page
 */
record Live(Language language, Figures.@Nullable Second now, String chart) {
  String events() {
    return now == null ? "–" : rate(now.events());
  }

  String recomputes() {
    return now == null ? "–" : rate(now.recomputes());
  }

  String p50() {
    return now == null ? "–" : millis(now.p50());
  }

  String p99() {
    return now == null ? "–" : millis(now.p99());
  }

  String lag() {
    return now == null ? "–" : String.format(Locale.ROOT, "%,d", now.lag());
  }

  private static String rate(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
  }

  private static String millis(double value) {
    return Double.isNaN(value)
        ? "–"
        : String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
  }
}
