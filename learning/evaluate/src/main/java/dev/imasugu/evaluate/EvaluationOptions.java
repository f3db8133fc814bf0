package dev.imasugu.evaluate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code imasugu evaluate} is asked for.
 *
 * @param models names, in the order of the table
 * @param modelFolder where {@code NAME.yaml} is looked for first
 * @param fits at least one; a protocol without validation has one only
 * @param ks lengths of lists, the first the main one; empty for the protocol's usual one
 * @param history the newest items a model is given, 0 for all
 * @param trainDays of a split by time, 0 for all
 * @param seeds how often a model that draws at random is fitted
 * @param runs where records are kept
 * @param again whether to run what has a record already
 * @param tune how long to search for parameters before the first run, for each model; zero for not
 * @param hold keys of parameters that are not searched
 */
public record EvaluationOptions(
    String protocol,
    Path data,
    @Nullable Path test,
    @Nullable Path items,
    List<String> models,
    @Nullable Path modelFolder,
    List<FitOn> fits,
    List<Integer> ks,
    int history,
    int trainDays,
    int testDays,
    int seeds,
    Path runs,
    boolean again,
    Duration tune,
    List<String> hold,
    @Nullable Path report) {
  /** The names of protocols. */
  public static final List<String> PROTOCOLS =
      List.of("loo-full", "loo-ncf99", "sessions", "time-split");

  public EvaluationOptions {
    models = List.copyOf(models);
    fits = List.copyOf(fits);
    ks = List.copyOf(ks);
    hold = List.copyOf(hold);
    if (models.isEmpty() || models.size() > 100) {
      throw new IllegalArgumentException(
          "models: " + models.size() + " names (expected: 1 to 100, separated by commas)");
    }
    for (int k : ks) {
      range("k", k, 1, 10_000);
    }
    range("history", history, 0, 1_000_000);
    range("train-days", trainDays, 0, 100_000);
    range("test-days", testDays, 1, 100_000);
    range("seeds", seeds, 1, 100);
    if (tune.isNegative() || tune.compareTo(Duration.ofDays(7)) > 0) {
      throw new IllegalArgumentException("tune: " + tune + " (expected: at most 7d)");
    }
  }

  private static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(name, value, least, most));
    }
  }

  Protocol split() {
    return switch (protocol) {
      case "loo-full" -> new Protocol.LeaveOneOut(history);
      case "loo-ncf99" -> new Protocol.NcfNegatives();
      case "sessions" -> new Protocol.Sessions();
      case "time-split" -> new Protocol.TimeSplit(trainDays, testDays);
      default ->
          throw new IllegalArgumentException(
              "protocol: %s (expected one of: %s)"
                  .formatted(protocol, String.join(", ", PROTOCOLS)));
    };
  }
}
