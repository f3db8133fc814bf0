package dev.imasugu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Durations;
import dev.imasugu.config.Nearest;
import dev.imasugu.config.Project;
import dev.imasugu.evaluate.FreshnessCurve;
import dev.imasugu.evaluate.FreshnessCurve.Delayed;
import dev.imasugu.evaluate.Prequential;
import dev.imasugu.evaluate.PrequentialReport;
import dev.imasugu.evaluate.PrequentialResult;
import dev.imasugu.node.Plans;
import dev.imasugu.node.Recorded;
import dev.imasugu.replay.KeptReplay;
import dev.imasugu.replay.Moment;
import dev.imasugu.replay.Recording;
import dev.imasugu.replay.Replay;
import dev.imasugu.replay.ReplaySettings;
import dev.imasugu.replay.ReplaySettings.Delays;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu replay}. */
@Command(
    name = "replay",
    description = {
      "Plays the recorded events once more through the project's queries and placements, on a virtual",
      "clock, as fast as it can: the same log gives the same lists, to the byte. With --evaluate every",
      "list is scored as it stood just before the event. The last line is one JSON object. The server",
      "must not run. docs/replay.md says how to read the figures."
    },
    footer = {
      "",
      "Example:   ./imasugu replay shop --evaluate --placement home --report home.html"
    })
final class ReplayVerb implements Callable<Integer> {
  private static final double NANOS = 1e9;
  private static final String HOME = "home";
  private static final String KEPT = "replay-kept";
  private static final Duration KEEP_EVERY = Duration.ofMinutes(1);

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Option(
      names = "--from",
      description = "First time replayed: 2026-08-01 or 2026-08-01T09:00:00Z.")
  private @Nullable String from;

  @Option(names = "--to", description = "Time at which the replay ends, exclusive.")
  private @Nullable String to;

  @Option(names = "--evaluate", description = "Score the lists against what people did.")
  private boolean evaluate;

  @Option(
      names = "--placement",
      split = ",",
      description =
          "Placements to replay, the first is scored in depth (default: all, home first).")
  private List<String> chosen = List.of();

  @Option(
      names = "--score-from",
      description = "Score from this time on (default: after the first 30 %% of the events).")
  private @Nullable String scoreFrom;

  @Option(
      names = "--learn-until",
      description = "Statistics learn nothing from this time on, as a model trained once.")
  private @Nullable String learnUntil;

  @Option(
      names = "--profile-delay",
      defaultValue = "0s",
      description = "Show serving what a user did only so much later (default: ${DEFAULT-VALUE}).")
  private String profileDelay;

  @Option(
      names = "--statistics-delay",
      defaultValue = "0s",
      description = "Show serving what everybody did only so much later (default: 0s).")
  private String statisticsDelay;

  @Option(
      names = "--freshness",
      paramLabel = "FILE",
      description = "Replay with growing delays and draw what they cost, as SVG; needs --evaluate.")
  private @Nullable Path freshness;

  @Option(
      names = "--delays",
      split = ",",
      defaultValue = "0s,1s,1m,1h,6h,1d,7d",
      description = "The delays of --freshness, none first (default: ${DEFAULT-VALUE}).")
  private List<String> delays;

  @Option(
      names = "--anew",
      description = "Begin at the first event, even if a replay like this one was cut off.")
  private boolean anew;

  @Option(names = "--report", description = "Write an HTML page; needs --evaluate.")
  private @Nullable Path report;

  @Override
  public Integer call() throws IOException {
    Project project = Project.load(directory);
    List<String> names = placements(project);
    if ((report != null || freshness != null) && !evaluate) {
      throw new ConfigException(
          (report != null ? "--report" : "--freshness") + ": without --evaluate (expected: both)");
    }
    try (Recorded recorded = Recorded.open(project)) {
      Recording recording =
          Recording.of(recorded.log(), time("--from", from), time("--to", to), _ -> {});
      if (freshness != null) {
        curve(project, recording, names, freshness);
        return 0;
      }
      var shown =
          new Delays(
              duration("--profile-delay", profileDelay),
              duration("--statistics-delay", statisticsDelay),
              time("--learn-until", learnUntil));
      try (Replay replay = open(project, recording, names, shown)) {
        run(project, recording, replay, names);
      }
    }
    return 0;
  }

  private static Replay open(
      Project project, Recording recording, List<String> names, Delays shown) {
    var settings = ReplaySettings.of(project, Plans.of(project), names, shown);
    return Replay.open(settings, recording, Recorded.scratch(project));
  }

  private void curve(Project project, Recording recording, List<String> names, Path file)
      throws IOException {
    FreshnessCurve curve =
        new FreshnessCurve(delays, scored(project, recording, names, Delays.NONE, "no delay"));
    for (String delay : delays.subList(1, delays.size())) {
      Duration by = duration("--delays", delay);
      for (Delayed delayed : Delayed.values()) {
        Delays shown =
            switch (delayed) {
              case PROFILE -> new Delays(by, Duration.ZERO, null);
              case STATISTICS -> new Delays(Duration.ZERO, by, null);
              case BOTH -> new Delays(by, by, null);
            };
        String what = delay + ", " + delayed.words();
        curve.add(delayed, delay, scored(project, recording, names, shown, what));
      }
    }
    Files.writeString(file, curve.svg() + "\n");
    ObjectNode json = Api.JSON.createObjectNode();
    json.put("events", recording.events());
    json.set("curve", curve.json());
    System.out.println(json);
  }

  private PrequentialResult scored(
      Project project, Recording recording, List<String> names, Delays shown, String what) {
    try (Replay replay = open(project, recording, names, shown)) {
      Prequential scoring = scoring(project, recording, replay, names);
      var progress = new Progress(what, recording.events());
      var watcher = new Counting(scoring, progress);
      replay.run(watcher);
      progress.done(watcher.events);
      return scoring.result();
    }
  }

  private Prequential scoring(
      Project project, Recording recording, Replay replay, List<String> names) {
    return new Prequential(
        replay, recording, names, project.config().eventTypes(), time("--score-from", scoreFrom));
  }

  private void run(Project project, Recording recording, Replay replay, List<String> names)
      throws IOException {
    Prequential scoring = evaluate ? scoring(project, recording, replay, names) : null;
    var progress = new Progress("replay", recording.events());
    long start = System.nanoTime();
    var watcher = new Counting(scoring, progress);
    var kept = new KeptReplay(project.state().resolve(KEPT), key(project, recording), KEEP_EVERY);
    if (anew) {
      kept.done();
    }
    replay.run(watcher, kept);
    kept.done();
    double seconds = (System.nanoTime() - start) / NANOS;
    progress.done(watcher.events);
    ObjectNode json = Api.JSON.createObjectNode();
    json.put("events", recording.events());
    json.put("steps", recording.moments());
    json.put("seconds", Math.round(seconds * 10) / 10.0);
    if (watcher.known == 0) {
      json.put("stepsPerSecond", Math.round(recording.moments() / Math.max(1e-3, seconds)));
    } else {
      json.put("wentOnAt", watcher.known);
    }
    json.put("lists", replay.lists());
    json.put("unreadable", recording.unreadable());
    json.put("poisoned", replay.poisoned());
    json.put("digest", replay.digest());
    if (scoring != null) {
      PrequentialResult result = scoring.result();
      json.setAll(result.json());
      if (report != null) {
        String note =
            String.format(
                Locale.ROOT,
                "%,d events in %,d steps, %,d lists computed in %.0f s; digest of the lists %s",
                recording.events(),
                recording.moments(),
                replay.lists(),
                seconds,
                replay.digest().substring(0, 16));
        String title = "Replay of %s".formatted(project.config().name());
        Files.writeString(report, PrequentialReport.html(result, title, List.of(note)));
        System.err.println("report: " + report);
      }
    }
    System.out.println(json);
  }

  /** What a replay depends on: the project's files, the events, the code, what was asked for. */
  private String key(Project project, Recording recording) throws IOException {
    var all = new StringBuilder(recording.identity());
    all.append(evaluate).append(chosen).append(scoreFrom).append(learnUntil);
    try (Stream<Path> files = Files.walk(project.directory())) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (!file.startsWith(project.state())) {
          describe(file, all);
        }
      }
    }
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      describe(Path.of(entry), all);
    }
    return all.toString();
  }

  private static void describe(Path file, StringBuilder all) throws IOException {
    if (Files.exists(file)) {
      all.append('\n').append(file.getFileName()).append(' ').append(Files.size(file));
      all.append(' ').append(Files.getLastModifiedTime(file));
    }
  }

  /** Counts events for the line of progress. */
  private static final class Counting implements Replay.Watcher {
    private final @Nullable Prequential scoring;
    private final Progress progress;
    private long events;
    private long known;

    private Counting(@Nullable Prequential scoring, Progress progress) {
      this.scoring = scoring;
      this.progress = progress;
    }

    @Override
    public void before(Moment moment) {
      if (scoring != null) {
        scoring.before(moment);
      }
    }

    @Override
    public void after(Moment moment) {
      if (scoring != null) {
        scoring.after(moment);
      }
      count(moment);
    }

    @Override
    public void again(Moment moment) {
      if (scoring != null) {
        scoring.again(moment);
      }
      count(moment);
      known = events;
    }

    private void count(Moment moment) {
      events += moment.events().size();
      progress.at(events);
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
      if (scoring != null) {
        scoring.write(out);
      }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
      if (scoring != null) {
        scoring.read(in);
      }
    }
  }

  private List<String> placements(Project project) {
    Set<String> all = project.placements().keySet();
    if (chosen.isEmpty()) {
      return all.stream()
          .sorted(
              Comparator.comparing((String name) -> !name.equals(HOME)).thenComparing(name -> name))
          .toList();
    }
    for (String name : chosen) {
      if (!all.contains(name)) {
        throw new ConfigException(
            "--placement: %s (expected one of: %s)%s"
                .formatted(
                    name,
                    String.join(", ", all.stream().sorted().toList()),
                    Nearest.advice(name, all)));
      }
    }
    return chosen.stream().distinct().toList();
  }

  private static Duration duration(String name, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name + ": " + e.getMessage());
    }
  }

  private static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ConfigException(
          "%s: %s (expected: a day such as 2026-08-01, or a time such as 2026-08-01T09:00:00Z)"
              .formatted(name, text));
    }
  }
}
