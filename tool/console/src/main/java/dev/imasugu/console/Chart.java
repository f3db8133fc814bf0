package dev.imasugu.console;

import dev.imasugu.console.Figures.Second;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The last minute's freshness as an SVG of two lines, p50 and p99, on a logarithmic scale from 1 ms
 * to 10 s; what is beyond lies on its edge.
 */
final class Chart {
  private static final int WIDTH = 600;
  private static final int HEIGHT = 120;
  private static final int LEFT = 44;
  private static final double DECADES = 4;

  private Chart() {}

  /** Made of numbers only, so it may stand in a page as it is. */
  static String svg(List<Second> minute, String title) {
    var svg = new StringBuilder(4_096);
    svg.append("<svg class=\"chart\" viewBox=\"0 0 ")
        .append(WIDTH)
        .append(' ')
        .append(HEIGHT)
        .append("\" role=\"img\" aria-label=\"")
        .append(title)
        .append("\">");
    for (int decade = 0; decade <= DECADES; decade++) {
      double y = y(Math.pow(10, decade));
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\">%s</text>",
              LEFT,
              y,
              WIDTH,
              LEFT - 6,
              y + 3,
              List.of("1 ms", "10", "100", "1 s", "10").get(decade)));
    }
    line(svg, minute, "p99", Second::p99);
    line(svg, minute, "p50", Second::p50);
    return svg.append("</svg>").toString();
  }

  private static void line(
      StringBuilder svg, List<Second> minute, String name, ToDoubleFunction<Second> value) {
    svg.append("<path class=\"").append(name).append("\" d=\"");
    boolean drawing = false;
    for (int i = 0; i < minute.size(); i++) {
      double millis = value.applyAsDouble(minute.get(i));
      if (Double.isNaN(millis)) {
        drawing = false;
        continue;
      }
      double x =
          LEFT
              + (double) (WIDTH - LEFT)
                  * (Figures.SECONDS - minute.size() + i)
                  / (Figures.SECONDS - 1);
      svg.append(String.format(Locale.ROOT, "%s%.1f %.1f", drawing ? "L" : "M", x, y(millis)));
      drawing = true;
    }
    svg.append("\"/>");
  }

  private static double y(double millis) {
    double share = Math.log10(Math.clamp(millis, 1, 10_000)) / DECADES;
    return 8 + (HEIGHT - 16) * (1 - share);
  }
}
