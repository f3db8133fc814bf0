package dev.imasugu.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imasugu.model.Interactions;
import dev.imasugu.testing.Randomized;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  @TempDir Path folder;
  private String printed = "";

  @Test
  void looFull_smallFile_hasTheValuesWorkedByHand() throws IOException {
    // popularity over all but the last items: a 3, b 3, c 1, d 1, e 0
    Path data = file("data.txt", "1 a b c", "2 a b d", "3 b a c", "4 c d e");
    JsonNode models = run("loo-full", data, null, "popularity", "transition").get("models");
    // users 1 to 3 go for c or d, which tie for the first two places; user 4 for e, after a and b
    double log2 = Math.log(2);
    assertThat(models.at("/popularity/recall1").asDouble()).isZero();
    assertThat(models.at("/popularity/recall1TiesWon").asDouble()).isEqualTo(0.75);
    assertThat(models.at("/popularity/tieRate").asDouble()).isEqualTo(0.75);
    assertThat(printed)
        .contains("popularity: ties in 75 % of the questions; with every tie won recall@3 1.0000");
    assertThat(models.at("/popularity/mrr3").asDouble())
        .isCloseTo((3 / 1.5 + 1 / 3.0) / 4, within(1e-6));
    assertThat(models.at("/popularity/ndcg3").asDouble())
        .isCloseTo((3 * log2 / Math.log(2.5) + 0.5) / 4, within(1e-6));
    assertThat(models.at("/transition/fittedOn").asText()).isEqualTo("train+validation");
    assertThat(models.at("/transition/answerMicrosP50").asDouble()).isPositive();
    assertThat(models.at("/transition/answerMicrosP99").asDouble())
        .isGreaterThanOrEqualTo(models.at("/transition/answerMicrosP50").asDouble());
  }

  @Test
  @Randomized
  void looFull_anyFile_popularityIsWhatASlowCountSays(RandomGenerator random) throws IOException {
    int users = 40;
    int[][] sequences = new int[users][];
    String[] lines = new String[users];
    int[] counts = new int[25];
    for (int user = 0; user < users; user++) {
      sequences[user] = random.ints(3 + random.nextInt(6), 0, 25).distinct().toArray();
      if (sequences[user].length < 3) {
        sequences[user] = new int[] {0, 1, 2};
      }
      for (int i = 0; i < sequences[user].length - 1; i++) {
        counts[sequences[user][i]]++;
      }
      lines[user] =
          user
              + " "
              + String.join(" ", Arrays.stream(sequences[user]).mapToObj(i -> "i" + i).toList());
    }
    long catalogue = Arrays.stream(sequences).flatMapToInt(Arrays::stream).distinct().count();
    double hits = 0;
    for (int[] sequence : sequences) {
      int target = sequence[sequence.length - 1];
      double rank = 1;
      for (int item = 0; item < 25; item++) {
        int other = item;
        boolean known =
            Arrays.stream(sequences).flatMapToInt(Arrays::stream).anyMatch(i -> i == other);
        boolean seen =
            Arrays.stream(sequence).limit(sequence.length - 1L).anyMatch(i -> i == other);
        if (known && !seen && item != target) {
          rank += counts[item] > counts[target] ? 1 : counts[item] == counts[target] ? 0.5 : 0;
        }
      }
      hits += rank <= 3 ? 1 : 0;
    }
    JsonNode models = run("loo-full", file("any.txt", lines), null, "popularity").get("models");
    assertThat(models.at("/popularity/recall3").asDouble()).isCloseTo(hits / users, within(1e-6));
    assertThat(models.at("/popularity/coverage1").asDouble()).isBetween(0.0, 1.0);
    assertThat(catalogue).isPositive();
  }

  @Test
  void diversity_threeUsersOfRecommenders_hasItsValue() {
    // recommenders-team/recommenders, test_python_evaluation.py, test_diversity; its items 1 to 5
    Interactions data =
        Interactions.of(5, new int[] {0, 1, 3}, new int[] {2, 3}, new int[] {2, 3, 4});
    int[][] lists = {{2, 4}, {1, 4}, {0, 1}};
    assertThat(Outcome.diversity(data, lists, 2)).isCloseTo(0.43096, within(1e-5));
    assertThat(Outcome.diversity(data, lists, 1)).isZero();
  }

  @Test
  void sessions_everyPrefix_isAsked() throws IOException {
    String header = "SessionId\tItemId\tTime";
    Path train =
        file("train.tsv", header, "1\ta\t1", "1\tb\t2", "2\ta\t3", "2\tb\t4", "3\tb\t5", "3\tc\t6");
    Path test = file("test.tsv", header, "9\ta\t7", "9\tb\t8", "9\tc\t9", "10\tz\t9");
    JsonNode models = run("sessions", train, test, "markov", "vsknn").get("models");
    assertThat(models.at("/markov/recall1").asDouble()).isEqualTo(1);
    assertThat(printed).contains("1 items of the test file are not in the training file");
  }

  @Test
  void ncf99_flawedNegatives_areCountedAndKept() throws IOException {
    file("x.train.rating", "0\t0\t5\t1", "0\t1\t5\t2", "1\t1\t5\t1");
    file("x.test.negative", "(0,2)\t3\t1", "(1,0)\t2\t0");
    JsonNode line = run("loo-ncf99", folder, null, "popularity", "itemknn");
    String note =
        "2 of the published negatives are items that the user did rate, 1 of them the very";
    assertThat(printed).contains(note);
    assertThat(line.at("/notes/0").asText()).startsWith(note);
    assertThat(Files.readString(folder.resolve("report.html"))).contains(note);
  }

  @Test
  void timeSplit_newUsersAndItems_areAsked() throws IOException {
    Path data =
        file(
            "log.csv",
            "personId,contentId,timestamp,eventType",
            "u,\"a,1\",1600000000,VIEW",
            "u,b,1600100000,VIEW",
            "v,b,1600100000,VIEW",
            "v,c,1601500000,VIEW",
            "w,b,1601500001,VIEW",
            "u,b,1601500002,VIEW");
    JsonNode models = run("time-split", data, null, "popularity-7d", "transition").get("models");
    assertThat(models.at("/popularity-7d/recall3").asDouble()).isBetween(0.0, 1.0);
    assertThat(printed)
        .contains("2 users asked, 1 of them without a history, 1 with nothing but repeats");
  }

  @Test
  void timeSplit_clicksAndImpressions_rankByClickRate() throws IOException {
    // before the last day a has 2 clicks of 8 impressions, b 1 of 1, c none of 1; later, all of b
    List<String> lines = new ArrayList<>(List.of("user,item,timestamp,click"));
    for (int i = 0; i < 8; i++) {
      lines.add("u%d,a,1600000000,%d".formatted(i, i < 2 ? 1 : 0));
    }
    lines.add("v,b,1600000000,1");
    lines.add("v,c,1600000000,0");
    lines.add("w,a,1601500000,0");
    lines.add("w,b,1601500000,1");
    Path data = file("clicks.csv", lines.toArray(String[]::new));
    JsonNode models = run("time-split", data, null, "popularity", "popularity-ctr").get("models");
    assertThat(models.at("/popularity/recall1").asDouble()).isZero();
    assertThat(models.at("/popularity-ctr/recall1").asDouble()).isEqualTo(1);
    Path plain = file("plain.csv", "user,item,timestamp", "u,a,1600000000", "u,b,1601500000");
    run("time-split", plain, null, "popularity-ctr", "popularity");
    assertThat(printed).contains("cannot be fitted: click-rate: impressions are not known");
    Path odd = file("odd.csv", "user,item,timestamp,click", "u,a,1600000000,maybe");
    assertThatThrownBy(() -> run("time-split", odd, null, "popularity"))
        .hasMessageContaining("odd.csv:2: click maybe (expected: 0 or 1)");
  }

  @Test
  void ncf99_badFiles_sayFileAndLine() throws IOException {
    file("x.train.rating", "0\t0\t5\t1", "7\t1\t5\t1");
    Path negatives = file("x.test.negative", "(0,2)\t3\t1", "(1,0)\t2\tx");
    assertThatThrownBy(() -> run("loo-ncf99", folder, null, "popularity"))
        .hasMessageContaining("x.test.negative:2: x (expected: a number from 0 to ");
    Files.write(negatives, List.of("(0,2)\t3\t1", "(1,0)\t2\t0"));
    assertThatThrownBy(() -> run("loo-ncf99", folder, null, "popularity"))
        .hasMessageContaining("x.train.rating:2: 7 (expected: a number from 0 to 1)");
    // user 1 has a question and no history
    file("x.train.rating", "0\t0\t5\t1", "0\t1\t5\t1");
    JsonNode model = run("loo-ncf99", folder, null, "itemknn").at("/models/itemknn");
    assertThat(model.get("recall3").asDouble()).isBetween(0.5, 1.0);
    Files.write(negatives, List.of());
    assertThatThrownBy(() -> run("loo-ncf99", folder, null, "popularity"))
        .hasMessageContaining("x.test.negative: empty (expected: a line for each user)");
  }

  @Test
  void run_again_takesTheRecord_andTheReportStandsAlone() throws IOException {
    Path data = file("data.txt", "1 a b c", "2 a b <d>", "3 b a c", "4 c <d> e");
    run("loo-full", data, null, "popularity", "itemknn");
    String first = printed.lines().reduce("", (_, line) -> line);
    run("loo-full", data, null, "popularity", "itemknn");
    assertThat(printed).contains("itemknn                      from its record");
    assertThat(printed.lines().reduce("", (_, line) -> line)).isEqualTo(first);
    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page)
        .contains("&lt;d&gt;", "<svg", "popularity")
        .doesNotContain("<d>", "NaN", "http");
  }

  @Test
  void evaluate_kBeyondTheCatalogueAndUsersOfOneEvent_haveDefinedValues() throws IOException {
    Path data = file("data.txt", "1 a b", "2 a", "3 b a c");
    JsonNode line = run("loo-full", data, null, "popularity", "transition", "ease", "blend");
    line.get("models")
        .forEach(
            model ->
                model.forEach(
                    value ->
                        assertThat(!value.isNumber() || Double.isFinite(value.asDouble()))
                            .isTrue()));
    assertThat(printed).contains("1 users with a single event are fitted on and not asked");
  }

  @Test
  void evaluate_badInput_saysWhatIsExpected() throws IOException {
    assertThatThrownBy(() -> run("loo-full", folder.resolve("none"), null, "popularity"))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> run("loo-full", file("empty.txt"), null, "popularity"))
        .hasMessageContaining("empty (expected: events)");
    assertThatThrownBy(() -> run("loo-full", file("x.csv", "a,b", "1,2"), null, "popularity"))
        .hasMessageContaining("x.csv:1: a,b (expected: a header that names user and item");
    assertThatThrownBy(
            () -> run("loo-full", file("x.bin", "1 \u0007\u001b[2J", "\u0001"), null, "ease"))
        .hasMessageEndingWith("x.bin:2: ? (expected: a user and at least one item)");
    assertThatThrownBy(() -> run("loo-full", file("x.txt.zst", "1 a b"), null, "popularity"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("x.txt.zst: not readable, ");
    assertThatThrownBy(() -> run("loo-full", file("one.txt", "1 a"), null, "popularity"))
        .hasMessageContaining("queries: 0 (expected: a user or session with at least two events)");
    Path pairs = file("pairs.txt", "1 a", "1 b", "1 a", "2 b");
    run("loo-full", pairs, null, "popularity");
    assertThat(printed).contains("1 users are asked for an item that they had before");
    assertThatThrownBy(() -> run("time-split", pairs, null, "popularity"))
        .hasMessageContaining("without times");
    assertThatThrownBy(() -> run("sessions", pairs, null, "popularity"))
        .hasMessageContaining("--test FILE");
    assertThatThrownBy(() -> run("loo-all", pairs, null, "popularity"))
        .hasMessageContaining("expected one of: loo-full, loo-ncf99, sessions, time-split");
    run("loo-full", pairs, null, "popularity-7d", "popularity");
    assertThat(printed)
        .contains("popularity-7d                cannot be fitted: popularity: window");
  }

  @Test
  void tune_aSecond_keepsTheTraceAndTheParameters() throws IOException {
    String[] lines = new String[60];
    for (int user = 0; user < lines.length; user++) {
      lines[user] = "%d a%d b%d c%d d%d".formatted(user, user % 5, user % 5, user % 5, user % 5);
    }
    Path data = file("data.txt", lines);
    Evaluation.run(
        options("loo-full", data, null, Duration.ofMillis(300), "ease"), Steps.SILENT, out());
    assertThat(Files.readString(folder.resolve("runs/ease.tuned.yaml")))
        .contains("kind: ease", "lambda");
    assertThat(Files.readAllLines(folder.resolve("runs/ease.trials.jsonl"))).isNotEmpty();
    hold = List.of("decay");
    Evaluation.run(
        options("loo-full", data, null, Duration.ofMillis(300), "ease-recency"),
        Steps.SILENT,
        out());
    assertThat(Files.readString(folder.resolve("runs/ease-recency.tuned.yaml")))
        .contains("decay: 0.8");
    hold = List.of("decai");
    assertThatThrownBy(
            () ->
                Evaluation.run(
                    options("loo-full", data, null, Duration.ofMillis(300), "ease"),
                    Steps.SILENT,
                    out()))
        .hasMessage("hold: decai (expected one of: decay, lambda)");
  }

  /** Parameters that a search leaves alone. */
  private List<String> hold = List.of();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private PrintStream out() {
    bytes.reset();
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private JsonNode run(String protocol, Path data, @Nullable Path test, String... models)
      throws IOException {
    Evaluation.run(options(protocol, data, test, Duration.ZERO, models), Steps.SILENT, out());
    printed = bytes.toString(StandardCharsets.UTF_8);
    return new ObjectMapper().readTree(printed.lines().reduce("", (_, line) -> line));
  }

  private EvaluationOptions options(
      String protocol, Path data, @Nullable Path test, Duration tune, String... models) {
    return new EvaluationOptions(
        protocol,
        data,
        test,
        null,
        List.of(models),
        null,
        List.of(FitOn.TRAIN_AND_VALIDATION),
        List.of(3, 1, 1000),
        0,
        0,
        7,
        1,
        folder.resolve("runs"),
        false,
        tune,
        hold,
        folder.resolve("report.html"));
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }
}
