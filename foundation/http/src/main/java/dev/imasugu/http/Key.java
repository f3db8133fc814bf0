package dev.imasugu.http;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is kept: never the secret itself.
 *
 * @param id what people call it by
 * @param hash SHA-256 of the secret, hexadecimal; the secret is 192 random bits, so a plain hash
 *     cannot be searched
 * @param ratePerSecond requests a second, 0 for no bound
 * @param expiresAt when it ends, or null; set when it was rotated
 */
public record Key(
    String id,
    Scope scope,
    String hash,
    Instant createdAt,
    int ratePerSecond,
    @Nullable Instant expiresAt) {

  boolean isLive(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }
}
