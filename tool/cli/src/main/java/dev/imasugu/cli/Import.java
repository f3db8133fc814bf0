package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.node.ServerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code imasugu import FORMAT DIR FILE}. */
@Command(
    name = "import",
    description = {
      "Reads a recorded log into a project, through the API of the running server or, while none",
      "runs, by running the project until every list is up to date. Twice is the same as once."
    },
    footer = {"", "Example:   ./imasugu import deskdrop shop users_interactions.csv.zst"})
final class Import implements Callable<Integer> {
  /** What can be read. */
  enum Format {
    deskdrop
  }

  private static final int BATCH = 500;
  private static final int SHOWN_REFUSALS = 10;

  @Parameters(index = "0", paramLabel = "FORMAT", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Format format;

  @Parameters(index = "1", paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Parameters(index = "2", paramLabel = "FILE", description = "The file; .zst and .gz are fine.")
  private Path file;

  /** What became of the records. */
  private long accepted;

  private long duplicate;
  private final List<String> refusals = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Project project = Project.load(directory);
    Deskdrop.Contents contents =
        switch (format) {
          case deskdrop -> Deskdrop.read(file);
        };
    for (Deskdrop.Refused refused : contents.refused()) {
      refusals.add("line " + refused.line() + ": " + refused.why() + ": " + refused.text());
    }
    Optional<ServerFile> running = ServerFile.find(project.state());
    if (running.isPresent()) {
      send(new Api(running.get().uri()), contents);
    } else {
      try (Node node = Node.start(project, NodeOptions.onPort(0))) {
        send(new Api("http://127.0.0.1:" + node.port()), contents);
      }
    }
    return report(project, contents);
  }

  private void send(Api api, Deskdrop.Contents contents) throws InterruptedException {
    try (api) {
      post(api, "/v1/items", "items", contents.items());
      accepted = 0;
      duplicate = 0;
      post(api, "/v1/events", "events", contents.events());
      awaitLists(api);
    }
  }

  private void post(Api api, String path, String what, List<ObjectNode> records) {
    var progress = new Progress(what, records.size());
    for (int from = 0; from < records.size(); from += BATCH) {
      List<ObjectNode> batch = records.subList(from, Math.min(from + BATCH, records.size()));
      ArrayNode body = Api.JSON.createArrayNode().addAll(batch);
      JsonNode answer = api.post(path, body);
      accepted += answer.path("accepted").asLong();
      duplicate += answer.path("duplicate").asLong();
      JsonNode results = answer.path("results");
      for (int i = 0; i < results.size(); i++) {
        JsonNode result = results.get(i);
        if (result.path("verdict").asText().equals("rejected")) {
          refusals.add(
              "%s: %s (expected: %s): %s"
                  .formatted(
                      result.path("field").asText(),
                      result.path("value").asText(),
                      result.path("expected").asText(),
                      batch.get(i)));
        }
      }
      progress.at(from + batch.size());
    }
    progress.done(records.size());
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

  private int report(Project project, Deskdrop.Contents contents) throws IOException {
    System.out.printf(
        "%,d events: %,d new, %,d known already, %,d refused; %,d items%n",
        contents.events().size() + contents.refused().size(),
        accepted,
        duplicate,
        refusals.size(),
        contents.items().size());
    if (refusals.isEmpty()) {
      return 0;
    }
    refusals.stream().limit(SHOWN_REFUSALS).forEach(System.err::println);
    Path kept = project.state().resolve("import-refused.txt");
    Files.write(kept, refusals);
    System.err.printf("all %,d refused records are in %s%n", refusals.size(), kept);
    return 1;
  }
}
