package dev.imasugu.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu quarantine list|show|resubmit|drop DIR}. */
@Command(
    name = "quarantine",
    description = "Refused events: look at them, correct and resubmit them, or drop them.",
    synopsisSubcommandLabel = "(list | show | resubmit | drop)",
    footer = {
      "",
      "Example:   ./imasugu quarantine list shop --field type",
      "           ./imasugu quarantine resubmit shop --all --field type --patch '{\"type\":\"view\"}'"
    })
final class QuarantineVerb {
  private static final int PAGE = 500;
  private static final int SHOWN = 100;

  /** Which entries. */
  static final class Chosen {
    @Parameters(index = "0", paramLabel = "DIR", description = "The project folder.")
    private Path directory;

    @Parameters(
        index = "1..*",
        paramLabel = "ID",
        description = "Numbers of entries, as list shows them.")
    private List<Long> ids = List.of();

    @Option(names = "--all", description = "Every entry, or every one that --field chooses.")
    private boolean all;

    @Option(names = "--field", description = "Only entries refused for this field.")
    private String field = "";

    List<Long> ids(Api api) {
      if (all == !ids.isEmpty()) {
        throw new IllegalArgumentException("ID: none and no --all (expected: one of the two)");
      }
      return all
          ? entries(api, field, Integer.MAX_VALUE).stream().map(QuarantineVerb::id).toList()
          : ids;
    }
  }

  private static long id(JsonNode entry) {
    return entry.path("id").asLong();
  }

  private static List<JsonNode> entries(Api api, String field, int limit) {
    var entries = new ArrayList<JsonNode>();
    JsonNode next = Api.JSON.getNodeFactory().numberNode(0);
    while (next.isNumber() && entries.size() < limit) {
      JsonNode page =
          api.get(
              "/v1/quarantine?from=%d&limit=%d&field=%s"
                  .formatted(
                      next.asLong(), Math.min(PAGE, limit - entries.size()), Api.encode(field)));
      page.path("entries").forEach(entries::add);
      next = page.path("next");
    }
    return entries;
  }

  @Command(name = "list", description = "Lists entries, oldest first.")
  int list(
      @Parameters(paramLabel = "DIR", description = "The project folder.") Path directory,
      @Option(
              names = "--field",
              defaultValue = "",
              description = "Only entries refused for this field.")
          String field,
      @Option(
              names = "--limit",
              defaultValue = "" + SHOWN,
              description = "At most so many; ${DEFAULT-VALUE} if absent.")
          int limit) {
    try (Server server = Server.of(directory)) {
      System.out.printf("%8s  %-24s %-16s %-24s %s%n", "id", "at", "field", "value", "source");
      List<JsonNode> entries = entries(server.api(), field, limit);
      for (JsonNode entry : entries) {
        System.out.printf(
            "%8d  %-24s %-16s %-24s %s%n",
            id(entry),
            entry.path("at").asText(),
            entry.path("field").asText(),
            entry.path("value").asText().replaceAll("\\s+", " "),
            entry.path("source").asText());
      }
      System.out.printf("%,d shown%n", entries.size());
    }
    return 0;
  }

  @Command(name = "show", description = "Shows one entry whole.")
  int show(
      @Parameters(paramLabel = "DIR", description = "The project folder.") Path directory,
      @Parameters(paramLabel = "ID", description = "The entry's number.") long id) {
    try (Server server = Server.of(directory)) {
      System.out.println(server.api().get("/v1/quarantine/" + id).toPrettyString());
    }
    return 0;
  }

  @Command(
      name = "resubmit",
      description = "Reads entries again as if they had just come in; those accepted leave.")
  int resubmit(
      @Mixin Chosen chosen,
      @Option(
              names = "--patch",
              defaultValue = "",
              description = "JSON merged into each payload first; null removes a field.")
          String patch)
      throws JsonProcessingException {
    JsonNode merged = patch.isEmpty() ? null : Api.JSON.readTree(patch);
    long accepted = 0;
    long duplicate = 0;
    long rejected = 0;
    try (Server server = Server.of(chosen.directory)) {
      List<Long> ids = chosen.ids(server.api());
      for (int from = 0; from < ids.size(); from += PAGE) {
        ObjectNode request = request(ids, from);
        if (merged != null) {
          request.set("patch", merged);
        }
        JsonNode answer = server.api().post("/v1/quarantine/resubmit", request);
        accepted += answer.path("accepted").asLong();
        duplicate += answer.path("duplicate").asLong();
        rejected += answer.path("rejected").asLong();
        for (JsonNode result : answer.path("results")) {
          if (result.path("verdict").asText().equals("rejected")) {
            System.err.printf(
                "%d  %s: %s (expected: %s)%n",
                result.path("quarantine").asLong(),
                result.path("field").asText(),
                result.path("value").asText(),
                result.path("expected").asText());
          }
        }
      }
    }
    System.out.printf(
        "%,d accepted, %,d known already, %,d refused again%n", accepted, duplicate, rejected);
    return rejected == 0 ? 0 : 1;
  }

  @Command(name = "drop", description = "Forgets entries.")
  int drop(@Mixin Chosen chosen) {
    try (Server server = Server.of(chosen.directory)) {
      List<Long> ids = chosen.ids(server.api());
      for (int from = 0; from < ids.size(); from += PAGE) {
        server.api().post("/v1/quarantine/drop", request(ids, from));
      }
      System.out.printf("%,d dropped%n", ids.size());
    }
    return 0;
  }

  private static ObjectNode request(List<Long> ids, int from) {
    ObjectNode request = Api.JSON.createObjectNode();
    ArrayNode some = request.putArray("ids");
    ids.subList(from, Math.min(from + PAGE, ids.size())).forEach(some::add);
    return request;
  }
}
