package dev.imasugu.http;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TlsEngineType;

/** What of the HTTP server is set for the whole process. */
public final class ServerFlags implements FlagsProvider {
  /** Found by its name in {@code META-INF/services}. */
  public ServerFlags() {}

  @Override
  public int priority() {
    return 0;
  }

  /**
   * Who asks for the connection's end may read until it comes, and the default lets it wait three
   * seconds; at once would cut off a refusal whose client still sends.
   */
  @Override
  public Long defaultHttp1ConnectionCloseDelayMillis() {
    return 100L;
  }

  /** Flink carries a shaded Netty of its own version, which harms nobody. */
  @Override
  public Boolean warnNettyVersions() {
    return false;
  }

  /** OpenSSL would be unpacked at each start, and the JDK has TLS. */
  @Override
  public TlsEngineType tlsEngineType() {
    return TlsEngineType.JDK;
  }
}
