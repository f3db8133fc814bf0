package dev.imasugu.cli;

import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.node.ServerFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The API of a project: that of its running server or, while none runs, of one that lives as long
 * as the verb.
 */
final class Server implements AutoCloseable {
  private final @Nullable Node own;
  private final Api api;

  private Server(@Nullable Node own, Api api) {
    this.own = own;
    this.api = api;
  }

  /** Connects; a server of our own takes no other role than intake and serving. */
  static Server of(Path directory) {
    return of(Project.load(directory), new NodeOptions(true, 0, false, false));
  }

  /**
   * Connects.
   *
   * @param options which roles a server of our own takes
   */
  static Server of(Project project, NodeOptions options) {
    Optional<ServerFile> running = ServerFile.find(project.state());
    if (running.isPresent()) {
      return new Server(null, new Api(running.get().uri(), running.get().token()));
    }
    Node node = Node.start(project, options);
    return new Server(node, new Api("http://127.0.0.1:" + node.port(), node.token()));
  }

  Api api() {
    return api;
  }

  @Override
  public void close() {
    api.close();
    if (own != null) {
      own.close();
    }
  }
}
