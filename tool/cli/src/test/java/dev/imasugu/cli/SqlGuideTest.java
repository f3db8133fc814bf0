package dev.imasugu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.node.Plans;
import dev.imasugu.query.QueryException;
import dev.imasugu.query.QueryPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/sql.md says: its files, its tests, its requests, and looks at its lists. */
@Timeout(300)
class SqlGuideTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\S+)(?: (\\S+))?\\n(.*?)^```$");

  @TempDir Path folder;

  private record Block(String language, String file, String text) {}

  private static List<Block> blocks() throws IOException {
    return BLOCK
        .matcher(Files.readString(Path.of("../../docs/sql.md")))
        .results()
        .map(
            found ->
                new Block(
                    found.group(1), found.group(2) == null ? "" : found.group(2), found.group(3)))
        .toList();
  }

  private static String only(String language) throws IOException {
    List<Block> found = blocks().stream().filter(b -> b.language.equals(language)).toList();
    assertThat(found).as(language).hasSize(1);
    return found.getFirst().text;
  }

  @Test
  void guide_fromItsFirstLineToItsLast_isTrue() throws Exception {
    Path project = folder.resolve("shop");
    Init.create(project, Init.FIRST);
    for (Block block : blocks()) {
      if (!block.file.isEmpty()) {
        Path file = project.resolve(block.file);
        Files.createDirectories(file.getParent());
        Files.writeString(file, block.text);
      }
    }
    Plans.of(Project.load(project)).check();
    var output = new ByteArrayOutputStream();
    try (var out = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      assertThat(TestSql.run(project, "", out)).as("%s", output).isZero();
    }
    mistake(project);
    for (String file :
        List.of("guide_decayed_sum", "guide_top_n", "guide_distinct_recent", "guide_sessions")) {
      Files.delete(project.resolve("sql/" + file + ".sql"));
    }
    try (Node node = Node.start(Project.load(project), NodeOptions.onPort(0));
        var api = new Api("http://127.0.0.1:" + node.port(), node.token())) {
      node.awaitRunning(java.time.Duration.ofMinutes(2));
      for (String line : only("http").lines().toList()) {
        Matcher request = Pattern.compile("(\\S+) (\\S+) (.*)").matcher(line);
        assertThat(request.matches()).isTrue();
        awaitRead(api); // of an item that changes faster than it is read, nobody sees the change
        api.send(request.group(1), request.group(2), request.group(3));
      }
      await(api, "price-drops", "dress", "user-items");
      await(api, "cart", "dress", "recent");
      assertThat(shell(project, "SELECT item_id, type FROM events"))
          .contains("+I\tdress\tadd_to_cart");
      assertThat(shell(project, "SELECT user_id, item_id FROM carted")).contains("+I\tmia\tdress");
    }
  }

  /** The slip that the page shows, answered as the page says. */
  private static void mistake(Path project) throws IOException {
    Path file = project.resolve("sql/cart_items.sql");
    String good = Files.readString(file);
    Files.writeString(file, good.replace("SELECT user_id, item_id", "SELECT user_id, itm_id"));
    QueryPlan plan = Plans.of(Project.load(project));
    assertThatThrownBy(plan::check)
        .isInstanceOf(QueryException.class)
        .hasMessage(only("text").strip());
    Files.writeString(file, good);
  }

  private static void awaitRead(Api api) throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      Thread.sleep(300);
      if (api.get("/v1/queries")
          .path("queries")
          .valueStream()
          .allMatch(q -> q.path("lag").asLong() == 0)) {
        return;
      }
    }
    throw new AssertionError("the queries do not keep up");
  }

  /** The first row that the shell shows of what the log holds. */
  private static String shell(Path project, String sql) {
    PrintStream before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      String[] line = {
        "sql-shell", project.toString(), "--from", "retained", "--rows", "1", "--seconds", "60", sql
      };
      assertThat(Imasugu.run(line)).isZero();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void await(Api api, String placement, String item, String source)
      throws InterruptedException {
    String last = "";
    for (int i = 0; i < 300; i++) {
      JsonNode list = api.get("/v1/placements/" + placement + "/recommendations?user=mia");
      last = list.toString();
      if (list.at("/items/0/id").asText().equals(item)
          && list.at("/items/0/source").asText().equals(source)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError(placement + ": " + last);
  }
}
