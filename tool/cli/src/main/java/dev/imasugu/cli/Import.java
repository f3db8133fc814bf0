package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.NodeOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code imasugu import FORMAT DIR FILE...}. */
@Command(
    name = "import",
    description = {
      "Reads recorded events or users into a project, through the API of the running server or,",
      "while none runs, by running the project until every list is up to date. Twice is the same",
      "as once.",
      "",
      "deskdrop    users_interactions.csv of the DeskDrop article log",
      "ga4-export  rows of Google Analytics 4's BigQuery export, JSON lines or Parquet;",
      "            events_intraday_ and the events_ of the same day count once",
      "users       users with their attributes, CSV, JSON lines or Parquet; the column id or user_id"
    },
    footer = {
      "",
      "Example:   ./imasugu import deskdrop shop users_interactions.csv.zst",
      "           ./imasugu import ga4-export shop events_20260820.parquet"
    })
final class Import implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("deskdrop", "ga4-export", "users");
  private static final int BATCH = 500;
  private static final int SHOWN_REFUSALS = 10;

  @Parameters(
      index = "0",
      paramLabel = "FORMAT",
      description = "One of: deskdrop, ga4-export, users.")
  private String format;

  @Parameters(index = "1", paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Parameters(
      index = "2..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "The files; .zst and .gz are fine, but for Parquet.")
  private List<Path> files;

  /** What became of the records. */
  private long accepted;

  private long duplicate;
  private long refused;

  private final List<String> shown = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!FORMATS.contains(format)) {
      throw new IllegalArgumentException(
          "FORMAT: %s (expected one of: %s)".formatted(format, String.join(", ", FORMATS)));
    }
    Project project = Project.load(directory);
    Path kept = project.state().resolve("import-refused.txt");
    Files.createDirectories(project.state());
    try (BufferedWriter refusals = Files.newBufferedWriter(kept)) {
      boolean users = format.equals("users");
      try (Server server = Server.of(project, new NodeOptions(true, 0, !users, !users))) {
        for (Path file : files) {
          switch (format) {
            case "deskdrop" -> deskdrop(server.api(), file, refusals);
            case "ga4-export" -> rows(server.api(), file, "/v1/import/ga4", refusals);
            default -> rows(server.api(), file, "/v1/users", refusals);
          }
        }
        if (!users) {
          awaitLists(server.api());
        }
      }
    }
    return report(kept);
  }

  private void deskdrop(Api api, Path file, BufferedWriter refusals) throws IOException {
    Deskdrop.Contents contents = Deskdrop.read(file);
    for (Deskdrop.Refused each : contents.refused()) {
      refuse("line " + each.line() + ": " + each.why() + ": " + each.text(), refusals);
    }
    post(api, "/v1/items", "items", contents.items(), refusals);
    accepted = 0;
    duplicate = 0;
    post(api, "/v1/events", "events", contents.events(), refusals);
  }

  private void post(
      Api api, String path, String what, List<ObjectNode> records, BufferedWriter refusals)
      throws IOException {
    var progress = new Progress(what, records.size());
    for (int from = 0; from < records.size(); from += BATCH) {
      List<ObjectNode> batch = records.subList(from, Math.min(from + BATCH, records.size()));
      post(api, path, batch, refusals);
      progress.at(from + batch.size());
    }
    progress.done(records.size());
  }

  /** Sends the rows of a file as they are read; what they mean is for the server to say. */
  private void rows(Api api, Path file, String path, BufferedWriter refusals) throws IOException {
    var batch = new ArrayList<ObjectNode>(BATCH);
    long[] sent = {0};
    long start = System.nanoTime();
    RowFile.read(
        file,
        row -> {
          batch.add(row);
          if (batch.size() == BATCH) {
            post(api, path, batch, refusals);
            sent[0] += batch.size();
            batch.clear();
            System.err.printf("\r%s  %,d rows", file.getFileName(), sent[0]);
          }
        });
    post(api, path, batch, refusals);
    sent[0] += batch.size();
    System.err.printf(
        "\r%s  %,d rows in %.1f s%n",
        file.getFileName(), sent[0], (System.nanoTime() - start) / 1e9);
  }

  private void post(Api api, String path, List<ObjectNode> batch, BufferedWriter refusals)
      throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    ArrayNode body = Api.JSON.createArrayNode().addAll(batch);
    JsonNode answer = api.post(path, body);
    accepted += answer.path("accepted").asLong();
    duplicate += answer.path("duplicate").asLong();
    JsonNode results = answer.path("results");
    boolean oneEach = results.size() == batch.size();
    for (int i = 0; i < results.size(); i++) {
      JsonNode result = results.get(i);
      if (result.path("verdict").asText().equals("rejected")) {
        refuse(
            "%s: %s (expected: %s)%s"
                .formatted(
                    result.path("field").asText(),
                    result.path("value").asText(),
                    result.path("expected").asText(),
                    oneEach ? ": " + batch.get(i) : ""),
            refusals);
      }
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

  private int report(Path kept) throws IOException {
    System.out.printf(
        "%,d records: %,d new, %,d known already, %,d refused%n",
        accepted + duplicate + refused, accepted, duplicate, refused);
    if (refused == 0) {
      Files.deleteIfExists(kept);
      return 0;
    }
    shown.forEach(System.err::println);
    System.err.printf("all %,d refused records are in %s%n", refused, kept);
    return 1;
  }
}
