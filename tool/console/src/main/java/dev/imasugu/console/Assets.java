package dev.imasugu.console;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Files that pages load, kept in memory. Their names carry a version, so a browser may keep them.
 */
final class Assets {
  private record Asset(MediaType type, HttpData content) {}

  private static final MediaType SCRIPT = MediaType.parse("text/javascript; charset=utf-8");
  private static final Map<String, Asset> FILES =
      Map.of(
          "icon.svg",
          new Asset(MediaType.SVG_UTF_8, read("icon.svg")),
          "page.css",
          new Asset(MediaType.CSS_UTF_8, read("page.css")),
          "page.js",
          new Asset(SCRIPT, read("page.js")),
          "htmx.js",
          new Asset(SCRIPT, read("/META-INF/resources/webjars/htmx.org/2.0.4/dist/htmx.min.js")));

  private Assets() {}

  /** A part of addresses that changes with the files. */
  static String version() {
    return Integer.toHexString(
        FILES.values().stream().mapToInt(file -> Arrays.hashCode(file.content().array())).sum());
  }

  private static HttpData read(String name) {
    try (var in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return HttpData.wrap(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Endpoint endpoint() {
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) -> {
          String name = String.valueOf(context.pathParam("name"));
          Asset asset = FILES.get(name);
          if (asset == null) {
            throw new Problem(
                HttpStatus.NOT_FOUND,
                "asset: %s (expected one of: %s)"
                    .formatted(name, String.join(", ", FILES.keySet().stream().sorted().toList())));
          }
          return CompletableFuture.completedFuture(
              HttpResponse.of(
                  ResponseHeaders.builder(HttpStatus.OK)
                      .contentType(asset.type())
                      .set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable")
                      .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                      .build(),
                  asset.content()));
        });
  }
}
