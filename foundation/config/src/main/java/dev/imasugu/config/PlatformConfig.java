package dev.imasugu.config;

import java.time.Duration;
import java.util.List;

/**
 * {@code platform.yaml}: engines and limits, the platform engineer's side of the contract. {@code
 * reference.yaml} beside this class explains every key.
 */
public record PlatformConfig(
    Log log,
    Store store,
    Catalog catalog,
    Query query,
    Intake intake,
    Recompute recompute,
    Serve serve) {

  /** What the platform does when nothing is written. */
  public static PlatformConfig defaults() {
    return YamlBinder.bind("platform.yaml", "", PlatformConfig.class);
  }

  /** What an acknowledged event has survived: the process, or a power cut too. */
  public enum Ack {
    WRITE,
    FSYNC
  }

  /** The event log. */
  public record Log(
      @Default("4") int partitions,
      @Default("write") Ack ack,
      @Default("90d") Duration retention,
      @Default("64MiB") Size queue) {
    public Log {
      Check.range("partitions", partitions, 1, 1_024);
      Check.range("queue", queue.bytes(), 1 << 20, 1L << 34);
    }
  }

  /** Features and lists. */
  public record Store(@Default("128MiB") Size cache, @Default("200000") int dirtyInMemory) {
    public Store {
      Check.range("cache", cache.bytes(), 8L << 20, 1L << 38);
      Check.range("dirty-in-memory", dirtyInMemory, 1, 100_000_000);
    }
  }

  /** The items in memory. */
  public record Catalog(@Default("1000000") int items) {
    public Catalog {
      Check.range("items", items, 1, 50_000_000);
    }
  }

  /** The continuous queries. */
  public record Query(
      @Default("1") int parallelism,
      @Default("60s") Duration checkpointInterval,
      @Default("90d") Duration stateTtl) {
    public Query {
      Check.range("parallelism", parallelism, 1, 64);
      Check.range("checkpoint-interval (ms)", checkpointInterval.toMillis(), 100, 3_600_000);
    }
  }

  /** What may come in. */
  public record Intake(
      @Default("1000") int batch,
      @Default("4MiB") Size body,
      @Default("64KiB") Size record,
      @Default("32MiB") Size inFlight,
      @Default("256MiB") Size diskReserve,
      @Default("10000") int quarantine) {
    public Intake {
      Check.range("batch", batch, 1, 100_000);
      Check.range("body", body.bytes(), 1 << 10, 1L << 30);
      Check.range("record", record.bytes(), 1 << 10, 1L << 20);
      Check.range("in-flight", inFlight.bytes(), body.bytes(), 1L << 36);
      Check.range("disk-reserve", diskReserve.bytes(), 0, 1L << 44);
      Check.range("quarantine", quarantine, 1, 10_000_000);
    }
  }

  /** The computation of lists. */
  public record Recompute(
      @Default("2") int workers, @Default("64") int batch, @Default("1s") Duration popularEvery) {
    public Recompute {
      Check.range("workers", workers, 1, 256);
      Check.range("batch", batch, 1, 10_000);
      Check.range("popular-every (ms)", popularEvery.toMillis(), 10, 3_600_000);
    }
  }

  /** Who must show a key. */
  public enum KeyRule {
    AUTO,
    REQUIRED
  }

  /**
   * The HTTP API.
   *
   * @param certificate a PEM file, relative to the project folder; empty for plain HTTP
   * @param privateKey of the certificate, likewise
   * @param cors origins of pages that may call it
   */
  public record Serve(
      @Default("127.0.0.1") String host,
      @Default("8650") int port,
      @Default("auto") KeyRule keys,
      @Default("") String certificate,
      @Default("") String privateKey,
      @Default("[]") List<String> cors,
      @Default("10000") int waiters,
      @Default("5s") Duration shutdown) {
    public Serve {
      cors = List.copyOf(cors);
      if (certificate.isEmpty() != privateKey.isEmpty()) {
        throw new IllegalArgumentException(
            "certificate: %s without its pair (expected: certificate and private-key, or neither)"
                .formatted(certificate.isEmpty() ? "<absent>" : certificate));
      }
      for (String origin : cors) {
        if (!origin.matches("https?://[^/*\\s]+")) {
          throw new IllegalArgumentException(
              "cors: %s (expected: an origin such as https://shop.example)".formatted(origin));
        }
      }
      Check.range("port", port, 0, 65_535);
      Check.range("waiters", waiters, 0, 1_000_000);
    }
  }
}
