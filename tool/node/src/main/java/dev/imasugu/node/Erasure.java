package dev.imasugu.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.domain.UserId;
import dev.imasugu.http.Json;
import dev.imasugu.http.Keys;
import dev.imasugu.ingest.Quarantine;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.Topic;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The receipt is written first, with the id in it: an erasure that a crash cuts off is finished at
 * the next start. When all is done the id goes, and what stays says when, and how much. First the
 * tombstone in the store, so that nobody reads the log's records while they are being deleted; then
 * the log; then what was refused. The statistics job's checkpoints may still name the person: they
 * are made anew by `compact`, which also rewrites the files, where deleted bytes still lie.
 */

/** Forgets people, and keeps a receipt of each in {@code .imasugu/erasures}. For many threads. */
final class Erasure {
  private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);

  private final Path folder;
  private final EventLog log;
  private final Store store;
  private final Supplier<List<FeatureTable>> tables;
  private final Quarantine quarantine;
  private final InstantSource clock;
  private final RandomGenerator random;

  Erasure(
      Path state,
      EventLog log,
      Store store,
      Supplier<List<FeatureTable>> tables,
      Quarantine quarantine,
      InstantSource clock,
      RandomGenerator random) {
    this.folder = state.resolve("erasures");
    this.log = log;
    this.store = store;
    this.tables = tables;
    this.quarantine = quarantine;
    this.clock = clock;
    this.random = random;
  }

  /** Forgets a person with their anonymous ids; returns the receipt's id when all is gone. */
  synchronized String erase(UserId user) {
    String id = HexFormat.of().toHexDigits(random.nextLong());
    var owners = new ArrayList<String>();
    owners.add(user.value());
    store
        .identities()
        .of(user.value())
        .forEach(anonymous -> owners.add(UserId.anonymous(anonymous).value()));
    ObjectNode receipt =
        Json.object().put("id", id).put("state", "begun").put("requestedAt", now().toString());
    owners.forEach(receipt.putArray("owners")::add);
    write(id, receipt);
    finish(receipt);
    return id;
  }

  /** Finishes what a crash has cut off. */
  synchronized void resume() {
    for (ObjectNode receipt : receipts()) {
      if (receipt.path("state").asText().equals("begun")) {
        LOG.info("erasure resumed id={}", receipt.path("id").asText());
        finish(receipt);
      }
    }
  }

  private void finish(ObjectNode receipt) {
    List<String> owners = receipt.path("owners").valueStream().map(JsonNode::asText).toList();
    long events = 0;
    for (String owner : owners) {
      store.erasures().erase(owner, log.end(Topic.EVENTS, log.partition(owner)), tables.get());
      events += log.eraseKey(Topic.EVENTS, owner).join();
      log.eraseKey(Topic.USERS, owner).join();
    }
    quarantine.dropAbout(
        owners.stream()
            .map(
                owner ->
                    owner.startsWith(UserId.ANONYMOUS_PREFIX)
                        ? owner.substring(UserId.ANONYMOUS_PREFIX.length())
                        : owner)
            .toList());
    receipt.remove("owners");
    receipt
        .put("state", "erased")
        .put("erasedAt", now().toString())
        .put("events", events)
        .put("anonymousIds", owners.size() - 1);
    write(receipt.path("id").asText(), receipt);
    LOG.info("erased id={} events={}", receipt.path("id").asText(), events);
  }

  /** Whether checkpoints and files may still hold bytes of somebody erased. */
  synchronized boolean needsCompaction() {
    return receipts().stream().anyMatch(each -> each.path("state").asText().equals("erased"));
  }

  /** Notes that nothing is left of those erased before an instant. */
  synchronized void compacted(Instant startedAt) {
    for (ObjectNode receipt : receipts()) {
      boolean erased = receipt.path("state").asText().equals("erased");
      if (erased && Instant.parse(receipt.path("erasedAt").asText()).isBefore(startedAt)) {
        receipt.put("state", "compacted").put("compactedAt", now().toString());
        write(receipt.path("id").asText(), receipt);
      }
    }
  }

  /** Returns a receipt without the names of an erasure that is under way, or null. */
  synchronized @Nullable JsonNode find(String id) {
    for (ObjectNode receipt : receipts()) {
      if (receipt.path("id").asText().equals(id)) {
        receipt.remove("owners");
        return receipt;
      }
    }
    return null;
  }

  private List<ObjectNode> receipts() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      var receipts = new ArrayList<ObjectNode>();
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
        receipts.add((ObjectNode) Json.parse(Files.readAllBytes(file)));
      }
      return receipts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String id, ObjectNode receipt) {
    Keys.writePrivate(folder.resolve(id + ".json"), receipt.toPrettyString() + "\n");
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
