package dev.imasugu.cli;

import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Durations;
import dev.imasugu.evaluate.Evaluation;
import dev.imasugu.evaluate.EvaluationOptions;
import dev.imasugu.evaluate.FitOn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imasugu evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Compares models by a published protocol. Models are models/NAME.yaml, else those that come",
      "with imasugu. Every run leaves a record, so a long comparison goes on where it stopped. The",
      "last line is one JSON object. docs/quality.md has the tables and how to add a model."
    },
    footer = {
      "",
      "Example:   ./imasugu evaluate --protocol loo-full --data Beauty.txt.zst \\",
      "             --models popularity,itemknn,transition,ease --report beauty.html"
    })
final class Evaluate implements Callable<Integer> {
  /** What rows are fitted on. */
  enum Fit {
    train,
    validation,
    both;

    private List<FitOn> rows() {
      return switch (this) {
        case train -> List.of(FitOn.TRAIN);
        case validation -> List.of(FitOn.TRAIN_AND_VALIDATION);
        case both -> List.of(FitOn.TRAIN, FitOn.TRAIN_AND_VALIDATION);
      };
    }
  }

  @Option(
      names = "--protocol",
      required = true,
      description = "loo-full, loo-ncf99, sessions or time-split.")
  private String protocol;

  @Option(
      names = "--data",
      required = true,
      description = "Events, .zst and .gz too; for loo-ncf99 the folder of NCF's files.")
  private Path data;

  @Option(names = "--test", description = "Test sessions, for sessions.")
  private @Nullable Path test;

  @Option(names = "--items", description = "Titles and attributes of items: JSON or a table.")
  private @Nullable Path items;

  @Option(
      names = "--models",
      required = true,
      split = ",",
      description = "Names, separated by commas.")
  private List<String> models;

  @Option(
      names = "--models-from",
      description = "Folder of NAME.yaml (default: models, if there is one).")
  private @Nullable Path folder;

  @Option(
      names = "--fit",
      defaultValue = "validation",
      description =
          "What loo-full fits on: train, validation (train and validation together) or both"
              + " (default: ${DEFAULT-VALUE}).")
  private Fit fit;

  @Option(
      names = "--k",
      split = ",",
      description = "Lengths of lists, the first the main one (default: 10, sessions 20).")
  private List<Integer> ks = List.of();

  @Option(
      names = "--history",
      defaultValue = "0",
      description = "Newest items a model is given, 0 for all (default: ${DEFAULT-VALUE}).")
  private int history;

  @Option(
      names = "--train-days",
      defaultValue = "0",
      description = "Days to fit on before the split by time, 0 for all (default: 0).")
  private int trainDays;

  @Option(
      names = "--test-days",
      defaultValue = "7",
      description = "Days asked after the split by time (default: ${DEFAULT-VALUE}).")
  private int testDays;

  @Option(
      names = "--seeds",
      defaultValue = "3",
      description = "Fits of a model that draws at random (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--runs",
      defaultValue = ".imasugu/runs",
      description = "Folder of records (default: ${DEFAULT-VALUE}).")
  private Path runs;

  @Option(names = "--again", description = "Run also what has a record.")
  private boolean again;

  @Option(
      names = "--tune",
      defaultValue = "0s",
      description = "Search for parameters so long for each model, on validation: 10m.")
  private String tune;

  @Option(
      names = "--hold",
      split = ",",
      description = "Parameters that --tune leaves as they are, such as decay.")
  private List<String> hold = List.of();

  @Option(names = "--report", description = "Write an HTML page.")
  private @Nullable Path report;

  @Override
  public Integer call() {
    Path standard = Path.of("models");
    Path from = folder != null ? folder : Files.isDirectory(standard) ? standard : null;
    Evaluation.run(
        new EvaluationOptions(
            protocol,
            data,
            test,
            items,
            models,
            from,
            fit.rows(),
            ks,
            history,
            trainDays,
            testDays,
            seeds,
            runs,
            again,
            budget(),
            hold,
            report),
        Evaluate::progress,
        System.out);
    return 0;
  }

  private Duration budget() {
    try {
      return Durations.parse(tune);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("tune: " + e.getMessage());
    }
  }

  private static LongConsumer progress(String what, long total) {
    var line = new Progress(what, total);
    return done -> {
      if (done >= total) {
        line.done(done);
      } else {
        line.at(done);
      }
    };
  }
}
