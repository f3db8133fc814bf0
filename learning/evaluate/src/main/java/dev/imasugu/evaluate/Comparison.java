package dev.imasugu.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.metric.Bootstrap;
import dev.imasugu.metric.Interval;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Runs side by side: a row a model, the mean over its seeds. */
final class Comparison {
  private static final int SAMPLES = 1_000;
  private static final double CONFIDENCE = 0.95;
  private static final double TIES_TO_TELL = 0.05;

  private final String protocol;
  private final int k;
  private final Map<String, List<RunRecord>> rows = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  Comparison(String protocol, int k) {
    this.protocol = protocol;
    this.k = k;
  }

  void add(RunRecord run) {
    rows.computeIfAbsent(run.model(), _ -> new ArrayList<>()).add(run);
  }

  void failed(String row, String why) {
    failures.put(row, why);
  }

  String protocol() {
    return protocol;
  }

  int k() {
    return k;
  }

  Map<String, String> failures() {
    return failures;
  }

  List<String> names() {
    return List.copyOf(rows.keySet());
  }

  RunRecord first(String row) {
    return runs(row).getFirst();
  }

  List<RunRecord> runs(String row) {
    return rows.getOrDefault(row, List.of());
  }

  /** The mean of a metric over a row's seeds. */
  double metric(String row, String name) {
    return runs(row).stream()
        .mapToDouble(run -> run.metrics().getOrDefault(name, 0.0))
        .average()
        .orElse(0);
  }

  /** The row with the greatest nDCG, if there is any. */
  Optional<String> best() {
    return names().stream().max(Comparator.comparingDouble(row -> metric(row, "ndcg" + k)));
  }

  /** What rows with many ties would have if every tie went to the item wanted. */
  List<String> ties() {
    return names().stream()
        .filter(row -> metric(row, "tieRate") >= TIES_TO_TELL)
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "%s: ties in %.0f %% of the questions; with every tie won recall@%d %.4f, nDCG@%d %.4f",
                    row,
                    100 * metric(row, "tieRate"),
                    k,
                    metric(row, "recall" + k + "TiesWon"),
                    k,
                    metric(row, "ndcg" + k + "TiesWon")))
        .toList();
  }

  /** The mean nDCG and its interval over users. */
  Interval interval(String row) {
    return Bootstrap.mean(ndcg(row), SAMPLES, CONFIDENCE, new SplittableRandom(1));
  }

  /** What a row has more than another in nDCG, over the same users. */
  Interval difference(String row, String other) {
    return Bootstrap.pairedDifference(
        ndcg(row), ndcg(other), SAMPLES, CONFIDENCE, new SplittableRandom(1));
  }

  private float[] ndcg(String row) {
    List<RunRecord> runs = runs(row);
    float[] mean = Runs.decode(runs.getFirst().ndcg());
    for (RunRecord run : runs.subList(1, runs.size())) {
      float[] values = Runs.decode(run.ndcg());
      for (int i = 0; i < mean.length; i++) {
        mean[i] += values[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= runs.size();
    }
    return mean;
  }

  void print(PrintStream out) {
    if (rows.isEmpty()) {
      return;
    }
    String best = best().orElseThrow();
    out.printf(
        Locale.ROOT,
        "%n%-28s %-16s %9s %9s %9s %9s   %-17s %9s %8s %8s %9s%n",
        "model",
        "fitted on",
        "recall@" + k,
        "nDCG@" + k,
        "MAP@" + k,
        "MRR@" + k,
        "nDCG 95 %",
        "coverage",
        "ties",
        "fit s",
        "p99 us");
    for (String row : names()) {
      Interval interval = interval(row);
      RunRecord run = first(row);
      out.printf(
          Locale.ROOT,
          "%-28s %-16s %9.4f %9.4f %9.4f %9.4f   %.4f to %.4f %9.4f %8.4f %8.1f %9.0f%s%n",
          row,
          run.fittedOn(),
          metric(row, "recall" + k),
          metric(row, "ndcg" + k),
          metric(row, "map" + k),
          metric(row, "mrr" + k),
          interval.low(),
          interval.high(),
          metric(row, "coverage" + k),
          metric(row, "tieRate"),
          run.trainSeconds(),
          run.answers().p99Micros(),
          row.equals(best) ? "  best" : "");
    }
    ties().forEach(out::println);
    failures.forEach((row, why) -> out.printf("%-28s not fitted: %s%n", row, why));
    for (String row : names()) {
      if (!row.equals(best)) {
        Interval lead = difference(best, row);
        out.printf(
            Locale.ROOT,
            "%s over %s: nDCG@%d %+.4f (95 %% %+.4f to %+.4f)%s%n",
            best,
            row,
            k,
            lead.estimate(),
            lead.low(),
            lead.high(),
            lead.excludesZero() ? "" : ", may be chance");
      }
    }
  }

  /**
   * @param notes what a reader of the figures must know of the data
   */
  String json(ObjectMapper mapper, List<String> notes) {
    ObjectNode line = mapper.createObjectNode().put("protocol", protocol);
    ArrayNode noted = line.putArray("notes");
    notes.forEach(noted::add);
    ObjectNode models = line.putObject("models");
    for (String row : names()) {
      ObjectNode model = models.putObject(row);
      first(row).metrics().keySet().forEach(name -> model.put(name, metric(row, name)));
      model.put("fittedOn", first(row).fittedOn());
      model.put("seeds", runs(row).size());
      model.put("trainSeconds", first(row).trainSeconds());
      model.put("trainCpuSeconds", first(row).trainCpuSeconds());
      model.put("answerMicrosP50", first(row).answers().p50Micros());
      model.put("answerMicrosP99", first(row).answers().p99Micros());
    }
    if (!failures.isEmpty()) {
      ObjectNode failed = line.putObject("failed");
      failures.forEach(failed::put);
    }
    try {
      return mapper.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
