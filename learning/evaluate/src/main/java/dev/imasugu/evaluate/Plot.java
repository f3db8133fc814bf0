package dev.imasugu.evaluate;

import java.util.List;
import java.util.Locale;

/** A plot as SVG: lines over a logarithmic axis; a line of one point is a labelled dot. */
final class Plot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 320;
  private static final int LEFT = 56;
  private static final int BOTTOM = 40;
  private static final int RIGHT = 170;

  private Plot() {}

  /**
   * One line.
   *
   * @param points x above zero, y
   */
  record Line(String name, String colour, List<double[]> points) {}

  static String svg(List<Line> lines, String axis) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    double top = 0;
    for (Line line : lines) {
      for (double[] point : line.points) {
        low = Math.min(low, point[0]);
        high = Math.max(high, point[0]);
        top = Math.max(top, point[1]);
      }
    }
    if (!(high > 0)) {
      return "";
    }
    top = top == 0 ? 1 : top * 1.08;
    double from = Math.log10(low) - 0.05;
    double to = Math.max(Math.log10(high) + 0.05, from + 0.2);
    var svg = new StringBuilder();
    svg.append(String.format(Locale.ROOT, "<svg viewBox='0 0 %d %d' role=img>", WIDTH, HEIGHT));
    for (int i = 0; i <= 4; i++) {
      double y = y(top * i / 4, top);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=%d x2=%d y1=%.1f y2=%.1f stroke='#e4e4e4'/>",
              LEFT,
              WIDTH - RIGHT,
              y,
              y));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=%d y=%.1f font-size=11 text-anchor=end>%.3f</text>",
              LEFT - 6,
              y + 4,
              top * i / 4));
    }
    for (int power = (int) Math.floor(from); power <= Math.ceil(to); power++) {
      double x = x(power, from, to);
      if (x >= LEFT && x <= WIDTH - RIGHT) {
        String label =
            power < 0
                ? Double.toString(Math.pow(10, power))
                : Long.toString(Math.round(Math.pow(10, power)));
        svg.append(
            String.format(
                Locale.ROOT,
                "<text x=%.1f y=%d font-size=11 text-anchor=middle>%s</text>",
                x,
                HEIGHT - 22,
                label));
      }
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=%d y=%d font-size=11>%s</text>",
            LEFT,
            HEIGHT - 6,
            Report.text(axis)));
    int number = 0;
    for (Line line : lines) {
      var path = new StringBuilder();
      for (double[] point : line.points) {
        double x = x(Math.log10(point[0]), from, to);
        double y = y(point[1], top);
        path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle cx=%.1f cy=%.1f r=%d fill='%s'/>",
                x,
                y,
                line.points.size() == 1 ? 5 : 3,
                line.colour));
      }
      if (line.points.size() > 1) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<polyline points='%s' fill=none stroke='%s' stroke-width=1.6/>",
                path,
                line.colour));
      }
      int at = 14 + 16 * number++;
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=%d y=%d width=10 height=10 fill='%s'/>",
              WIDTH - RIGHT + 14,
              at - 9,
              line.colour));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=%d y=%d font-size=12>%s</text>",
              WIDTH - RIGHT + 30,
              at,
              Report.text(line.name)));
    }
    return svg.append("</svg>").toString();
  }

  private static double x(double log, double from, double to) {
    return LEFT + (log - from) / (to - from) * (WIDTH - RIGHT - LEFT);
  }

  private static double y(double value, double top) {
    return 12 + (1 - value / top) * (HEIGHT - BOTTOM - 12);
  }
}
