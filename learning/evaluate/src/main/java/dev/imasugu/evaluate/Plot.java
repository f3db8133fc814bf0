package dev.imasugu.evaluate;

import java.util.List;
import java.util.Locale;

/** Plots as SVG, to stand in an HTML page. */
final class Plot {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 340;
  private static final int LEFT = 52;
  private static final int RIGHT = 210;
  private static final int TOP = 14;
  private static final int BOTTOM = 46;
  private static final int MOST_TICKS = 6;
  private static final int MOST_NAMES = 12;
  private static final int GLYPH = 7;

  private static final List<String> COLOURS =
      List.of(
          "#1b6ca8", "#c8553d", "#2e8b57", "#8e44ad", "#b8860b", "#3c3c3c", "#d6278f", "#17a2a2");

  private final StringBuilder svg = new StringBuilder();

  /** Names of the places 0, 1, 2... of the axis; none for a logarithmic one. */
  private final List<String> names;

  private final double from;
  private final double to;
  private final double top;

  /**
   * One line; one of a single point is a dot.
   *
   * @param points x above zero, y
   */
  record Line(String name, List<double[]> points, boolean dashed) {
    Line(String name, List<double[]> points) {
      this(name, points, false);
    }
  }

  private Plot(List<String> names, double from, double to, double top) {
    this.names = names;
    this.from = from;
    this.to = to;
    this.top = top;
  }

  /** Draws lines over a logarithmic axis, with a legend; empty if there is no point. */
  static String lines(List<Line> lines, String axis) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    double most = 0;
    for (Line line : lines) {
      for (double[] point : line.points) {
        low = Math.min(low, point[0]);
        high = Math.max(high, point[0]);
        most = Math.max(most, point[1]);
      }
    }
    if (!(high > 0)) {
      return "";
    }
    double from = Math.log10(low) - 0.05;
    var plot =
        new Plot(
            List.of(), from, Math.max(Math.log10(high) + 0.05, from + 0.2), most == 0 ? 1 : most);
    return plot.draw(lines, axis);
  }

  /**
   * Draws lines over named places, with a legend.
   *
   * @param lines their points: place from 0, y, and the bounds of y's interval where there is one
   */
  static String places(List<Line> lines, List<String> names, String axis) {
    double most = 0;
    for (Line line : lines) {
      for (double[] point : line.points) {
        most = Math.max(most, point[point.length - 1]);
      }
    }
    double margin = 0.03 * names.size();
    return new Plot(names, -margin, names.size() - 1 + margin, most == 0 ? 1 : most)
        .draw(lines, axis);
  }

  /** Draws an estimate and its interval on a scale from zero to {@code most}. */
  static String whisker(double low, double estimate, double high, double most) {
    double scale = most > 0 ? 116 / most : 0;
    return String.format(
        Locale.ROOT,
        "<svg viewBox='0 0 120 14' width='120' height='14' role='img'>"
            + "<line x1='2' x2='118' y1='7' y2='7' stroke='#e4e4e4'/>"
            + "<line x1='%.1f' x2='%.1f' y1='7' y2='7' stroke='#1b6ca8' stroke-width='3'/>"
            + "<circle cx='%.1f' cy='7' r='3.5' fill='#1b6ca8'/></svg>",
        2 + low * scale,
        2 + high * scale,
        2 + estimate * scale);
  }

  private String draw(List<Line> lines, String axis) {
    int height = Math.max(HEIGHT, TOP + BOTTOM + 18 * lines.size());
    add("<svg viewBox='0 0 %d %d' width='%d' role='img' font-size='12'>", WIDTH, height, WIDTH);
    grid(axis);
    int number = 0;
    for (Line line : lines) {
      curve(line, number);
      int at = TOP + 10 + 18 * number;
      String look = look(line, number++);
      add(
          "<line x1='%d' x2='%d' y1='%d' y2='%d' %s/><text x='%d' y='%d'>%s</text>",
          WIDTH - RIGHT + 16,
          WIDTH - RIGHT + 40,
          at - 4,
          at - 4,
          look,
          WIDTH - RIGHT + 48,
          at,
          Report.text(line.name));
    }
    return svg.append("</svg>").toString();
  }

  private void grid(String axis) {
    double step = step(top);
    for (int i = 0; i * step <= top * 1.0001; i++) {
      add(
          "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#e4e4e4'/>"
              + "<text x='%d' y='%.1f' text-anchor='end'>%s</text>",
          LEFT,
          WIDTH - RIGHT,
          y(i * step),
          y(i * step),
          LEFT - 8,
          y(i * step) + 4,
          String.format(
              Locale.ROOT,
              "%." + Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9)) + "f",
              i * step));
    }
    if (names.isEmpty()) {
      powers();
    } else {
      int longest = names.stream().mapToInt(String::length).max().orElse(1);
      int most = Math.min(MOST_NAMES, (WIDTH - RIGHT - LEFT) / (GLYPH * longest + 2 * GLYPH));
      int every = Math.ceilDiv(names.size(), Math.max(1, most));
      for (int i = 0; i < names.size(); i += every) {
        tick(x(i), names.get(i));
      }
    }
    add("<text x='%d' y='%d' fill='#666'>%s</text>", LEFT, HEIGHT - 8, Report.text(axis));
  }

  private void tick(double x, String name) {
    add(
        "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='#f0f0f0'/>"
            + "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
        x, x, TOP, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 18, Report.text(name));
  }

  private void powers() {
    // powers of ten, and their doubles and fivefolds where they are few
    List<Integer> leading = to - from < 2 ? List.of(1, 2, 5) : List.of(1);
    for (int power = (int) Math.floor(from); power <= Math.ceil(to); power++) {
      for (int digit : leading) {
        double x = x(power + Math.log10(digit));
        if (x >= LEFT && x <= WIDTH - RIGHT) {
          tick(
              x,
              String.format(
                  Locale.ROOT, "%,." + Math.max(0, -power) + "f", digit * Math.pow(10, power)));
        }
      }
    }
  }

  private void curve(Line line, int number) {
    var path = new StringBuilder();
    for (double[] point : line.points) {
      double x = x(names.isEmpty() ? Math.log10(point[0]) : point[0]);
      double y = y(point[1]);
      if (point.length == 4) {
        add(
            "<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-opacity='.5'/>",
            x, x, y(point[2]), y(point[3]), colour(number));
      }
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      add(
          "<circle cx='%.1f' cy='%.1f' r='%s' fill='%s'><title>%s</title></circle>",
          x,
          y,
          line.points.size() == 1 ? "5" : "2.5",
          colour(number),
          String.format(Locale.ROOT, "%s: %.4f", Report.text(line.name), point[1]));
    }
    add("<polyline points='%s' fill='none' %s/>", path.toString().trim(), look(line, number));
  }

  /** A colour, and dashes where they are asked for and once the colours are used up. */
  private static String look(Line line, int number) {
    int round = line.dashed ? 1 : number / COLOURS.size();
    return String.format(
        Locale.ROOT,
        "stroke='%s' stroke-width='1.8'%s",
        colour(number),
        round == 0 ? "" : " stroke-dasharray='" + (round % 2 == 1 ? "6 3" : "2 3") + "'");
  }

  private static String colour(int number) {
    return COLOURS.get(number % COLOURS.size());
  }

  /** The least of 1, 2 and 5 times a power of ten that leaves at most six ticks. */
  private static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(most)) - 1);
    for (int digit : new int[] {1, 2, 5, 10, 20}) {
      if (most / (digit * power) <= MOST_TICKS) {
        return digit * power;
      }
    }
    return 10 * power;
  }

  private double x(double log) {
    return LEFT + (log - from) / (to - from) * (WIDTH - RIGHT - LEFT);
  }

  private double y(double value) {
    return TOP + (1 - value / (1.05 * top)) * (HEIGHT - BOTTOM - TOP);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
