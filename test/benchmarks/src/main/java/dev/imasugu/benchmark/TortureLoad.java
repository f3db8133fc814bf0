package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.imasugu.benchmark.RememberedItems.Write;
import dev.imasugu.domain.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Producers on threads of their own, from the start until the server is dead or they are told. */
final class TortureLoad {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RequestHeaders EVENTS = post("/v1/events");
  private static final int EVENT_PRODUCERS = 4;
  private static final int ITEM_PRODUCERS = 3;

  /** How many requests of {@link #settle} may have no answer: the machine may be full. */
  private static final int ATTEMPTS = 60;

  private static final Duration REQUEST = Duration.ofSeconds(20);

  private final WebClient client;
  private final RememberedEvents events;
  private final RememberedItems items;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  private TortureLoad(WebClient client, RememberedEvents events, RememberedItems items) {
    this.client = client;
    this.events = events;
    this.items = items;
  }

  /**
   * Starts.
   *
   * @param itemPause between two writes of one item producer
   */
  static TortureLoad start(
      WebClient client,
      RememberedEvents events,
      RememberedItems items,
      Duration itemPause,
      SplittableRandom random) {
    var load = new TortureLoad(client, events, items);
    for (int i = 0; i < EVENT_PRODUCERS; i++) {
      SplittableRandom own = random.split();
      load.run("events-" + i, () -> load.produceEvents(own));
    }
    for (int i = 0; i < ITEM_PRODUCERS; i++) {
      SplittableRandom own = random.split();
      int first = i;
      load.run("items-" + i, () -> load.produceItems(first, itemPause, own));
    }
    return load;
  }

  /** Sends what was left open until the server has acknowledged it all. */
  static void settle(WebClient client, RememberedEvents events, RememberedItems items) {
    var load = new TortureLoad(client, events, items);
    int unanswered = 0;
    for (List<Event> batch = events.openBatch(500);
        !batch.isEmpty();
        batch = events.openBatch(500)) {
      if (!load.send(batch) && ++unanswered == ATTEMPTS) {
        throw new IllegalStateException("the server does not take what was left open");
      }
    }
    var random = new SplittableRandom(0); // only items that were never written draw from it
    for (int item = 0; item < items.size(); item++) {
      while (items.isOpen(item) && !load.send(items.next(item, random))) {
        if (++unanswered < ATTEMPTS) {
          continue;
        }
        throw new IllegalStateException("the server does not take item " + item);
      }
    }
  }

  /** Waits for the producers; what has no answer stays open. */
  void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private void run(String name, Runnable loop) {
    threads.add(Thread.ofPlatform().name(name).daemon().start(loop));
  }

  private void produceEvents(SplittableRandom random) {
    while (!stopped && send(events.batch(random))) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(90)));
    }
  }

  private void produceItems(int first, Duration pause, SplittableRandom random) {
    int own = (items.size() - first + ITEM_PRODUCERS - 1) / ITEM_PRODUCERS;
    for (int item = first; item < items.size() && !stopped; item += ITEM_PRODUCERS) {
      if (items.isOpen(item) && !send(items.next(item, random))) {
        return;
      }
    }
    while (!stopped && send(items.next(first + ITEM_PRODUCERS * random.nextInt(own), random))) {
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  private boolean send(List<Event> batch) {
    AggregatedHttpResponse response = send(EVENTS, RememberedEvents.body(batch));
    if (response == null || response.status().code() != 200) {
      events.unanswered(batch);
      return false;
    }
    try {
      events.answered(batch, JSON.readTree(response.contentUtf8()));
      return true;
    } catch (IOException e) {
      events.unanswered(batch);
      return false;
    }
  }

  private boolean send(Write write) {
    String path = "/v1/items/" + write.id();
    AggregatedHttpResponse response =
        write.deleted()
            ? send(RequestHeaders.of(HttpMethod.DELETE, path), "")
            : send(
                RequestHeaders.builder(HttpMethod.PUT, path).contentType(MediaType.JSON).build(),
                write.body());
    boolean done = response != null && response.contentUtf8().contains("\"accepted\":1");
    if (done) {
      items.answered(write);
    }
    return done;
  }

  /** Returns the answer, or null when there is none. */
  private @Nullable AggregatedHttpResponse send(RequestHeaders headers, String body) {
    try {
      return client
          .execute(headers, body)
          .aggregate()
          .orTimeout(REQUEST.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      return null;
    }
  }

  private static RequestHeaders post(String path) {
    return RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON).build();
  }
}
