package dev.imasugu.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imasugu.evaluate.Outcome.Measure;
import dev.imasugu.model.History;
import dev.imasugu.model.Interactions;
import dev.imasugu.train.Parameters;
import dev.imasugu.train.Trainer;
import dev.imasugu.train.Trainers;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/*
 * Random search with successive halving (Jamieson and Talwalkar 2016): nine drawn settings are fitted and
 * asked on a ninth of the users, the better three on a third, the best one on all, against the best
 * so far. Every other draw is near the best so far. What is asked is the validation part only: the
 * test items are in no data that a trial sees.
 */

/** Looks for better parameters of a model, within a budget of time. */
final class Tuner {
  private static final int DRAWS = 9;
  private static final int SHARE = 3;
  private static final int LEAST_USERS = 1_000;

  /** A line of progress for the best so far, else not more often than this. */
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private record Trial(Trainer trainer, double share, double score) {}

  private final String name;
  private final Set<String> held;
  private final Task validation;
  private final int k;
  private final Path trace;
  private final PrintStream out;
  private final long deadline;
  private int trials;
  private double bestPrinted = Double.NEGATIVE_INFINITY;
  private long lastPrinted = System.nanoTime();

  private Tuner(
      String name,
      Set<String> held,
      Task validation,
      int k,
      Path trace,
      PrintStream out,
      long deadline) {
    this.name = name;
    this.held = held;
    this.validation = validation;
    this.k = k;
    this.trace = trace;
    this.out = out;
    this.deadline = deadline;
  }

  /**
   * Returns the YAML of the best parameters found, which is also written to {@code
   * NAME.tuned.yaml}; every trial is a line of {@code NAME.trials.jsonl}.
   *
   * @param held keys that are not searched
   * @param validation what is asked to compare settings
   */
  static String tune(
      String name,
      String yaml,
      Set<String> held,
      Task validation,
      int k,
      Duration budget,
      Path folder,
      PrintStream out) {
    Trainer start = Trainers.parse(name, yaml);
    if (held.containsAll(Parameters.searched(start))) {
      out.printf("%-28s has nothing to tune%n", name);
      return yaml;
    }
    try {
      Files.createDirectories(folder);
      var tuner =
          new Tuner(
              name,
              held,
              validation,
              k,
              folder.resolve(name + ".trials.jsonl"),
              out,
              System.nanoTime() + budget.toNanos());
      String best = Parameters.yaml(tuner.search(start));
      Path kept = folder.resolve(name + ".tuned.yaml");
      Files.writeString(kept, best);
      out.printf("%-28s tuned in %d trials, parameters in %s%n", name, tuner.trials, kept);
      return best;
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": not writable, " + e.getMessage(), e);
    }
  }

  private Trainer search(Trainer start) throws IOException {
    var random = new SplittableRandom(1);
    Trial best = ask(start, 1);
    double lowest = share(SHARE * SHARE);
    while (System.nanoTime() < deadline) {
      List<Trial> rung = new ArrayList<>();
      for (int i = 0; i < DRAWS && System.nanoTime() < deadline; i++) {
        double reach = i % 2 == 0 ? 1 : 0.3;
        rung.add(ask(Parameters.draw(best.trainer, held, reach, random), lowest));
      }
      for (double share = lowest; share < 1 && rung.size() > 1; ) {
        share = Math.min(1, share * SHARE);
        double next = share;
        List<Trial> better = new ArrayList<>();
        for (Trial trial :
            rung.stream()
                .sorted(Comparator.comparingDouble(Trial::score).reversed())
                .limit(Math.max(1, rung.size() / SHARE))
                .toList()) {
          if (System.nanoTime() < deadline) {
            better.add(ask(trial.trainer, next));
          }
        }
        rung = better;
        if (share >= 1) {
          break;
        }
      }
      for (Trial trial : rung) {
        if (trial.score > best.score && System.nanoTime() < deadline) {
          Trial whole = trial.share >= 1 ? trial : ask(trial.trainer, 1);
          best = whole.score > best.score ? whole : best;
        }
      }
    }
    return best.trainer;
  }

  /** At least a thousand users. */
  private double share(int parts) {
    return Math.clamp(Math.max(1.0 / parts, (double) LEAST_USERS / validation.fit().users()), 0, 1);
  }

  /** Fits on a share of users and asks them; a setting that cannot be fitted scores zero. */
  private Trial ask(Trainer trainer, double share) throws IOException {
    var meter = new Meter();
    Task task = share >= 1 ? validation : part(share);
    double score = 0;
    String failure = "";
    try {
      Outcome outcome = Outcome.of(trainer.fit(task.fit(), 1), task, new int[] {k}, _ -> {});
      score = Outcome.mean(outcome.values(Measure.NDCG, k));
    } catch (IllegalArgumentException e) {
      failure = String.valueOf(e.getMessage());
    }
    trials++;
    var line = new LinkedHashMap<String, Object>();
    line.put("trial", trials);
    line.put("share", share);
    line.put("ndcg" + k, score);
    line.put("seconds", meter.seconds());
    line.put("parameters", Parameters.yaml(trainer));
    if (!failure.isEmpty()) {
      line.put("failure", failure);
    }
    Files.writeString(
        trace,
        new ObjectMapper().writeValueAsString(line) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    boolean best = share >= 1 && score > bestPrinted;
    if (best || System.nanoTime() - lastPrinted > BETWEEN_LINES.toNanos()) {
      bestPrinted = best ? score : bestPrinted;
      lastPrinted = System.nanoTime();
      out.printf(
          Locale.ROOT,
          "%-28s trial %d: nDCG@%d %.4f on %.0f %% of the users%s, %d s left%n",
          name,
          trials,
          k,
          score,
          100 * share,
          best ? ", the best so far" : "",
          Math.max(0, (deadline - System.nanoTime()) / 1_000_000_000));
    }
    return new Trial(trainer, share, score);
  }

  private Task part(double share) {
    Interactions all = validation.fit();
    long limit = (long) (share * (1L << 31));
    List<Query> queries = validation.queries();
    return new Task(
        all.ofUsers(user -> hash(user) < limit),
        IntStream.range(0, queries.size())
            .filter(
                q -> {
                  int user = queries.get(q).user;
                  return hash(user == History.NEW_USER ? q : user) < limit;
                })
            .mapToObj(queries::get)
            .toList(),
        validation.removeSeen(),
        List.of());
  }

  private static long hash(int user) {
    return new SplittableRandom(user).nextLong() >>> 33;
  }
}
