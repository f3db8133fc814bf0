package dev.imasugu.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * {@code .imasugu/server.json}: how the verbs find the running server.
 *
 * @param pid the server's process
 * @param port of the API on loopback
 */
public record ServerFile(long pid, int port) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the server of a project if its process lives. */
  public static Optional<ServerFile> find(Path state) {
    Path file = state.resolve("server.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      var server = new ServerFile(json.path("pid").asLong(), json.path("port").asInt());
      return ProcessHandle.of(server.pid).filter(ProcessHandle::isAlive).map(_ -> server);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  void write(Path state) {
    try {
      Path next = state.resolve("server.json.next");
      Files.writeString(next, "{\"pid\":%d,\"port\":%d}\n".formatted(pid, port));
      Files.move(
          next,
          state.resolve("server.json"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void remove(Path state) {
    try {
      Files.deleteIfExists(state.resolve("server.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The API's address. */
  public String uri() {
    return "http://127.0.0.1:" + port;
  }
}
