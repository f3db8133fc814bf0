package dev.imasugu.evaluate;

import dev.imasugu.evaluate.Answers.Kind;
import dev.imasugu.evaluate.Answers.Metric;
import dev.imasugu.evaluate.Prequential.Person;
import dev.imasugu.evaluate.Prequential.Shown;
import dev.imasugu.evaluate.PrequentialResult.Bucket;
import dev.imasugu.metric.Interval;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A prequential evaluation as one HTML page that needs nothing else. */
public final class PrequentialReport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Map<String, String> NAMES =
      Map.of(
          "popularity", "popularity, all time",
          "popularity7Days", "popularity, 7 days",
          "popularityDecayed", "popularity, decayed",
          "lastItemTransition", "last-item transition");

  private final PrequentialResult result;
  private final String title;
  private final List<String> notes;
  private final StringBuilder page = new StringBuilder();

  private PrequentialReport(PrequentialResult result, String title, List<String> notes) {
    this.result = result;
    this.title = title;
    this.notes = notes;
  }

  /**
   * Writes the page.
   *
   * @param notes sentences about the run, such as how fast it was
   */
  public static String html(PrequentialResult result, String title, List<String> notes) {
    var report = new PrequentialReport(result, title, notes);
    report.write();
    return report.page.toString();
  }

  private void write() {
    add("<!doctype html><html lang=en><meta charset=utf-8><title>%s</title>", text(title));
    add("<meta name=viewport content='width=device-width'><style>%s</style>", Report.STYLE);
    add("<h1>%s</h1>", text(title));
    notes.forEach(note -> add("<p class=note>%s</p>", text(note)));
    add(
        "<p class=note>Each list is scored as it stood just before the event, from %s on (UTC). The"
            + " half-life of decayed popularity, %s, is the best of the questions before (%,d).</p>",
        TIME.format(result.scoreFrom()), text(readable(result)), result.tuningQuestions());
    if (result.questions(Kind.NEW, _ -> true) == 0) {
      add("<p>Nobody touched anything new in this stretch.</p></html>%n");
      return;
    }
    verdict();
    add("<h2>Something new: the first touch of an item, seen items left out of every list</h2>");
    table(Kind.NEW);
    add("<h2>Repeats: items that the person had touched before, lists as they are</h2>");
    table(Kind.REPEAT);
    add("<h2>Whatever comes next, lists as they are</h2>");
    table(Kind.ANY);
    shown();
    curve("over time", result.overTime(), "from");
    curve("by length of history", result.byHistory(), "interactions of the person before");
    curve("by age of the item", result.byAge(), "since anybody first touched it");
    curve("by hour of the day", result.byHour(), "UTC");
    sources();
    people();
    add("</html>%n");
  }

  private static String readable(PrequentialResult result) {
    return result.halfLife().toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private void verdict() {
    add("<p class=verdict><b>%s</b>", text(name(0)));
    for (Metric metric : List.of(Metric.HIT_RATE, Metric.MRR)) {
      int best = result.bestNonPersonal(Kind.NEW, metric, 10);
      Interval lead = result.lead(Kind.NEW, 0, best, metric, 10);
      add(
          " %s@10 %+.4f over %s (95&nbsp;%% %+.4f to %+.4f)%s.",
          name(metric),
          lead.estimate(),
          text(name(best)),
          lead.low(),
          lead.high(),
          lead.excludesZero() ? "" : ", which may be chance");
    }
    add("</p>");
  }

  private String name(int line) {
    String name = result.lines().get(line);
    return result.isPlacement(line) ? "placement " + name : NAMES.getOrDefault(name, name);
  }

  private static String name(Metric metric) {
    return switch (metric) {
      case HIT_RATE -> "HitRate";
      case RECALL -> "Recall";
      case NDCG -> "nDCG";
      case MRR -> "MRR";
    };
  }

  private void table(Kind kind) {
    long questions = result.questions(kind, _ -> true);
    if (questions == 0) {
      add("<p>None.</p>");
      return;
    }
    add("<p class=note>%,d questions</p><div class=wide><table><tr><th>line", questions);
    for (int k : PrequentialResult.KS) {
      for (Metric metric : Metric.values()) {
        add("<th>%s<br>@%d", name(metric), k);
      }
    }
    add("<th class=words colspan=2>HitRate@10, 95&nbsp;%%<th class=words>the first leads by</tr>");
    double most = 0;
    for (int line = 0; line < result.lines().size(); line++) {
      most = Math.max(most, result.interval(kind, line, Metric.HIT_RATE, 10).high());
    }
    for (int line = 0; line < result.lines().size(); line++) {
      row(line);
      for (int k : PrequentialResult.KS) {
        for (Metric metric : Metric.values()) {
          add("<td>%.4f", result.mean(kind, line, metric, k));
        }
      }
      Interval own = result.interval(kind, line, Metric.HIT_RATE, 10);
      add("<td>%s", Plot.whisker(own.low(), own.estimate(), own.high(), most));
      add("<td class=words>%.4f to %.4f<td class=words>", own.low(), own.high());
      if (line > 0) {
        Interval lead = result.lead(kind, 0, line, Metric.HIT_RATE, 10);
        add("%+.4f (%+.4f to %+.4f)", lead.estimate(), lead.low(), lead.high());
      }
      add("</tr>");
    }
    add("</table></div><p><small>Intervals: bootstrap over people, each with all their questions;");
    add(" leads are paired, the same people for both lines.</small></p>");
  }

  private void row(int line) {
    add("%s<td>%s", line == 0 ? "<tr class=best>" : "<tr>", text(name(line)));
  }

  private void shown() {
    add("<h2>What the first ten places show</h2><table><tr><th>line<th>coverage<th>Gini");
    add("<th>novelty, bits</tr>");
    for (int line = 0; line < result.lines().size(); line++) {
      row(line);
      add(
          "<td>%.3f<td>%.3f<td>%.2f</tr>",
          result.coverage(line), result.gini(line), result.novelty(line));
    }
    add("</table>");
  }

  private void curve(String what, List<Bucket> buckets, String axis) {
    add("<h2>HitRate@10 %s</h2>", text(what));
    List<Bucket> asked =
        buckets.stream().filter(part -> result.questions(Kind.NEW, part.passes()) > 0).toList();
    var lines = new ArrayList<Plot.Line>();
    for (int line = 0; line < result.lines().size(); line++) {
      var points = new ArrayList<double[]>();
      for (int i = 0; i < asked.size(); i++) {
        points.add(new double[] {i, hits(line, asked.get(i))});
      }
      lines.add(new Plot.Line(name(line), points));
    }
    page.append(Plot.places(lines, asked.stream().map(Bucket::name).toList(), axis));
    add("<details><summary>as a table</summary><div class=wide><table><tr><th>line");
    for (Bucket part : asked) {
      add(
          "<th>%s<br><small>%,d asked</small>",
          text(part.name()), result.questions(Kind.NEW, part.passes()));
    }
    add("</tr>");
    for (int line = 0; line < result.lines().size(); line++) {
      row(line);
      for (Bucket part : asked) {
        add("<td>%.4f", hits(line, part));
      }
      add("</tr>");
    }
    add("</table></div></details>");
  }

  private double hits(int line, Bucket part) {
    return result.mean(Kind.NEW, line, Metric.HIT_RATE, 10, part.passes());
  }

  private void sources() {
    if (result.hitSources().isEmpty()) {
      return;
    }
    add("<h2>Where the hits came from</h2><table><tr><th>source<th>hits in the first ten</tr>");
    result
        .hitSources()
        .forEach((source, hits) -> add("<tr><td>%s<td>%,d</tr>", text(source), hits));
    add("</table>");
  }

  private void people() {
    add("<h2>A dozen people</h2><div class=wide><table class=lists><tr><th>history, newest last");
    add("<th>list before<th>went for<th>list after</tr>");
    for (Person person : result.people()) {
      add("<tr><td><small>%s, %s</small><br>", text(person.user()), at(person.at()));
      add("%s<td>", text(String.join(", ", person.history())));
      list(person.before());
      add("<td>%s<br><small>", text(String.join(", ", person.wanted())));
      add("%s</small><td>", text(found(person)));
      list(person.after());
      add("</tr>");
    }
    add("</table></div>");
  }

  private static String at(Instant time) {
    return TIME.format(time);
  }

  private static String found(Person person) {
    return person.hitSource() == null
        ? "not among the first ten"
        : "from the source " + person.hitSource();
  }

  private void list(List<Shown> items) {
    add("<ol>");
    for (Shown item : items) {
      add(
          "<li%s>%s <small>%s</small>",
          item.wanted() ? " class=hit" : "", text(item.title()), text(item.source()));
    }
    add("</ol>");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }

  private static String text(String raw) {
    return Report.text(raw);
  }
}
