package dev.imasugu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Does what pages say, command by command, and compares what is printed with what they show. */
@Timeout(300)
class TutorialTest {
  private static final Pattern STEP =
      Pattern.compile("(?ms)^```sh\\n(.*?)^```$(?:\\n\\n```text\\n(.*?)^```$)?");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path folder;
  private @Nullable Node node;

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void tutorial_isTrue() throws Exception {
    follow("tutorial.md");
  }

  @Test
  void api_isTrue() throws Exception {
    Init.create(folder.resolve("shop"), Init.FIRST);
    start();
    follow("api.md");
  }

  private void follow(String page) throws Exception {
    assumeTrue(!bash("curl --version").isEmpty(), "no curl: not run (expected: curl and bash)");
    int steps = 0;
    Matcher step = STEP.matcher(Files.readString(Path.of("../../docs").resolve(page)));
    while (step.find()) {
      steps++;
      String commands = step.group(1);
      String expected = step.group(2) == null ? "" : step.group(2);
      String printed = run(commands);
      // A list follows within moments, on a busy machine within seconds; a verdict is there at
      // once.
      boolean atOnce = expected.contains("verdict");
      for (int i = 0; i < 20 && !matches(expected, printed) && !atOnce; i++) {
        Thread.sleep(500);
        printed = run(commands);
      }
      assertThat(matches(expected, printed))
          .as("%s:%n%s%nprints%n%s%nexpected%n%s", page, commands, printed, expected)
          .isTrue();
    }
    assertThat(steps).isGreaterThan(3);
  }

  private static boolean matches(String expected, String printed) {
    var pattern = new StringBuilder("(?s)");
    for (String part : expected.strip().split("…", -1)) {
      pattern.append(pattern.length() == 4 ? "" : ".*").append(Pattern.quote(part));
    }
    return expected.isEmpty() || printed.strip().matches(pattern.toString());
  }

  private String run(String commands) throws Exception {
    if (!commands.startsWith("./imasugu ")) {
      return bash(commands.replace("localhost:8650", "127.0.0.1:" + port()));
    }
    List<String> words = words(commands.strip());
    if (words.get(1).equals("run")) {
      start();
      return "listening on http://127.0.0.1:8650, stop with Ctrl-C";
    }
    var printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      String[] verb =
          words.stream()
              .skip(1)
              .map(word -> word.equals("shop") ? folder.resolve("shop").toString() : word)
              .toArray(String[]::new);
      assertThat(Imasugu.run(verb)).as(commands).isZero();
    } finally {
      System.setOut(before);
    }
    return printed
        .toString(StandardCharsets.UTF_8)
        .replace(folder.resolve("shop").toString(), "shop");
  }

  private void start() throws InterruptedException {
    Node started = Node.start(Project.load(folder.resolve("shop")), NodeOptions.onPort(0));
    node = started;
    started.awaitRunning(Duration.ofMinutes(2));
  }

  private int port() {
    return node == null ? 0 : node.port();
  }

  private static List<String> words(String command) {
    var words = new ArrayList<String>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  /** What commands print; empty when there is no shell. */
  private static String bash(String commands) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder("bash", "-c", commands)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return printed;
    } catch (IOException e) {
      if (commands.equals("curl --version")) {
        return "";
      }
      throw e;
    }
  }
}
