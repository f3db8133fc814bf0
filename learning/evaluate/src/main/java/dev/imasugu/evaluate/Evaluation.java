package dev.imasugu.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imasugu.evaluate.Outcome.Measure;
import dev.imasugu.evaluate.RunRecord.DataFacts;
import dev.imasugu.evaluate.RunRecord.Sample;
import dev.imasugu.model.Absorbing;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.train.Parameters;
import dev.imasugu.train.Trainer;
import dev.imasugu.train.Trainers;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A comparison of models: every run that has no record yet, then the tables. */
public final class Evaluation {
  private static final int SAMPLES = 12;
  private static final int SHOWN_HISTORY = 8;

  private final EvaluationOptions options;
  private final Steps steps;
  private final PrintStream out;
  private final Runs runs;

  private Evaluation(EvaluationOptions options, Steps steps, PrintStream out) {
    this.options = options;
    this.steps = steps;
    this.out = out;
    this.runs = new Runs(options.runs());
  }

  /**
   * Runs a comparison, prints its table, and as last line one JSON object: {@code
   * {"protocol":..,"models":{NAME:{"recall10":..,"ndcg10":..},..}}}.
   *
   * @throws IllegalArgumentException if an option, a file or a model is not as expected
   */
  public static void run(EvaluationOptions options, Steps steps, PrintStream out) {
    new Evaluation(options, steps, out).run();
  }

  private void run() {
    Protocol protocol = options.split();
    if (new HashSet<>(options.models()).size() < options.models().size()) {
      throw new IllegalArgumentException("models: a name twice (expected: each once)");
    }
    if (options.report() != null) {
      Path folder = options.report().toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new IllegalArgumentException(
            "report: %s (expected: a file in a folder that is there)".formatted(options.report()));
      }
    }
    Map<String, String> yaml = new LinkedHashMap<>();
    for (String name : options.models()) {
      yaml.put(name, Trainers.yaml(name, options.modelFolder()));
      var _ = Trainers.parse("models/" + name + ".yaml", yaml.get(name));
    }
    Dataset data = DataReader.read(options.data(), options.test(), options.items());
    out.printf(
        "%s: %,d users, %,d items, %,d events%n",
        data.name(), data.train().users(), data.train().items(), data.train().size());
    var notes = new ArrayList<String>(data.notes());
    notes.forEach(note -> out.println("  " + note));
    int[] ks =
        options.ks().isEmpty()
            ? new int[] {protocol.usualK()}
            : options.ks().stream().mapToInt(Integer::intValue).toArray();
    List<FitOn> fits = protocol.hasValidation() ? options.fits() : List.of(FitOn.TRAIN);
    if (options.tune().isPositive()) {
      tune(yaml, protocol.validation(data), ks[0]);
    }
    var comparison = new Comparison(protocol.name(), ks[0]);
    for (FitOn fit : fits) {
      Task task = protocol.task(data, fit);
      if (fit == fits.getFirst()) {
        notes.addAll(task.notes());
        task.notes().forEach(note -> out.println("  " + note));
      }
      yaml.forEach(
          (name, text) -> {
            boolean alone = fits.size() == 1 || fit == FitOn.TRAIN_AND_VALIDATION;
            runModel(alone ? name : name + " (" + fit + ")", text, data, task, fit, ks, comparison);
          });
    }
    comparison.print(out);
    if (options.report() != null) {
      try {
        Files.writeString(options.report(), Report.html(comparison, data));
      } catch (IOException e) {
        throw new UncheckedIOException(options.report() + ": not writable, " + e.getMessage(), e);
      }
      out.println("report: " + options.report());
    }
    out.println(comparison.json(new ObjectMapper(), notes));
  }

  private void tune(Map<String, String> yaml, Task validation, int k) {
    var known = new TreeSet<String>();
    yaml.forEach((name, text) -> known.addAll(Parameters.searched(Trainers.parse(name, text))));
    for (String key : options.hold()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "hold: %s (expected one of: %s)".formatted(key, String.join(", ", known)));
      }
    }
    Set<String> held = Set.copyOf(options.hold());
    yaml.replaceAll(
        (name, text) ->
            Tuner.tune(name, text, held, validation, k, options.tune(), options.runs(), out));
  }

  private void runModel(
      String row,
      String yaml,
      Dataset data,
      Task task,
      FitOn fit,
      int[] ks,
      Comparison comparison) {
    Trainer trainer = Trainers.parse(row, yaml);
    int seeds = trainer.draws() ? options.seeds() : 1;
    for (int seed = 1; seed <= seeds; seed++) {
      String key = key(row, yaml, data, fit, ks, seed);
      Optional<RunRecord> known = options.again() ? Optional.empty() : runs.find(key);
      if (known.isPresent()) {
        comparison.add(known.get());
        out.printf("%-28s from its record%n", row);
        continue;
      }
      try {
        RunRecord run = measure(key, row, yaml, trainer, seed, data, task, fit, ks);
        runs.put(run);
        comparison.add(run);
      } catch (IllegalArgumentException | OutOfMemoryError e) {
        String why = e instanceof OutOfMemoryError ? "does not fit into the heap" : e.getMessage();
        comparison.failed(row, String.valueOf(why));
        out.printf("%-28s cannot be fitted: %s%n", row, why);
        return;
      }
    }
  }

  private RunRecord measure(
      String key,
      String row,
      String yaml,
      Trainer trainer,
      long seed,
      Dataset data,
      Task task,
      FitOn fit,
      int[] ks) {
    out.printf("%-28s fitting on %s ...%n", row, fit);
    var training = new Meter();
    Model model = trainer.fit(task.fit(), seed);
    double trainSeconds = training.seconds();
    double trainCpu = training.cpuSeconds();
    var answering = steps.begin(row, task.queries().size());
    long start = System.nanoTime();
    Outcome outcome = Outcome.of(model, task, ks, answering);
    double predictSeconds = (System.nanoTime() - start) / 1e9;
    AnswerTime answers = AnswerTime.of(model, task, ks[0]);
    Interactions all = data.train();
    Map<String, Double> metrics = outcome.metrics();
    out.printf(
        Locale.ROOT,
        "%-28s recall@%d %.4f  nDCG@%d %.4f  fitted in %.1f s (%.1f CPU), asked in %.1f s, an answer p50 %.0f us, p99 %.0f us%n",
        row,
        ks[0],
        metrics.get("recall" + ks[0]),
        ks[0],
        metrics.get("ndcg" + ks[0]),
        trainSeconds,
        trainCpu,
        predictSeconds,
        answers.p50Micros(),
        answers.p99Micros());
    return new RunRecord(
        key,
        row,
        yaml,
        fit.toString(),
        seed,
        options.protocol(),
        new DataFacts(
            data.name(),
            all.users(),
            all.items(),
            all.size(),
            task.fit().size(),
            task.queries().size()),
        ks[0],
        metrics,
        Segments.of(task, outcome, ks[0]),
        Runs.encode(outcome.values(Measure.RECALL, ks[0])),
        Runs.encode(outcome.values(Measure.NDCG, ks[0])),
        trainSeconds,
        trainCpu,
        predictSeconds,
        answers,
        Meter.heapMiB(),
        model instanceof Absorbing,
        samples(data, task, outcome, ks[0]),
        task.notes());
  }

  /** A dozen questions evenly apart: the same for every model. */
  private static List<Sample> samples(Dataset data, Task task, Outcome outcome, int k) {
    var samples = new ArrayList<Sample>();
    int count = Math.min(SAMPLES, task.queries().size());
    for (int i = 0; i < count; i++) {
      int q = (int) ((long) i * task.queries().size() / count);
      Query query = task.queries().get(q);
      samples.add(
          new Sample(
              q,
              names(data, query.history.last(SHOWN_HISTORY).items(), SHOWN_HISTORY),
              names(data, query.targets, SHOWN_HISTORY),
              names(data, outcome.lists[q], k)));
    }
    return samples;
  }

  private static List<String> names(Dataset data, int[] items, int most) {
    return Arrays.stream(items).limit(most).mapToObj(data.itemNames()::get).toList();
  }

  private String key(String row, String yaml, Dataset data, FitOn fit, int[] ks, long seed) {
    String all =
        String.join(
            "\n",
            yaml,
            options.split().toString(),
            data.digest(),
            fit.toString(),
            Arrays.toString(ks),
            Long.toString(seed),
            CodeVersion.of(Trainer.class, Model.class, Evaluation.class));
    return row.replaceAll("[^A-Za-z0-9.+-]+", "-") + "-" + seed + "-" + CodeVersion.digest(all);
  }
}
