package dev.imasugu.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens. On loopback in plain HTTP it is a {@link LoopbackServer}; else it listens
 * on the address given, by TLS if there is a certificate, and on a loopback port beside it for the
 * verbs of this machine.
 *
 * @param port 0 takes any free one
 * @param certificate a PEM file, or null for plain HTTP
 * @param privateKey of the certificate, or null
 * @param cors origins of pages that may call it
 */
public record PublicServer(
    String host,
    int port,
    @Nullable Path certificate,
    @Nullable Path privateKey,
    List<String> cors) {
  public PublicServer {
    cors = List.copyOf(cors);
  }

  /** Whether only processes of this machine reach it, unencrypted. */
  public boolean isLocal() {
    return address().isLoopbackAddress() && certificate == null;
  }

  /** Whether the address is one that other machines can reach. */
  public boolean isExposed() {
    return !address().isLoopbackAddress();
  }

  private InetAddress address() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "serve.host: %s (expected: an address of this machine)".formatted(host), e);
    }
  }

  /**
   * Starts a server's description; add services, build and start it.
   *
   * @throws IllegalStateException if there is no such address or file
   */
  public ServerBuilder builder(long maxBodyBytes, Duration drain) {
    ServerBuilder builder;
    if (isLocal()) {
      builder = LoopbackServer.builder(port, maxBodyBytes, drain);
    } else {
      var open = new InetSocketAddress(address(), port);
      builder =
          LoopbackServer.unbound(maxBodyBytes, drain)
              .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      if (certificate == null || privateKey == null) {
        builder.http(open);
      } else {
        builder
            .https(open)
            .tls(
                TlsKeyPair.of(
                    readable("private-key", privateKey), readable("certificate", certificate)));
      }
    }
    if (!cors.isEmpty()) {
      builder.decorator(
          CorsService.builder(cors)
              .allowRequestMethods(HttpMethod.GET, HttpMethod.POST)
              .allowRequestHeaders("authorization", "content-encoding", "content-type", "x-api-key")
              .maxAge(600)
              .newDecorator());
    }
    return builder;
  }

  private static File readable(String key, Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalStateException(
          "serve.%s: %s (expected: a PEM file that can be read)".formatted(key, file));
    }
    return file.toFile();
  }
}
