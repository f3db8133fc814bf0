package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Project;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.node.ServerFile;
import dev.imasugu.serve.Answer;
import dev.imasugu.serve.Query;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu recommend DIR USER}. */
@Command(
    name = "recommend",
    description = "Shows the stored list of a user and where each item came from.",
    footer = {"", "Example:   ./imasugu recommend shop u17 --placement home --limit 10"})
final class Recommend implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Parameters(index = "1", paramLabel = "USER", description = "A user's id, or anonymous:<id>.")
  private String user;

  @Option(
      names = "--placement",
      defaultValue = "home",
      description = "Which list; ${DEFAULT-VALUE} if absent.")
  private String placement;

  @Option(
      names = "--limit",
      defaultValue = "10",
      description = "How many items, 1 to 1000; ${DEFAULT-VALUE} if absent.")
  private int limit;

  @Override
  public Integer call() {
    Project project = Project.load(directory);
    if (!project.placements().containsKey(placement)) {
      throw new IllegalArgumentException(
          "--placement: %s (expected one of: %s)"
              .formatted(
                  placement,
                  String.join(", ", project.placements().keySet().stream().sorted().toList())));
    }
    Optional<ServerFile> running = ServerFile.find(project.state());
    if (running.isPresent()) {
      try (Api api = new Api(running.get().uri(), running.get().token())) {
        show(
            api.get(
                "/v1/placements/%s/recommendations?user=%s&limit=%d&fields=title"
                    .formatted(placement, Api.encode(user), limit)));
      }
    } else {
      try (Node node = Node.start(project, NodeOptions.storeOnly())) {
        show(node, node.lists().find(new Query(placement, user, limit, Set.of(), AsOf.NONE)));
      }
    }
    return 0;
  }

  private void show(JsonNode answer) {
    head(
        answer.path("madeBy").asText(),
        answer.path("computedAt").asText(),
        answer.path("asOf").asText(),
        answer.path("fresh").asBoolean());
    int rank = 1;
    for (JsonNode item : answer.path("items")) {
      line(
          rank++,
          item.path("id").asText(),
          item.path("score").asDouble(),
          item.path("source").asText(),
          item.path("title").asText(""));
    }
  }

  private void show(Node node, Answer answer) {
    head(
        answer.madeBy(),
        String.valueOf(answer.computedAt()),
        answer.asOf().toString(),
        answer.fresh());
    int rank = 1;
    for (RecommendedItem each : answer.items()) {
      Item item = node.catalog().find(each.item().value());
      String title = item == null ? null : item.title();
      line(rank++, each.item().value(), each.score(), each.source(), title == null ? "" : title);
    }
  }

  private void head(String madeBy, String computedAt, String asOf, boolean fresh) {
    System.out.printf(
        "%s for %s: %s, computed %s, asOf %s, %s%n",
        placement, user, madeBy, computedAt, asOf, fresh ? "fresh" : "not fresh");
  }

  private static void line(int rank, String id, double score, String source, String title) {
    System.out.printf(Locale.ROOT, "%3d  %-24s %8.4f  %-12s %s%n", rank, id, score, source, title);
  }
}
