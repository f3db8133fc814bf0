package dev.imasugu.cli;

import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.shop.HttpSite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server of the default project in a folder of its own, which goes with it. Ctrl-C interrupts the
 * thread that opened it, so that it can sum up.
 */
final class TemporaryServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final Node node;
  private final Api api;

  private TemporaryServer(Node node) {
    this.node = node;
    this.api = new Api("http://127.0.0.1:" + node.port(), node.token());
  }

  /**
   * Starts one; its queries come up behind it.
   *
   * @param files of the default project
   * @param port another one is taken if it is in use; 0 for any
   */
  static TemporaryServer start(List<String> files, int port) throws IOException {
    Path folder = Files.createTempDirectory("imasugu-");
    var main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      main.interrupt();
                      try {
                        main.join(Duration.ofSeconds(10));
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                      delete(folder);
                    }));
    Path project = folder.resolve("shop");
    Init.create(project, files);
    return new TemporaryServer(
        Node.start(Project.load(project), NodeOptions.onPort(freePort(port))));
  }

  Api api() {
    return api;
  }

  /** The same for a shop. */
  HttpSite site() {
    return new HttpSite(URI.create("http://127.0.0.1:" + node.port()), node.token());
  }

  int port() {
    return node.port();
  }

  void awaitRunning() throws InterruptedException {
    node.awaitRunning(PATIENCE);
  }

  /** Waits until every list is of all events. */
  void awaitDrained() throws InterruptedException {
    node.awaitDrained(PATIENCE);
  }

  @Override
  public void close() {
    api.close();
    node.close();
  }

  private static int freePort(int wanted) {
    try (var _ = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return wanted;
    } catch (IOException e) {
      return 0;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.err.println("not deleted: " + folder + ": " + e.getMessage());
    }
  }
}
