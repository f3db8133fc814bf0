package dev.imasugu.cli;

import dev.imasugu.config.Durations;
import dev.imasugu.config.Project;
import dev.imasugu.http.Key;
import dev.imasugu.http.Keys;
import dev.imasugu.http.Scope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu keys create|list|rotate|revoke DIR}. */
@Command(
    name = "keys",
    description = {
      "Keys of the API. A running server follows within a second. Only hashes are kept: a secret",
      "is shown once. Scopes: ingest (send events; may be public), read (lists), project (both,",
      "items, users, quarantine), admin (everything)."
    },
    synopsisSubcommandLabel = "(create | list | rotate | revoke)",
    footer = {
      "",
      "Example:   ./imasugu keys create shop --scope ingest --rate 200",
      "           ./imasugu keys rotate shop 1f3a55c0 --overlap 24h"
    })
final class KeysVerb {
  private static final int MOST_RATE = 1_000_000;

  private static Keys keys(Path directory) {
    return Keys.open(Project.load(directory).state(), InstantSource.system());
  }

  @Command(name = "create", description = "Makes a key and shows its secret, once.")
  int create(
      @Parameters(paramLabel = "DIR", description = "The project folder.") Path directory,
      @Option(
              names = "--scope",
              required = true,
              description = "One of: ingest, read, project, admin.")
          String scope,
      @Option(
              names = "--rate",
              defaultValue = "0",
              description =
                  "Requests a second at most, 0 for no bound; ${DEFAULT-VALUE} if absent.")
          int rate) {
    if (rate < 0 || rate > MOST_RATE) {
      throw new IllegalArgumentException(
          "--rate: %d (expected: 0 to %d)".formatted(rate, MOST_RATE));
    }
    show(keys(directory).create(scope(scope), rate, new SecureRandom()));
    return 0;
  }

  @Command(name = "list", description = "Lists the keys, without their secrets.")
  int list(@Parameters(paramLabel = "DIR", description = "The project folder.") Path directory) {
    System.out.printf("%-10s %-8s %10s  %-26s %s%n", "id", "scope", "rate", "created", "ends");
    for (Key key : keys(directory).list()) {
      System.out.printf(
          "%-10s %-8s %10s  %-26s %s%n",
          key.id(),
          key.scope().name().toLowerCase(Locale.ROOT),
          key.ratePerSecond() == 0 ? "" : key.ratePerSecond(),
          key.createdAt(),
          key.expiresAt() == null ? "" : key.expiresAt());
    }
    return 0;
  }

  @Command(
      name = "rotate",
      description = "Makes a key like another one, which goes on for a while.")
  int rotate(
      @Parameters(paramLabel = "DIR", description = "The project folder.") Path directory,
      @Parameters(paramLabel = "ID", description = "The key's id.") String id,
      @Option(
              names = "--overlap",
              defaultValue = "24h",
              description = "How long the old one goes on; ${DEFAULT-VALUE} if absent.")
          String overlap) {
    show(keys(directory).rotate(id, Durations.parse(overlap), new SecureRandom()));
    return 0;
  }

  @Command(name = "revoke", description = "Ends a key at once.")
  int revoke(
      @Parameters(paramLabel = "DIR", description = "The project folder.") Path directory,
      @Parameters(paramLabel = "ID", description = "The key's id.") String id) {
    keys(directory).revoke(id);
    System.out.printf("revoked %s%n", id);
    return 0;
  }

  static void show(Keys.Created created) {
    System.out.printf(
        "%-8s %s   id %s%n",
        created.key().scope().name().toLowerCase(Locale.ROOT),
        created.secret(),
        created.key().id());
  }

  private static Scope scope(String name) {
    for (Scope scope : Scope.values()) {
      if (scope.name().toLowerCase(Locale.ROOT).equals(name)) {
        return scope;
      }
    }
    throw new IllegalArgumentException(
        "--scope: %s (expected one of: ingest, read, project, admin)".formatted(name));
  }
}
