package dev.imasugu.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imasugu.http.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code .imasugu/server.json}: how the verbs find the running server.
 *
 * @param pid the server's process
 * @param port of the API on loopback
 * @param token a key that may do everything, as long as the process lives
 */
public record ServerFile(long pid, int port, String token) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the server of a project if its process lives. */
  public static Optional<ServerFile> find(Path state) {
    Path file = state.resolve("server.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      var server =
          new ServerFile(
              json.path("pid").asLong(), json.path("port").asInt(), json.path("token").asText());
      return ProcessHandle.of(server.pid).filter(ProcessHandle::isAlive).map(_ -> server);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  void write(Path state) {
    Keys.writePrivate(
        state.resolve("server.json"),
        "{\"pid\":%d,\"port\":%d,\"token\":\"%s\"}\n".formatted(pid, port, token));
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
