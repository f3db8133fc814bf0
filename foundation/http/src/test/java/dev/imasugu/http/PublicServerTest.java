package dev.imasugu.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicServerTest {
  private static final String PASSWORD = "of-this-test";

  @TempDir private Path folder;

  @Test
  void builder_certificate_speaksTlsThereAndPlainOnlyOnLoopbackBesideIt() throws Exception {
    KeyStore keys = makeKeys();
    Path certificate = pem("CERTIFICATE", keys.getCertificate("shop").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("shop", PASSWORD.toCharArray()).getEncoded());
    var where = new PublicServer("127.0.0.1", 0, certificate, key, List.of());

    try (Server server =
        where
            .builder(1_000, Duration.ZERO)
            .service("/", (_, _) -> HttpResponse.of("here"))
            .build()) {
      server.start().join();
      int secure =
          server.activePorts().values().stream()
              .filter(port -> port.hasHttps())
              .mapToInt(port -> port.localAddress().getPort())
              .findFirst()
              .orElseThrow();

      assertThat(get(trusting(keys), "https://localhost:" + secure + "/")).isEqualTo("here");
      assertThatThrownBy(() -> get(trusting(keys), "http://localhost:" + secure + "/"))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(HttpClient.newHttpClient(), "https://localhost:" + secure + "/"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void builder_noSuchCertificate_saysWhichFile() {
    Path absent = folder.resolve("absent.pem");
    var where = new PublicServer("127.0.0.1", 0, absent, absent, List.of());

    assertThatThrownBy(() -> where.builder(1_000, Duration.ZERO))
        .hasMessageContaining("serve.private-key")
        .hasMessageContaining("absent.pem");
  }

  private KeyStore makeKeys() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "shop",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }

  private Path pem(String what, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what));
  }

  private static HttpClient trusting(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("shop", keys.getCertificate("shop"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static String get(HttpClient client, String address)
      throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(20)).build(),
            BodyHandlers.ofString())
        .body();
  }
}
