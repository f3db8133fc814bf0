package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Plans;
import dev.imasugu.node.ServerFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu apply DIR}. */
@Command(
    name = "apply",
    description = {
      "Makes the project's queries and placements live without a restart.",
      "Unchanged queries keep running. A changed one is built beside the live version from the log,"
          + " and takes its place when it has caught up; lists are made of the old one until then.",
    },
    footer = {"", "Example:   ./imasugu apply shop --prune"})
final class ApplyVerb implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Option(names = "--prune", description = "Drop queries whose file is gone, with their rows.")
  private boolean prune;

  @Option(names = "--no-wait", description = "Return when it has begun.")
  private boolean noWait;

  @Override
  public Integer call() throws InterruptedException {
    Project project = Project.load(directory);
    Plans.of(project).check();
    Optional<ServerFile> running = ServerFile.find(project.state());
    if (running.isEmpty()) {
      PlanVerb.printPlan(directory, prune);
      System.out.printf(
          "%s is not running: a start does the same%s%n",
          directory, prune ? ", but drops nothing" : "");
      return 0;
    }
    try (Api api = new Api(running.get().uri(), running.get().token())) {
      JsonNode changes = api.send("POST", "/v1/queries/apply?prune=" + prune, "");
      boolean any = PlanVerb.print(changes);
      return !any || noWait ? 0 : await(api);
    }
  }

  /** Shows how the build goes until it is live. */
  private static int await(Api api) throws InterruptedException {
    String last = "";
    while (true) {
      JsonNode status = api.get("/v1/queries");
      if (!status.path("applyFailure").isNull()) {
        System.err.println("imasugu: " + status.path("applyFailure").asText());
        System.err.println("What was live stays live. Correct the file and apply again.");
        return 1;
      }
      var line = new StringBuilder();
      for (JsonNode query : status.path("queries")) {
        if (!query.path("live").asBoolean()) {
          line.append(line.isEmpty() ? "" : ", ").append(built(query));
        }
      }
      if (line.isEmpty()) {
        System.out.println("live");
        return 0;
      }
      if (!line.toString().equals(last)) {
        System.out.println(line);
        last = line.toString();
      }
      Thread.sleep(LOOK);
    }
  }

  private static String built(JsonNode query) {
    String name = "%s v%d".formatted(query.path("name").asText(), query.path("version").asInt());
    if (query.path("state").asText().equals("starting")) {
      return name + " is planned";
    }
    String eta =
        query.has("remainingSeconds")
            ? ", %.0f s left".formatted(query.path("remainingSeconds").asDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "%s %.0f %% at %,.0f/s%s",
        name,
        100 * query.path("built").asDouble(),
        query.path("rowsPerSecond").asDouble(),
        eta);
  }
}
