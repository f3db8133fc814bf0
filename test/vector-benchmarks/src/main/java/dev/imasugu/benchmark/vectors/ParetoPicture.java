package dev.imasugu.benchmark.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Draws recall (stretched towards 1) against queries per CPU-second (logarithmic), as SVG. */
final class ParetoPicture {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 340;
  private static final int LEFT = 60;
  private static final int TOP = 40;
  private static final double[] RECALLS = {.8, .9, .95, .98, .99, .995, .999};
  private static final int[] RATES = {100, 200, 500, 1000, 2000, 5000, 10_000, 20_000};
  private static final String[] COLOURS = {"#c8102e", "#1f6fb2", "#6b8e23", "#8a5a00"};

  private final StringBuilder svg = new StringBuilder();

  private ParetoPicture() {}

  static void write(Path file, String data, List<Frontier> frontiers) throws IOException {
    var picture = new ParetoPicture();
    List<Integer> depths = frontiers.stream().map(Frontier::k).distinct().toList();
    picture.line(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='11'>",
        depths.size() * (WIDTH + LEFT + 20), TOP + HEIGHT + 50);
    picture.line("<rect width='100%%' height='100%%' fill='white'/>");
    for (int i = 0; i < depths.size(); i++) {
      int k = depths.get(i);
      picture.line("<g transform='translate(%d,%d)'>", LEFT + i * (WIDTH + LEFT + 20), TOP);
      picture.axes("%s: recall@%d, queries per CPU-second, one thread".formatted(data, k));
      int engine = 0;
      for (Frontier frontier : frontiers) {
        if (frontier.k() == k) {
          picture.curve(frontier, engine++);
        }
      }
      picture.line("</g>");
    }
    picture.line("</svg>");
    Files.writeString(file, picture.svg);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void axes(String title) {
    line("<text x='0' y='-14' font-size='13'>%s</text>", title);
    for (double recall : RECALLS) {
      line("<line x1='%1$.1f' x2='%1$.1f' y1='0' y2='%2$d' stroke='#ddd'/>", x(recall), HEIGHT);
      line(
          "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
          x(recall), HEIGHT + 16, Double.toString(recall).substring(1));
    }
    for (int rate : RATES) {
      line("<line x1='0' x2='%d' y1='%2$.1f' y2='%2$.1f' stroke='#ddd'/>", WIDTH, y(rate));
      line("<text x='-6' y='%.1f' text-anchor='end'>%,d</text>", y(rate) + 4, rate);
    }
  }

  private void curve(Frontier frontier, int engine) {
    String colour = COLOURS[engine % COLOURS.length];
    var path = new StringBuilder();
    for (Frontier.Point point : frontier.points()) {
      double x = x(point.recall());
      double y = y(point.queriesPerSecond());
      path.append(String.format(Locale.ROOT, "%s%.1f,%.1f", path.isEmpty() ? "M" : " L", x, y));
      line("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", x, y, colour);
    }
    line("<path d='%s' fill='none' stroke='%s' stroke-width='2'/>", path, colour);
    line(
        "<text x='10' y='%d' fill='%s' font-weight='bold'>%s</text>",
        HEIGHT - 50 + 15 * engine, colour, frontier.engine());
  }

  private static double x(double recall) {
    double low = -Math.log10(1 - RECALLS[0]);
    double high = -Math.log10(1 - RECALLS[RECALLS.length - 1]);
    double at = -Math.log10(Math.max(1e-3, 1 - recall));
    return Math.clamp((at - low) / (high - low), 0, 1) * WIDTH;
  }

  private static double y(double rate) {
    double low = Math.log10(RATES[0]);
    double high = Math.log10(RATES[RATES.length - 1]);
    return HEIGHT - Math.clamp((Math.log10(rate) - low) / (high - low), 0, 1) * HEIGHT;
  }
}
