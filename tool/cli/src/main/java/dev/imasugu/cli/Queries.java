package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Plans;
import dev.imasugu.node.ServerFile;
import dev.imasugu.store.FeatureTable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
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
  private static final String FORMAT =
      "%-20s %-4s %-13s %-14s %10s %8s %8s %7s %6s %11s %9s %8s %8s  %s%n";

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Override
  public Integer call() {
    Project project = Project.load(directory);
    Optional<ServerFile> running = ServerFile.find(project.state());
    if (running.isEmpty()) {
      for (FeatureTable table : Plans.of(project).tables()) {
        System.out.printf("%-20s not running%n", table.name());
      }
      return 0;
    }
    System.out.printf(
        FORMAT,
        "query",
        "ver",
        "job",
        "state",
        "lag",
        "lag s",
        "restarts",
        "late",
        "quar.",
        "checkpoint",
        "size",
        "rows/s",
        "us/event",
        "");
    try (Api api = new Api(running.get().uri(), running.get().token())) {
      JsonNode status = api.get("/v1/queries");
      for (JsonNode query : status.path("queries")) {
        print(query);
      }
      System.out.printf("dirty users: %,d%n", status.path("dirtyUsers").asLong());
      if (!status.path("applyFailure").isNull()) {
        System.out.printf("the last apply failed: %s%n", status.path("applyFailure").asText());
      }
    }
    return 0;
  }

  private static void print(JsonNode query) {
    boolean live = query.path("live").asBoolean();
    JsonNode at = query.path("checkpointAt");
    System.out.printf(
        Locale.ROOT,
        FORMAT,
        query.path("name").asText(),
        "v" + query.path("version").asInt(),
        query.path("job").asText(),
        live
            ? query.path("state").asText()
            : "%s %.0f%%"
                .formatted(query.path("state").asText(), 100 * query.path("built").asDouble()),
        query.path("lag").asText(),
        "%.1f".formatted(query.path("lagSeconds").asDouble()),
        query.path("restarts").asText(),
        query.path("lateRows").asText(),
        query.path("quarantinedRows").asText(),
        at.isNull() ? "-" : age(Instant.parse(at.asText())) + " ago",
        at.isNull() ? "-" : size(query.path("checkpointBytes").asLong()),
        "%.0f".formatted(query.path("rowsPerSecond").asDouble()),
        "%.1f".formatted(query.path("cpuMicrosPerEvent").asDouble()),
        query.path("error").isNull() ? "" : query.path("error").asText());
  }

  private static String age(Instant at) {
    Duration age = Duration.between(at, Clock.systemUTC().instant());
    return age.toSeconds() + " s";
  }

  private static String size(long bytes) {
    return bytes < 1 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
  }
}
