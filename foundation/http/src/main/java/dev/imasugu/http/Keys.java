package dev.imasugu.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a project in a file, {@code .imasugu/keys.json}, readable by its owner alone. A
 * running server sees what the verbs change there within a second. Safe for many threads.
 */
public final class Keys {
  private static final String PREFIX = "ims_";
  private static final long LOOK_MILLIS = 1_000;

  /** A new key and its secret, which is nowhere else. */
  public record Created(Key key, String secret) {}

  private record Loaded(Map<String, Key> byHash, FileTime at) {}

  private final Path file;
  private final InstantSource clock;
  private volatile Loaded loaded;
  private volatile long lookAt;

  private Keys(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    this.loaded = load();
    this.lookAt = clock.millis() + LOOK_MILLIS;
  }

  /** Opens the keys in a folder; none when there is no file. */
  public static Keys open(Path folder, InstantSource clock) {
    return new Keys(folder.resolve("keys.json"), clock);
  }

  /** All keys, those that have expired included, oldest first. */
  public List<Key> list() {
    return load().byHash.values().stream()
        .sorted((a, b) -> a.createdAt().compareTo(b.createdAt()))
        .toList();
  }

  /** Whether there is no key. */
  public boolean isEmpty() {
    return current().byHash.isEmpty();
  }

  /** Returns the live key with this secret, or null. */
  @Nullable Key find(String secret) {
    Key key = current().byHash.get(hash(secret));
    return key != null && key.isLive(Instant.ofEpochMilli(clock.millis())) ? key : null;
  }

  /**
   * Makes a key.
   *
   * @param ratePerSecond requests a second, 0 for no bound
   * @param random must not be guessable
   */
  public synchronized Created create(Scope scope, int ratePerSecond, RandomGenerator random) {
    byte[] bits = new byte[24];
    random.nextBytes(bits);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    byte[] name = new byte[4];
    random.nextBytes(name);
    var key =
        new Key(
            HexFormat.of().formatHex(name),
            scope,
            hash(secret),
            Instant.ofEpochMilli(clock.millis()),
            ratePerSecond,
            null);
    var keys = new ArrayList<>(list());
    keys.add(key);
    store(keys);
    return new Created(key, secret);
  }

  /**
   * Makes a key like another, which goes on for a while, so that its users can change over.
   *
   * @throws IllegalArgumentException if there is no such key
   */
  public synchronized Created rotate(String id, Duration overlap, RandomGenerator random) {
    Key old = require(id);
    Created created = create(old.scope(), old.ratePerSecond(), random);
    Instant end = Instant.ofEpochMilli(clock.millis()).plus(overlap);
    var keys = new ArrayList<Key>();
    for (Key key : list()) {
      keys.add(
          key.id().equals(id)
              ? new Key(id, key.scope(), key.hash(), key.createdAt(), key.ratePerSecond(), end)
              : key);
    }
    store(keys);
    return created;
  }

  /**
   * Ends a key at once.
   *
   * @throws IllegalArgumentException if there is no such key
   */
  public synchronized void revoke(String id) {
    require(id);
    store(list().stream().filter(key -> !key.id().equals(id)).toList());
  }

  private Key require(String id) {
    return list().stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "key: %s (expected one of: %s)"
                        .formatted(id, String.join(", ", list().stream().map(Key::id).toList()))));
  }

  private Loaded current() {
    long now = clock.millis();
    if (now >= lookAt) {
      lookAt = now + LOOK_MILLIS;
      if (!modified().equals(loaded.at)) {
        loaded = load();
      }
    }
    return loaded;
  }

  private FileTime modified() {
    try {
      return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Loaded load() {
    FileTime at = modified();
    var keys = new HashMap<String, Key>();
    try {
      if (Files.exists(file)) {
        for (JsonNode node : Json.parse(Files.readAllBytes(file)).path("keys")) {
          var key =
              new Key(
                  node.path("id").asText(),
                  Scope.valueOf(node.path("scope").asText().toUpperCase(Locale.ROOT)),
                  node.path("hash").asText(),
                  Instant.parse(node.path("createdAt").asText()),
                  node.path("ratePerSecond").asInt(),
                  node.hasNonNull("expiresAt")
                      ? Instant.parse(node.path("expiresAt").asText())
                      : null);
          keys.put(key.hash(), key);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Loaded(Map.copyOf(keys), at);
  }

  private void store(List<Key> keys) {
    ObjectNode json = Json.object();
    var array = json.putArray("keys");
    for (Key key : keys) {
      array
          .addObject()
          .put("id", key.id())
          .put("scope", key.scope().name().toLowerCase(Locale.ROOT))
          .put("hash", key.hash())
          .put("createdAt", key.createdAt().toString())
          .put("ratePerSecond", key.ratePerSecond())
          .put("expiresAt", key.expiresAt() == null ? null : key.expiresAt().toString());
    }
    writePrivate(file, json.toPrettyString() + "\n");
    loaded = load();
  }

  /** Replaces a file that only its owner may read. */
  public static void writePrivate(Path file, String text) {
    try {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
      Files.createDirectories(folder);
      Path next = folder.resolve(file.getFileName() + ".next");
      Files.deleteIfExists(next);
      if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
        Files.createFile(
            next,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String hash(String secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
