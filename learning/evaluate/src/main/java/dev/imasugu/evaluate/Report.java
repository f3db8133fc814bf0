package dev.imasugu.evaluate;

import dev.imasugu.evaluate.RunRecord.DataFacts;
import dev.imasugu.evaluate.RunRecord.Sample;
import dev.imasugu.evaluate.RunRecord.Segment;
import dev.imasugu.metric.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison as one HTML page that needs nothing else. */
final class Report {
  private static final List<String> COLOURS =
      List.of(
          "#1b6ca8", "#c8553d", "#2e8b57", "#8e44ad", "#b8860b", "#3c3c3c", "#d6278f", "#17a2a2");

  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222}
      h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #e4e4e4}
      th:first-child,td:first-child{text-align:left}tr.best{background:#eef6ee;font-weight:600}
      .wide{overflow-x:auto}.verdict{background:#f4f4ef;padding:.8rem 1rem;border-radius:.4rem}
      .hit{background:#d8efd8}svg{max-width:100%;height:auto}small{color:#666}
      """;

  private final Comparison comparison;
  private final Dataset data;
  private final StringBuilder page = new StringBuilder();

  private Report(Comparison comparison, Dataset data) {
    this.comparison = comparison;
    this.data = data;
  }

  static String html(Comparison comparison, Dataset data) {
    var report = new Report(comparison, data);
    report.write();
    return report.page.toString();
  }

  private void write() {
    String title = comparison.protocol() + " on " + data.name();
    page.append("<!doctype html><html lang=en><meta charset=utf-8><title>")
        .append(text(title))
        .append("</title><meta name=viewport content='width=device-width'><style>")
        .append(STYLE)
        .append("</style><h1>")
        .append(text(title))
        .append("</h1>");
    if (comparison.names().isEmpty()) {
      page.append("<p>No model could be fitted.</p>");
    } else {
      verdict();
      table();
      curves();
      training();
      facts();
      samples();
    }
    comparison
        .failures()
        .forEach(
            (row, why) ->
                page.append("<p>Not fitted: ").append(text(row + ": " + why)).append("</p>"));
    page.append("</html>\n");
  }

  private void verdict() {
    String best = comparison.best().orElseThrow();
    page.append("<p class=verdict><b>").append(text(best)).append("</b> ranks best.");
    for (String row : comparison.names()) {
      if (!row.equals(best) && (row.startsWith("popularity") || isSecond(row, best))) {
        Interval lead = comparison.difference(best, row);
        page.append(
            text(
                String.format(
                    Locale.ROOT,
                    " Over %s: %+.4f nDCG@%d (95 %% %+.4f to %+.4f)%s.",
                    row,
                    lead.estimate(),
                    comparison.k(),
                    lead.low(),
                    lead.high(),
                    lead.excludesZero() ? "" : ", which may be chance")));
      }
    }
    page.append("</p>");
  }

  private boolean isSecond(String row, String best) {
    return comparison.names().stream()
        .filter(name -> !name.equals(best))
        .allMatch(name -> ndcg(name) <= ndcg(row));
  }

  private double ndcg(String row) {
    return comparison.metric(row, "ndcg" + comparison.k());
  }

  private void table() {
    int k = comparison.k();
    page.append("<h2>All models</h2><div class=wide><table><tr><th>model<th>fitted on<th>recall@")
        .append(k)
        .append("<th>nDCG@")
        .append(k)
        .append("<th>95 %<th>MAP<th>MRR<th>coverage<th>novelty, bits<th>diversity<th>Gini")
        .append("<th>ties<th>fit, s<th>CPU, s<th>score p99, &micro;s<th>heap, MiB<th>online</tr>");
    String best = comparison.best().orElseThrow();
    for (String row : comparison.names()) {
      RunRecord run = comparison.first(row);
      Interval interval = comparison.interval(row);
      page.append(row.equals(best) ? "<tr class=best><td>" : "<tr><td>").append(text(row));
      page.append("<td>")
          .append(
              String.format(
                  Locale.ROOT,
                  "%s",
                  run.fittedOn()
                      + (comparison.runs(row).size() > 1
                          ? ", " + comparison.runs(row).size() + " seeds"
                          : "")));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.4f", comparison.metric(row, "recall" + k)));
      page.append("<td>").append(String.format(Locale.ROOT, "%.4f", ndcg(row)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.4f&ndash;%.4f", interval.low(), interval.high()));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.4f", comparison.metric(row, "map" + k)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.4f", comparison.metric(row, "mrr" + k)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.3f", comparison.metric(row, "coverage" + k)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.2f", comparison.metric(row, "novelty" + k)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.3f", comparison.metric(row, "diversity" + k)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.3f", comparison.metric(row, "gini" + k)));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%.1f %%", 100 * comparison.metric(row, "tieRate")));
      page.append("<td>").append(String.format(Locale.ROOT, "%.1f", run.trainSeconds()));
      page.append("<td>").append(String.format(Locale.ROOT, "%.1f", run.trainCpuSeconds()));
      page.append("<td>").append(String.format(Locale.ROOT, "%.0f", run.scoreMicrosP99()));
      page.append("<td>").append(String.format(Locale.ROOT, "%.0f", run.heapMiB()));
      page.append("<td>")
          .append(String.format(Locale.ROOT, "%s", run.absorbs() ? "absorbs events" : "folds in"));
      page.append("</tr>");
    }
    page.append("</table></div><p><small>Intervals: bootstrap over questions. Ties: share of")
        .append(
            " questions whose item ties with another; ranks are averaged over ties.</small></p>");
  }

  /** Recall by how popular the wanted item is, and by how long the history is. */
  private void curves() {
    for (String of : List.of("popularity", "history")) {
      page.append("<h2>Recall@")
          .append(comparison.k())
          .append(
              of.equals("popularity")
                  ? " by popularity of the item wanted"
                  : " by length of history")
          .append("</h2>");
      List<Plot.Line> lines = new ArrayList<>();
      for (String row : comparison.names()) {
        List<double[]> points = new ArrayList<>();
        for (Segment segment : comparison.first(row).segments()) {
          if (segment.of().equals(of)) {
            points.add(new double[] {Math.max(0.5, segment.from()), segment.recall()});
          }
        }
        lines.add(new Plot.Line(row, colour(lines.size()), points));
      }
      page.append(
          Plot.svg(lines, of.equals("popularity") ? "events of the item" : "events of the user"));
      segmentTable(of);
    }
  }

  private void segmentTable(String of) {
    page.append("<details><summary>as a table</summary><div class=wide><table><tr><th>model");
    for (Segment segment : comparison.first(comparison.names().getFirst()).segments()) {
      if (segment.of().equals(of)) {
        page.append("<th>")
            .append(segment.from() == 0 ? "none" : segment.from() + "&ndash;" + segment.to())
            .append("<br><small>")
            .append(segment.questions())
            .append("</small>");
      }
    }
    page.append("</tr>");
    for (String row : comparison.names()) {
      page.append("<tr><td>").append(text(row));
      for (Segment segment : comparison.first(row).segments()) {
        if (segment.of().equals(of)) {
          page.append("<td>").append(String.format(Locale.ROOT, "%.4f", segment.recall()));
        }
      }
      page.append("</tr>");
    }
    page.append("</table></div></details>");
  }

  private void training() {
    page.append("<h2>nDCG@").append(comparison.k()).append(" against seconds to fit</h2>");
    List<Plot.Line> dots = new ArrayList<>();
    for (String row : comparison.names()) {
      double seconds = Math.max(0.01, comparison.first(row).trainSeconds());
      dots.add(new Plot.Line(row, colour(dots.size()), List.of(new double[] {seconds, ndcg(row)})));
    }
    page.append(Plot.svg(dots, "seconds"));
  }

  private void facts() {
    DataFacts facts = comparison.first(comparison.names().getFirst()).data();
    page.append("<h2>Data</h2><p>")
        .append(
            text(
                String.format(
                    Locale.ROOT,
                    "%s: %,d users, %,d items, %,d events; fitted on %,d; %,d questions.",
                    facts.name(),
                    facts.users(),
                    facts.items(),
                    facts.events(),
                    facts.fitEvents(),
                    facts.questions())))
        .append("</p>");
    var notes = new ArrayList<>(data.notes());
    notes.addAll(comparison.first(comparison.names().getFirst()).notes());
    notes.forEach(note -> page.append("<p>").append(text(note)).append("</p>"));
    page.append("<details><summary>parameters</summary>");
    for (String row : comparison.names()) {
      page.append("<p><b>")
          .append(text(row))
          .append("</b></p><pre>")
          .append(text(comparison.first(row).yaml()))
          .append("</pre>");
    }
    page.append("</details>");
  }

  /** A dozen users, the best model beside the next. */
  private void samples() {
    List<String> rows =
        comparison.names().stream()
            .sorted((a, b) -> Double.compare(ndcg(b), ndcg(a)))
            .limit(2)
            .toList();
    page.append("<h2>A dozen users</h2><div class=wide><table><tr><th>history, newest last");
    page.append("<th>went for");
    rows.forEach(row -> page.append("<th>").append(text(row)));
    page.append("</tr>");
    List<Sample> first = comparison.first(rows.getFirst()).samples();
    for (int i = 0; i < first.size(); i++) {
      page.append("<tr><td>").append(text(String.join(", ", first.get(i).history())));
      page.append("<td>").append(text(String.join(", ", first.get(i).wanted())));
      for (String row : rows) {
        Sample sample = comparison.first(row).samples().get(i);
        page.append("<td>");
        for (String item : sample.list()) {
          boolean hit = sample.wanted().contains(item);
          page.append(hit ? "<span class=hit>" : "<span>").append(text(item)).append("</span><br>");
        }
      }
      page.append("</tr>");
    }
    page.append("</table></div>");
  }

  private static String colour(int number) {
    return COLOURS.get(number % COLOURS.size());
  }

  /** Escapes what comes from files. */
  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
