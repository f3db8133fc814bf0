package dev.imasugu.evaluate;

import dev.imasugu.evaluate.RunRecord.DataFacts;
import dev.imasugu.evaluate.RunRecord.Sample;
import dev.imasugu.evaluate.RunRecord.Segment;
import dev.imasugu.metric.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A comparison as one HTML page that needs nothing else. */
final class Report {
  private static final int SHOWN = 10;

  static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:66rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
      h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.4rem}
      table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.87rem}
      th,td{padding:.3rem .55rem;text-align:right;vertical-align:middle;border-bottom:1px solid #e4e4e4;white-space:nowrap}
      th{font-weight:600;color:#555;vertical-align:bottom}
      th:first-child,td:first-child,.words{text-align:left}tr.best td{background:#eef6ee;font-weight:600}
      .lists td,.lists th{text-align:left;vertical-align:top;white-space:normal;width:25%;overflow-wrap:anywhere}
      .lists ol{margin:0;padding-left:1.6em}
      .wide{overflow-x:auto}.verdict{background:#f4f4ef;padding:.8rem 1rem;border-radius:.4rem}
      .hit{background:#cfeacf;font-weight:600}svg{max-width:100%;vertical-align:middle}small,.note{color:#666}
      .note{margin:.1rem 0}pre{background:#f7f7f4;padding:.5rem .8rem}summary{cursor:pointer;color:#666}
      """;

  private final Comparison comparison;
  private final Dataset data;
  private final int k;
  private final StringBuilder page = new StringBuilder();

  private Report(Comparison comparison, Dataset data) {
    this.comparison = comparison;
    this.data = data;
    this.k = comparison.k();
  }

  static String html(Comparison comparison, Dataset data) {
    var report = new Report(comparison, data);
    report.write();
    return report.page.toString();
  }

  private void write() {
    String title = text(comparison.protocol() + " on " + data.name());
    add("<!doctype html><html lang=en><meta charset=utf-8><title>%s</title>", title);
    add("<meta name=viewport content='width=device-width'><style>%s</style>", STYLE);
    add("<h1>%s</h1>", title);
    if (comparison.names().isEmpty()) {
      add("<p>No model could be fitted.</p>");
    } else {
      facts();
      verdict();
      quality();
      curves();
      training();
      costs();
      samples();
      parameters();
    }
    comparison
        .failures()
        .forEach((row, why) -> add("<p>Not fitted: %s</p>", text(row + ": " + why)));
    add("</html>\n");
  }

  private void facts() {
    RunRecord any = comparison.first(comparison.names().getFirst());
    DataFacts facts = any.data();
    add(
        "<p class=note>%,d users, %,d items, %,d events; fitted on %,d; %,d questions</p>",
        facts.users(), facts.items(), facts.events(), facts.fitEvents(), facts.questions());
    var notes = new ArrayList<>(data.notes());
    notes.addAll(any.notes());
    notes.forEach(note -> add("<p class=note>%s</p>", text(note)));
  }

  private void verdict() {
    String best = comparison.best().orElseThrow();
    add("<p class=verdict><b>%s</b> ranks best.", text(best));
    for (String row : comparison.names()) {
      if (!row.equals(best) && (row.startsWith("popularity") || isSecond(row, best))) {
        Interval lead = comparison.difference(best, row);
        add(
            " Over %s: %+.4f nDCG@%d (95&nbsp;%% %+.4f to %+.4f)%s.",
            text(row),
            lead.estimate(),
            k,
            lead.low(),
            lead.high(),
            lead.excludesZero() ? "" : ", which may be chance");
      }
    }
    add("</p>");
  }

  private boolean isSecond(String row, String best) {
    return comparison.names().stream()
        .filter(name -> !name.equals(best))
        .allMatch(name -> ndcg(name) <= ndcg(row));
  }

  private double ndcg(String row) {
    return comparison.metric(row, "ndcg" + k);
  }

  private void quality() {
    add("<h2>How well they rank</h2><div class=wide><table><tr><th>model<th class=words>fitted on");
    add("<th>recall@%d<th>nDCG@%d<th class=words colspan=2>95&nbsp;%% of nDCG", k, k);
    add("<th>MAP@%d<th>MRR@%d<th>ties</tr>", k, k);
    double most =
        comparison.names().stream()
            .mapToDouble(row -> comparison.interval(row).high())
            .max()
            .orElse(1);
    for (String row : comparison.names()) {
      Interval interval = comparison.interval(row);
      int seeds = comparison.runs(row).size();
      begin(row);
      add(
          "<td class=words>%s%s",
          text(comparison.first(row).fittedOn()), seeds > 1 ? ", " + seeds + " seeds" : "");
      metric(row, "recall", "%.4f");
      metric(row, "ndcg", "%.4f");
      add("<td>%s", Plot.whisker(interval.low(), ndcg(row), interval.high(), most));
      add("<td class=words>%.4f to %.4f", interval.low(), interval.high());
      metric(row, "map", "%.4f");
      metric(row, "mrr", "%.4f");
      add("<td>%.1f&nbsp;%%</tr>", 100 * comparison.metric(row, "tieRate"));
    }
    add(
        "</table></div><p><small>Intervals: bootstrap over questions. Ties: share of questions whose");
    add(" item ties with another; ranks are averaged over ties.</small></p>");
    add(
        "<p><small>%s</small></p>",
        text(String.join("\n", comparison.ties())).replace("\n", "<br>"));
  }

  private void costs() {
    add("<h2>What they show and what they cost</h2><div class=wide><table><tr><th>model");
    add("<th>coverage<th>novelty,<br>bits<th>diversity<th>Gini<th>fit, s<th>fit,<br>CPU s");
    add("<th>answer<br>p50, &micro;s<th>answer<br>p99, &micro;s<th>heap,<br>MiB");
    add("<th class=words>new events</tr>");
    for (String row : comparison.names()) {
      RunRecord run = comparison.first(row);
      begin(row);
      metric(row, "coverage", "%.3f");
      metric(row, "novelty", "%.2f");
      metric(row, "diversity", "%.3f");
      metric(row, "gini", "%.3f");
      add("<td>%.1f<td>%.1f", run.trainSeconds(), run.trainCpuSeconds());
      add("<td>%,.0f<td>%,.0f", run.answers().p50Micros(), run.answers().p99Micros());
      add("<td>%,.0f", run.heapMiB());
      add("<td class=words>%s</tr>", run.absorbs() ? "absorbs events" : "folds in");
    }
    add(
        "</table></div><p><small>Coverage: share of the catalogue in some list. Gini: 0 if all items");
    add(
        " are shown alike. Answer: all items scored, the best %d taken, on one thread.</small></p>",
        k);
  }

  private void begin(String row) {
    boolean best = row.equals(comparison.best().orElseThrow());
    add("%s<td>%s", best ? "<tr class=best>" : "<tr>", text(row));
  }

  private void metric(String row, String name, String format) {
    add("<td>" + format, comparison.metric(row, name + k));
  }

  /** Recall by how popular the wanted item is, and by how long the history is. */
  private void curves() {
    add("<h2>Recall@%d by popularity of the item wanted</h2>", k);
    curve("popularity", "events of the item");
    add("<h2>Recall@%d by length of history</h2>", k);
    curve("history", "events of the user");
  }

  private void curve(String of, String axis) {
    List<Plot.Line> lines = new ArrayList<>();
    for (String row : comparison.names()) {
      lines.add(
          new Plot.Line(
              row,
              segments(row, of).stream()
                  .map(part -> new double[] {Math.max(0.5, part.from()), part.recall()})
                  .toList()));
    }
    page.append(Plot.lines(lines, axis));
    add("<details><summary>as a table</summary><div class=wide><table><tr><th>model");
    for (Segment part : segments(comparison.names().getFirst(), of)) {
      String range =
          part.from() == part.to()
              ? "%,d".formatted(part.from())
              : "%,d to %,d".formatted(part.from(), part.to());
      add(
          "<th>%s<br><small>%,d asked</small>",
          part.from() == 0 ? "none" : range, part.questions());
    }
    add("</tr>");
    for (String row : comparison.names()) {
      begin(row);
      segments(row, of).forEach(part -> add("<td>%.4f", part.recall()));
      add("</tr>");
    }
    add("</table></div></details>");
  }

  private List<Segment> segments(String row, String of) {
    return comparison.first(row).segments().stream().filter(part -> part.of().equals(of)).toList();
  }

  private void training() {
    add("<h2>nDCG@%d against seconds to fit</h2>", k);
    List<Plot.Line> dots = new ArrayList<>();
    for (String row : comparison.names()) {
      double seconds = Math.max(0.01, comparison.first(row).trainSeconds());
      dots.add(new Plot.Line(row, List.of(new double[] {seconds, ndcg(row)})));
    }
    page.append(Plot.lines(dots, "seconds"));
  }

  /** A dozen users, the best model beside the next. */
  private void samples() {
    List<String> rows =
        comparison.names().stream()
            .sorted(Comparator.comparingDouble(this::ndcg).reversed())
            .limit(2)
            .toList();
    add("<h2>A dozen users</h2><div class=wide><table class=lists><tr><th>history, newest last");
    add("<th>went for");
    rows.forEach(row -> add("<th>%s", text(row)));
    add("</tr>");
    List<Sample> first = comparison.first(rows.getFirst()).samples();
    for (int i = 0; i < first.size(); i++) {
      add("<tr><td>%s", text(String.join(", ", first.get(i).history())));
      add("<td>%s", text(String.join(", ", first.get(i).wanted())));
      for (String row : rows) {
        Sample sample = comparison.first(row).samples().get(i);
        add("<td><ol>");
        for (String item : sample.list().subList(0, Math.min(SHOWN, sample.list().size()))) {
          add(sample.wanted().contains(item) ? "<li class=hit>%s" : "<li>%s", text(item));
        }
        add("</ol>");
      }
      add("</tr>");
    }
    add("</table></div>");
  }

  private void parameters() {
    add("<h2>Parameters</h2><details><summary>models/*.yaml of each row</summary>");
    for (String row : comparison.names()) {
      add("<p><b>%s</b></p><pre>%s</pre>", text(row), text(comparison.first(row).yaml().strip()));
    }
    add("</details>");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }

  /** Escapes what comes from files. */
  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
