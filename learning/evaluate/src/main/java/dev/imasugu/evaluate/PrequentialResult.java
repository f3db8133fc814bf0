package dev.imasugu.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.evaluate.Answers.Kind;
import dev.imasugu.evaluate.Answers.Metric;
import dev.imasugu.evaluate.Prequential.Person;
import dev.imasugu.metric.Bootstrap;
import dev.imasugu.metric.Interval;
import dev.imasugu.metric.ListStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** What a prequential evaluation has found. For one thread. */
public final class PrequentialResult {
  private static final int SAMPLES = 1_000;
  private static final double CONFIDENCE = 0.95;
  private static final long SEED = 1;
  static final int[] KS = {10, 20};

  /** Lines that know nothing of the person. */
  private static final List<String> NON_PERSONAL =
      List.of("popularity", "popularity7Days", "popularityDecayed");

  private final List<String> placements;
  private final List<String> lines;
  private final Instant scoreFrom;
  private final Duration halfLife;
  private final long tuningQuestions;
  private final Answers answers;
  private final long[][] shown;
  private final int[] known;
  private final int users;
  private final Map<String, Long> hitSources;
  private final List<Person> people;

  PrequentialResult(
      List<String> placements,
      Instant scoreFrom,
      Duration halfLife,
      long tuningQuestions,
      Answers answers,
      long[][] shown,
      int[] known,
      int users,
      Map<String, Long> hitSources,
      List<Person> people) {
    this.placements = List.copyOf(placements);
    lines = Stream.concat(placements.stream(), Prequential.RIVALS.stream()).toList();
    this.scoreFrom = scoreFrom;
    this.halfLife = halfLife;
    this.tuningQuestions = tuningQuestions;
    this.answers = answers;
    this.shown = shown;
    this.known = known;
    this.users = users;
    this.hitSources = hitSources;
    this.people = List.copyOf(people);
  }

  /** Names of the lines, those of placements first. */
  List<String> lines() {
    return lines;
  }

  boolean isPlacement(int line) {
    return line < placements.size();
  }

  Instant scoreFrom() {
    return scoreFrom;
  }

  Duration halfLife() {
    return halfLife;
  }

  long tuningQuestions() {
    return tuningQuestions;
  }

  Answers answers() {
    return answers;
  }

  Map<String, Long> hitSources() {
    return hitSources;
  }

  List<Person> people() {
    return people;
  }

  int users() {
    return users;
  }

  /** Number of questions that pass. */
  long questions(Kind kind, IntPredicate passes) {
    long count = 0;
    for (int i = 0; i < answers.size(); i++) {
      count += answers.kind(i) == kind && passes.test(i) ? 1 : 0;
    }
    return count;
  }

  /** The mean over the questions that pass; 0 when there are none. */
  double mean(Kind kind, int line, Metric metric, int k, IntPredicate passes) {
    double sum = 0;
    long count = 0;
    for (int i = 0; i < answers.size(); i++) {
      if (answers.kind(i) == kind && passes.test(i)) {
        sum += metric.of(answers.ranks(i, line), k);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  double mean(Kind kind, int line, Metric metric, int k) {
    return mean(kind, line, metric, k, _ -> true);
  }

  /** The mean with its interval: users are drawn with all of their questions. */
  Interval interval(Kind kind, int line, Metric metric, int k) {
    return resampled(kind, line, -1, metric, k);
  }

  /** How much higher one line is than another, asked the same questions. */
  Interval lead(Kind kind, int line, int over, Metric metric, int k) {
    return resampled(kind, line, over, metric, k);
  }

  /** How much higher a line is here than in another replay of the same events. */
  Interval difference(PrequentialResult other, Kind kind, int line, Metric metric, int k) {
    if (other.answers.size() != answers.size()) {
      throw new IllegalArgumentException(
          "questions: %d (expected: %d, those of the same events)"
              .formatted(other.answers.size(), answers.size()));
    }
    double[] sums = new double[users];
    int[] counts = new int[users];
    for (int i = 0; i < answers.size(); i++) {
      if (answers.kind(i) == kind) {
        sums[answers.user(i)] +=
            metric.of(answers.ranks(i, line), k) - metric.of(other.answers.ranks(i, line), k);
        counts[answers.user(i)]++;
      }
    }
    return Bootstrap.ratio(sums, counts, SAMPLES, CONFIDENCE, new SplittableRandom(SEED));
  }

  private Interval resampled(Kind kind, int line, int over, Metric metric, int k) {
    double[] sums = new double[users];
    int[] counts = new int[users];
    for (int i = 0; i < answers.size(); i++) {
      if (answers.kind(i) == kind) {
        double value = metric.of(answers.ranks(i, line), k);
        sums[answers.user(i)] += over < 0 ? value : value - metric.of(answers.ranks(i, over), k);
        counts[answers.user(i)]++;
      }
    }
    return Bootstrap.ratio(sums, counts, SAMPLES, CONFIDENCE, new SplittableRandom(SEED));
  }

  /** The number of the best line that knows nothing of the person. */
  int bestNonPersonal(Kind kind, Metric metric, int k) {
    int best = rival(NON_PERSONAL.getFirst());
    for (String name : NON_PERSONAL) {
      int line = rival(name);
      best = mean(kind, line, metric, k) > mean(kind, best, metric, k) ? line : best;
    }
    return best;
  }

  private int rival(String name) {
    return placements.size() + Prequential.RIVALS.indexOf(name);
  }

  double coverage(int line) {
    return ListStatistics.coverage(shown[line]);
  }

  double gini(int line) {
    return ListStatistics.gini(shown[line]);
  }

  double novelty(int line) {
    return ListStatistics.novelty(shown[line], known, users);
  }

  /** Writes the figures: one object for each line, with those of the repeats inside. */
  public ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("placement", placements.getFirst());
    json.put("scoredFrom", scoreFrom.toString());
    json.put("questions", questions(Kind.NEW, _ -> true));
    json.put("repeatQuestions", questions(Kind.REPEAT, _ -> true));
    line(json.putObject("served"), 0);
    if (placements.size() > 1) {
      ObjectNode each = json.putObject("placements");
      for (int line = 0; line < placements.size(); line++) {
        line(each.putObject(placements.get(line)), line);
      }
    }
    for (String name : Prequential.RIVALS) {
      ObjectNode own = json.putObject(name);
      if (name.equals("popularityDecayed")) {
        own.put("halfLife", halfLife.toString());
      }
      line(own, rival(name));
    }
    if (questions(Kind.NEW, _ -> true) > 0) {
      int best = bestNonPersonal(Kind.NEW, Metric.HIT_RATE, 10);
      ObjectNode lead = json.putObject("lead");
      lead.put("over", lines.get(best));
      lead(lead, "hitRate10", lead(Kind.NEW, 0, best, Metric.HIT_RATE, 10));
      lead(lead, "mrr10", lead(Kind.NEW, 0, best, Metric.MRR, 10));
      lead(lead, "ndcg10", lead(Kind.NEW, 0, best, Metric.NDCG, 10));
    }
    return json;
  }

  private void line(ObjectNode json, int line) {
    metrics(json, Kind.NEW, line);
    json.put("coverage10", rounded(coverage(line)));
    json.put("gini10", rounded(gini(line)));
    json.put("novelty10", rounded(novelty(line)));
    metrics(json.putObject("repeats"), Kind.REPEAT, line);
    metrics(json.putObject("any"), Kind.ANY, line);
  }

  private static void lead(ObjectNode json, String name, Interval interval) {
    ObjectNode own = json.putObject(name);
    own.put("by", rounded(interval.estimate()));
    own.put("low", rounded(interval.low()));
    own.put("high", rounded(interval.high()));
  }

  private void metrics(ObjectNode json, Kind kind, int line) {
    for (int k : KS) {
      for (Metric metric : Metric.values()) {
        json.put(name(metric) + k, rounded(mean(kind, line, metric, k)));
      }
    }
  }

  private static String name(Metric metric) {
    return switch (metric) {
      case HIT_RATE -> "hitRate";
      case RECALL -> "recall";
      case NDCG -> "ndcg";
      case MRR -> "mrr";
    };
  }

  private static double rounded(double value) {
    return Math.round(value * 1e5) / 1e5;
  }

  /** Parts of the questions by some number of theirs. */
  record Bucket(String name, IntPredicate passes) {}

  List<Bucket> byHistory() {
    int[] edges = {1, 2, 5, 10, 20, 50, Integer.MAX_VALUE};
    var buckets = new ArrayList<Bucket>();
    for (int i = 0; i + 1 < edges.length; i++) {
      int from = edges[i];
      int to = edges[i + 1];
      String name =
          to == from + 1 ? "" + from : to == Integer.MAX_VALUE ? from + "+" : from + "-" + (to - 1);
      buckets.add(new Bucket(name, at -> answers.history(at) >= from && answers.history(at) < to));
    }
    return buckets;
  }

  List<Bucket> byAge() {
    var names =
        List.of("never seen", "< 1 h", "1-6 h", "6-24 h", "1-3 d", "3-7 d", "7-30 d", "30 d +");
    long hour = Duration.ofHours(1).toMillis();
    long[] edges = {
      Long.MIN_VALUE,
      0,
      hour,
      6 * hour,
      24 * hour,
      72 * hour,
      168 * hour,
      720 * hour,
      Long.MAX_VALUE
    };
    var buckets = new ArrayList<Bucket>();
    for (int i = 0; i < names.size(); i++) {
      long from = edges[i];
      long to = edges[i + 1];
      buckets.add(new Bucket(names.get(i), at -> answers.age(at) >= from && answers.age(at) < to));
    }
    return buckets;
  }

  List<Bucket> byHour() {
    long hour = Duration.ofHours(1).toMillis();
    var buckets = new ArrayList<Bucket>();
    for (int i = 0; i < 24; i += 3) {
      int from = i;
      buckets.add(
          new Bucket(
              "%02d-%02d".formatted(from, from + 3),
              at -> Math.floorMod(answers.time(at) / hour, 24) / 3 == from / 3));
    }
    return buckets;
  }

  /** Twenty parts of equal duration. */
  List<Bucket> overTime() {
    long begin = scoreFrom.toEpochMilli();
    long end = answers.size() == 0 ? begin + 1 : answers.time(answers.size() - 1) + 1;
    var buckets = new ArrayList<Bucket>();
    int parts = 20;
    for (int i = 0; i < parts; i++) {
      long from = begin + (end - begin) * i / parts;
      long to = begin + (end - begin) * (i + 1) / parts;
      buckets.add(
          new Bucket(
              Instant.ofEpochMilli(from).toString().substring(0, 10),
              at -> answers.time(at) >= from && answers.time(at) < to));
    }
    return buckets;
  }
}
