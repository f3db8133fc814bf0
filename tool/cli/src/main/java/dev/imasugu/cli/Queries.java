package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Plans;
import dev.imasugu.node.ServerFile;
import dev.imasugu.store.FeatureTable;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code imasugu queries DIR}. */
@Command(
    name = "queries",
    description = "Shows the continuous queries of a project and how they are doing.",
    footer = {"", "Example:   ./imasugu queries shop"})
final class Queries implements Callable<Integer> {
  private static final String FORMAT = "%-20s %-11s %-12s %10s %9s  %s%n";

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Override
  public Integer call() {
    Project project = Project.load(directory);
    Optional<ServerFile> running = ServerFile.find(project.state());
    System.out.printf(FORMAT, "query", "kind", "state", "lag", "restarts", "error");
    if (running.isEmpty()) {
      for (FeatureTable table : Plans.of(project).tables()) {
        String kind = table.kind().profile() ? "profile" : "statistics";
        System.out.printf(FORMAT, table.name(), kind, "not running", "", "", "");
      }
      return 0;
    }
    try (Api api = new Api(running.get().uri(), running.get().token())) {
      JsonNode status = api.get("/v1/queries");
      for (JsonNode query : status.path("queries")) {
        System.out.printf(
            FORMAT,
            query.path("name").asText(),
            query.path("kind").asText(),
            query.path("state").asText(),
            query.path("lag").asText(),
            query.path("restarts").asText(),
            query.path("error").isNull() ? "" : query.path("error").asText());
      }
      System.out.printf("dirty users: %,d%n", status.path("dirtyUsers").asLong());
    }
    return 0;
  }
}
