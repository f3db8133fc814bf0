package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Flink cluster may run on Java 17: there our functions must load and run. */
class Java17Test {
  @TempDir Path folder;

  @Test
  @Timeout(240)
  void functions_inFlinkOnJava17_run() throws Exception {
    Path java = findJava17();
    assumeTrue(java != null, "no JDK 17 in JAVA17_HOME or /usr/lib/jvm");
    Path output = folder.resolve("output");
    var command = new ArrayList<String>();
    command.add(String.valueOf(java));
    for (String opened : List.of("java.lang", "java.util", "java.util.concurrent", "java.net")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            classPath(),
            Path.of("src/test/resources/OnJava17.java").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output))
        .contains("[dress, [+I[hat, ")
        .contains("[mia, [+I[scarf, 0.003], +I[hat, 0.002]]]")
        .contains("[ctr, 0.");
  }

  /** The functions and Flink; nothing of ours that is compiled for a newer Java. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("imasugu") || entry.contains("query-functions"))
        .filter(entry -> !entry.contains("test-classes"))
        .filter(entry -> entry.endsWith(".jar") || entry.contains("query-functions"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static @Nullable Path findJava17() throws IOException {
    var homes = new ArrayList<Path>();
    String given = System.getenv("JAVA17_HOME");
    if (given != null) {
      homes.add(Path.of(given));
    }
    if (Files.isDirectory(Path.of("/usr/lib/jvm"))) {
      try (Stream<Path> found = Files.list(Path.of("/usr/lib/jvm"))) {
        homes.addAll(found.filter(path -> path.getFileName().toString().contains("17")).toList());
      }
    }
    return homes.stream()
        .filter(home -> Files.isExecutable(home.resolve("bin/javac")))
        .map(home -> home.resolve("bin/java"))
        .findFirst()
        .orElse(null);
  }
}
