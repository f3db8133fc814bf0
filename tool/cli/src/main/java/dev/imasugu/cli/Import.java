package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.config.Project;
import dev.imasugu.imports.Format;
import dev.imasugu.imports.Formats;
import dev.imasugu.imports.Mapping;
import dev.imasugu.imports.Recording;
import dev.imasugu.node.NodeOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu import FORMAT DIR FILE...}. */
@Command(
    name = "import",
    description = {
      "Reads recorded events, items or users into a project, in the order of their own time: through",
      "the API of the running server or, while none runs, by running the project until every list is",
      "up to date. Twice is the same as once; cut off, it goes on where it was. See docs/imports.md.",
      "",
      "deskdrop        users_interactions.csv, shared_articles.csv",
      "movielens       ratings.dat, ratings.csv, .inter, u.data; movies.dat, movies.csv, .item",
      "online-retail   invoices of UCI's Online Retail",
      "yoochoose       yoochoose-clicks.dat, yoochoose-buys.dat, session-rec's files",
      "retailrocket    events.csv, item_properties_part1.csv and part2",
      "obd             Open Bandit: impressions, clicks and propensities; item_context.csv",
      "ga4-export      rows of Google Analytics 4's BigQuery export, JSON lines or Parquet;",
      "                events_intraday_ and the events_ of the same day count once",
      "users           users with their attributes, CSV, JSON lines or Parquet; column id or user_id",
      "jsonl, csv      your own: with the fields of our API, or with a --mapping to them"
    },
    footer = {
      "",
      "Example:   ./imasugu import deskdrop shop users_interactions.csv.zst",
      "           ./imasugu import movielens shop ml-1m.zip",
      "           ./imasugu import csv shop orders.csv --mapping orders.yaml"
    })
final class Import implements Callable<Integer> {
  private static final int BATCH = 1_000;
  private static final int BATCH_CHARS = 512 << 10;
  private static final int SHOWN_REFUSALS = 10;
  private static final String ITEMS = "/v1/items";
  private static final String USERS = "/v1/users";

  @Parameters(index = "0", paramLabel = "FORMAT", description = "One of the above.")
  private String format;

  @Parameters(index = "1", paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Parameters(
      index = "2..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "The files, taken together; .zst, .gz and .zip are fine, but for Parquet.")
  private List<Path> files;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "For csv and jsonl: which column is which field (YAML, docs/imports.md).")
  private @Nullable Path mapping;

  @Option(
      names = "--make-items",
      description = "For csv and jsonl: make items that events name and the catalogue lacks.")
  private boolean makeItems;

  @Option(
      names = "--log-only",
      description = "Only into the log; lists are computed when the project next runs.")
  private boolean logOnly;

  private final Map<String, Long> verdicts = new HashMap<>();
  private final List<String> shown = new ArrayList<>();
  private long refused;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String mapped = mapping == null ? "" : Files.readString(mapping);
    Format read =
        Formats.named(
            format, mapping == null ? null : Mapping.parse(mapping.toString(), mapped), makeItems);
    Project project = Project.load(directory);
    Path state = project.state();
    Files.createDirectories(state);
    Path kept = state.resolve("import-refused.txt");
    ImportPosition position = ImportPosition.of(state, format + "\n" + mapped, files);
    try (BufferedWriter refusals = Files.newBufferedWriter(kept);
        Recording recording = read(read, state.resolve("import-sort"), refusals)) {
      boolean lists = !logOnly && !read.target().equals(USERS);
      try (Server server = Server.of(project, new NodeOptions(true, 0, lists, lists))) {
        items(server.api(), recording, refusals);
        verdicts.clear();
        events(server.api(), read.target(), recording, position, refusals);
        if (lists) {
          awaitLists(server.api());
        }
      }
      position.done();
      return report(recording, kept);
    }
  }

  private Recording read(Format read, Path folder, BufferedWriter refusals) throws IOException {
    long kibibytes = 0;
    for (Path file : files) {
      kibibytes += Files.isRegularFile(file) ? Files.size(file) >> 10 : 0;
    }
    var progress = new Progress("reading, KiB", kibibytes);
    var perFile = new HashMap<Path, Long>();
    Recording recording =
        Recording.read(
            format,
            read,
            files,
            folder,
            why -> refuse(why, refusals),
            (file, bytes) -> {
              perFile.put(file, bytes >> 10);
              progress.at(perFile.values().stream().mapToLong(Long::longValue).sum());
            });
    progress.done(kibibytes);
    return recording;
  }

  private void items(Api api, Recording recording, BufferedWriter refusals) throws IOException {
    List<ObjectNode> described = recording.described();
    List<ObjectNode> named = recording.named();
    var progress = new Progress("items", described.size() + named.size());
    var batch = new Batch(api, ITEMS, progress, 0, refusals);
    for (ObjectNode item : described) {
      batch.add(item.toString());
    }
    batch.send();
    var more = new Batch(api, ITEMS + "?onlyNew=true", progress, described.size(), refusals);
    for (ObjectNode item : named) {
      more.add(item.toString());
    }
    more.send();
    if (described.size() + named.size() > 0) {
      progress.done(described.size() + named.size());
    }
  }

  private void events(
      Api api, String target, Recording recording, ImportPosition position, BufferedWriter refusals)
      throws IOException {
    long from = position.next();
    if (from > 0) {
      System.err.printf(
          Locale.ROOT,
          "going on at record %,d, where an import of these files was cut off%n",
          from);
    }
    long total = recording.events();
    var progress = new Progress("records", total);
    var batch = new Batch(api, target, progress, from, refusals);
    recording.events(
        from,
        (number, json) -> {
          batch.add(json);
          if (batch.size() == 0) {
            position.sent(number + 1);
          }
        });
    batch.send();
    progress.done(total);
  }

  /** Lines on their way to one path of the API. */
  private final class Batch {
    private final Api api;
    private final String path;
    private final Progress progress;
    private final BufferedWriter refusals;
    private final List<String> lines = new ArrayList<>(BATCH);
    private long sent;
    private long chars;

    Batch(Api api, String path, Progress progress, long sent, BufferedWriter refusals) {
      this.api = api;
      this.path = path;
      this.progress = progress;
      this.sent = sent;
      this.refusals = refusals;
    }

    int size() {
      return lines.size();
    }

    void add(String line) throws IOException {
      lines.add(line);
      chars += line.length();
      if (lines.size() == BATCH || chars > BATCH_CHARS) {
        send();
      }
    }

    void send() throws IOException {
      if (lines.isEmpty()) {
        return;
      }
      JsonNode answer = api.postLines(path, String.join("\n", lines));
      JsonNode results = answer.path("results");
      boolean oneEach = results.size() == lines.size();
      for (int i = 0; i < results.size(); i++) {
        JsonNode result = results.get(i);
        String verdict = result.path("verdict").asText();
        verdicts.merge(verdict, 1L, Long::sum);
        if (verdict.equals("rejected")) {
          refuse(
              "%s: %s (expected: %s)%s"
                  .formatted(
                      result.path("field").asText(),
                      result.path("value").asText(),
                      result.path("expected").asText(),
                      oneEach ? ": " + lines.get(i) : ""),
              refusals);
        }
      }
      sent += lines.size();
      lines.clear();
      chars = 0;
      progress.at(sent);
    }
  }

  private void refuse(String why, BufferedWriter refusals) throws IOException {
    refused++;
    if (shown.size() < SHOWN_REFUSALS) {
      shown.add(why);
    }
    refusals.write(why);
    refusals.newLine();
  }

  /** Waits until the queries have read the log and every list is stored. */
  private static void awaitLists(Api api) throws InterruptedException {
    Progress progress = null;
    long most = 0;
    while (true) {
      JsonNode status = api.get("/v1/queries");
      long left = status.path("dirtyUsers").asLong();
      for (JsonNode query : status.path("queries")) {
        if (query.path("state").asText().equals("failed")) {
          throw new IllegalStateException(
              "query %s failed: %s"
                  .formatted(query.path("name").asText(), query.path("error").asText()));
        }
        boolean running = query.path("state").asText().equals("running");
        left = Math.max(left, running ? query.path("lag").asLong() : 1);
      }
      if (left == 0 && status.path("settled").asBoolean()) {
        break;
      }
      if (left > 0 && (progress == null || left > most)) {
        most = left;
        progress = new Progress("lists", most);
      }
      if (progress != null) {
        progress.at(most - left);
      }
      Thread.sleep(50);
    }
    if (progress != null) {
      progress.done(most);
    }
  }

  private int report(Recording recording, Path kept) throws IOException {
    recording.notes().forEach(System.out::println);
    recording
        .leftOut()
        .forEach((why, lines) -> System.out.printf(Locale.ROOT, "left out: %,d %s%n", lines, why));
    long accepted = verdicts.getOrDefault("accepted", 0L);
    long duplicate = verdicts.getOrDefault("duplicate", 0L);
    System.out.printf(
        Locale.ROOT,
        "%,d records: %,d new, %,d known already, %,d refused%n",
        accepted + duplicate + refused,
        accepted,
        duplicate,
        refused);
    if (refused == 0) {
      Files.deleteIfExists(kept);
      return 0;
    }
    shown.forEach(System.err::println);
    System.err.printf(Locale.ROOT, "all %,d refused records are in %s%n", refused, kept);
    return 1;
  }
}
