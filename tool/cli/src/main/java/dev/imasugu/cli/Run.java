package dev.imasugu.cli;

import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu run DIR}. */
@Command(
    name = "run",
    description = "Runs a project until it is interrupted: intake, queries, lists and the API.",
    footer = {"", "Example:   ./imasugu run shop --port 8650"})
final class Run implements Callable<Integer> {
  /** A role that can be left out. */
  enum Role {
    queries,
    recompute
  }

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Option(
      names = "--port",
      description = "Loopback port instead of the one in platform.yaml; 0 takes any free one.")
  private @Nullable Integer port;

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "ROLE",
      description =
          "Roles to leave out, to see what serving does without them: ${COMPLETION-CANDIDATES}.")
  private List<Role> without = List.of();

  @Override
  public Integer call() throws InterruptedException {
    var options =
        new NodeOptions(
            true, port, !without.contains(Role.queries), !without.contains(Role.recompute));
    Node node = Node.start(Project.load(directory), options);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      node.close();
                      stopped.countDown();
                    }));
    System.out.printf("listening on %s, stop with Ctrl-C%n", node.address());
    stopped.await();
    return 0;
  }
}
