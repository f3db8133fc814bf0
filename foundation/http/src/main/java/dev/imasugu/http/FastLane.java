package dev.imasugu.http;

import com.linecorp.armeria.common.HttpMethod;
import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/*
 * An HTTP server that knows everything costs three times as much a request as the few bytes of our two
 * hot paths need (docs/performance.md). So each connection begins in this lane, which answers what it
 * understands as a whole: plain HTTP/1.1, a known path, nothing unusual in the head. The first request
 * it does not take, or would have to refuse, is handed on with its bytes untouched, and with it the
 * connection for the rest of its life: the server behind parses those bytes itself, so the two can
 * never disagree about where a request ends.
 */

/** Answers requests of hot paths ahead of a server; everything else passes through to it. */
public final class FastLane implements Consumer<ChannelPipeline>, AutoCloseable {
  private static final int MOST = Integer.MAX_VALUE;

  private final List<FastRoute> routes = new ArrayList<>();
  private final KeyGuard guard;
  private final InFlight inFlight;
  private final boolean local;
  private final long maxBodyBytes;
  private final Duration drain;
  private final InstantSource clock;

  /** One permit a request in work, so that closing can wait for all of them. */
  private final Semaphore working = new Semaphore(MOST);

  private volatile boolean closed;

  /**
   * Makes a lane without a route.
   *
   * @param local whether only names of this machine are served, see {@link LocalHost}
   * @param drain how long closing waits for requests in work
   * @param clock of answers' dates
   */
  public FastLane(
      KeyGuard guard,
      InFlight inFlight,
      boolean local,
      long maxBodyBytes,
      Duration drain,
      InstantSource clock) {
    this.guard = guard;
    this.inFlight = inFlight;
    this.local = local;
    this.maxBodyBytes = maxBodyBytes;
    this.drain = drain;
    this.clock = clock;
  }

  InstantSource clock() {
    return clock;
  }

  /** Adds a path, before the server starts; one segment may be open, as in {@code /a/{b}/c}. */
  public FastLane with(HttpMethod method, String path, Scope scope, Call.Handler handler) {
    routes.add(new FastRoute(method, path, scope, handler));
    return this;
  }

  @Override
  public void accept(ChannelPipeline pipeline) {
    pipeline.addFirst(new FastConnection(this));
  }

  List<FastRoute> routes() {
    return routes;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Whether a request may begin, whose body may still be on its way. If so, {@link #end} follows.
   */
  boolean begin(RequestHead head) {
    boolean refused =
        closed
            || head.bodyLength() > maxBodyBytes
            || (local && !LocalHost.isLocal(head.headers().authority()))
            || !guard.passes(head.route().scope(), head.headers())
            || !inFlight.take(head.bodyLength());
    if (!refused) {
      working.acquireUninterruptibly();
    }
    return !refused;
  }

  void end(RequestHead head) {
    inFlight.release(head.bodyLength());
    working.release();
  }

  /** Takes no more requests, and waits for those in work as long as it may. */
  @Override
  public void close() {
    closed = true;
    try {
      boolean _ = working.tryAcquire(MOST, drain.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
