package dev.imasugu.benchmark;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import dev.imasugu.node.ServerFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code imasugu run} in a process of its own, on a copy of the default project. */
final class ServerProcess implements AutoCloseable {
  /** What waits less has a time limit of its own; a full machine answers late. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path directory;
  private final Process process;
  private @Nullable WebClient client;

  private ServerProcess(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /**
   * Starts the project in a folder that {@link #project} has made; returns when the API answers.
   */
  ServerProcess(Path directory, List<String> without) {
    this(directory, run(directory, without));
    connect();
  }

  /** Starts the process and returns at once; {@link #connect} waits for the API. */
  static ServerProcess launch(Path directory) {
    return new ServerProcess(directory, run(directory, List.of()));
  }

  private static final List<String> PLACEMENTS =
      List.of("placements/home.yaml", "placements/recently-viewed.yaml");

  /**
   * Copies the default project into a new temporary folder: its settings, two of its placements,
   * and of its queries those that the two name.
   */
  static Path project() {
    String root = System.getProperty("imasugu.root");
    if (root == null) {
      throw new IllegalStateException("imasugu.root: <absent> (expected: set by ./imasugu)");
    }
    Path from = Path.of(root, "examples", "shop");
    try (Stream<Path> files = Files.walk(from)) {
      Path to = Files.createTempDirectory("imasugu-bench-");
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = from.relativize(file).toString().replace(File.separatorChar, '/');
        Path target = to.resolve(name);
        if (isUsed(from, name)) {
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isUsed(Path project, String file) throws IOException {
    if (file.startsWith("sql/") && file.endsWith(".sql")) {
      String table = file.substring("sql/".length(), file.length() - ".sql".length());
      for (String placement : PLACEMENTS) {
        if (Files.readString(project.resolve(placement)).contains(table)) {
          return true;
        }
      }
      return false;
    }
    return PLACEMENTS.contains(file) || !file.contains("/");
  }

  private static Process run(Path directory, List<String> without) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A debugger's or profiler's agent belongs to this process only.
      if (!argument.startsWith("-agent")) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "dev.imasugu.cli.Imasugu",
            "run",
            directory.toString(),
            "--port",
            "0"));
    if (!without.isEmpty()) {
      command.addAll(List.of("--without", String.join(",", without)));
    }
    try {
      Files.deleteIfExists(directory.resolve(".imasugu/server.json"));
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(
              ProcessBuilder.Redirect.appendTo(directory.resolve("server.log").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the API answers. */
  void connect() {
    client = WebClient.builder("h2c://127.0.0.1:" + awaitPort()).responseTimeout(PATIENCE).build();
  }

  private int awaitPort() {
    for (int i = 0; i < 12_000 && process.isAlive(); i++) {
      Optional<ServerFile> server =
          ServerFile.find(directory.resolve(".imasugu"))
              .filter(found -> found.pid() == process.pid());
      if (server.isPresent()) {
        return server.get().port();
      }
      sleep(Duration.ofMillis(10));
    }
    throw new IllegalStateException("the server did not start; see " + directory + "/server.log");
  }

  /** Waits until the queries have read the log and no user is dirty. */
  void awaitDrained(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      String status = get("/v1/queries").contentUtf8();
      boolean running =
          status.contains("\"running\"")
              && status.contains("\"settled\":true")
              && !status.contains("starting")
              && !status.contains("catching-up");
      if (running && status.contains("\"dirtyUsers\":0") && !status.matches(".*\"lag\":[1-9].*")) {
        return;
      }
      sleep(Duration.ofMillis(20));
    }
    throw new IllegalStateException("not drained: " + get("/v1/queries").contentUtf8());
  }

  /** Waits until no user is dirty, whatever the queries do. */
  void awaitClean(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!get("/v1/queries").contentUtf8().contains("\"dirtyUsers\":0")) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not clean: " + get("/v1/queries").contentUtf8());
      }
      sleep(Duration.ofMillis(20));
    }
  }

  /**
   * Waits until every query has begun to read.
   *
   * @throws IllegalStateException when one has failed
   */
  void awaitQueries(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      String status = get("/v1/queries").contentUtf8();
      if (status.contains("\"failed\"") || System.nanoTime() > end) {
        throw new IllegalStateException("queries do not run: " + status);
      }
      if (!status.contains("\"starting\"")) {
        return;
      }
      sleep(Duration.ofMillis(20));
    }
  }

  WebClient client() {
    WebClient connected = client;
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    return connected;
  }

  /** The address of the API, {@code http://127.0.0.1:PORT}. */
  URI address() {
    return URI.create("http://127.0.0.1:" + client().uri().getPort());
  }

  AggregatedHttpResponse get(String path) {
    return client().get(path).aggregate().join();
  }

  /** A value of {@code /metrics}: the line that starts with {@code name} and a blank. */
  double metric(String name) {
    return get("/metrics")
        .contentUtf8()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** CPU time of the process so far, all threads. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Resident memory in MiB; NaN where the system does not say. */
  double residentMib() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** What its heap holds after a collection. */
  HeapHistogram heap() {
    return HeapHistogram.of(process.pid());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills the process as {@code kill -9} does and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Asks the process to stop and waits until it has. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  /** Stops the process and deletes its folder. */
  void closeAndDelete() {
    close();
    delete(directory);
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
