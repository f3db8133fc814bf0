package dev.imasugu.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/*
 * The generator shares its cores with the server it measures, so what it spends is missing there. One
 * thread sends, reads and keeps the time: no hand-over between threads, no objects but the bytes. It
 * speaks as much HTTP/1.1 as the server's fixed answers need: one request at a time on a connection,
 * answers with a Content-Length.
 */

/**
 * Requests to a server on this machine over as many connections as are needed at once. For one
 * thread, which calls {@link #poll} until its answers are here.
 */
final class LoadClient implements AutoCloseable {
  /** Takes one answer, on the thread that polls. */
  interface Answered {
    /**
     * Is called once a request.
     *
     * @param status the HTTP status, or 0 when the connection broke
     */
    void answered(int status, String body);
  }

  private final InetSocketAddress server;
  private final int maxConnections;
  private final Selector selector;
  private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
  private int open;

  /**
   * Prepares a client; connections are made when they are needed.
   *
   * @param maxConnections bound of the connections, and so of the requests at one time
   */
  LoadClient(URI server, int maxConnections) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    this.maxConnections = maxConnections;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new IllegalStateException("no selector", e);
    }
  }

  /** The bytes of a request with a JSON body. */
  static byte[] post(String path, String json) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: "
            + json.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + json)
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Requests without an answer yet. */
  int open() {
    return open;
  }

  /** Whether another request finds a connection. */
  boolean hasRoom() {
    return open < maxConnections;
  }

  /**
   * Sends a request at once.
   *
   * @throws IllegalStateException when {@link #hasRoom} is false
   */
  void send(byte[] request, Answered handler) {
    if (!hasRoom()) {
      throw new IllegalStateException("connections: " + open + " (expected: a free one)");
    }
    LoadConnection connection = idle.pollLast();
    try {
      if (connection == null) {
        connection = connect();
      }
      connection.send(request, handler);
      open++;
    } catch (IOException e) {
      if (connection != null) {
        connection.close();
      }
      handler.answered(0, "");
    }
  }

  private LoadConnection connect() throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
    return new LoadConnection(channel, key);
  }

  /** Waits for answers, at most so long, and hands them over. */
  void poll(long maxNanos) {
    try {
      long millis = maxNanos / 1_000_000;
      if (millis > 0) {
        selector.select(this::ready, millis);
      } else {
        selector.selectNow(this::ready);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the selector failed", e);
    }
  }

  private void ready(SelectionKey key) {
    var connection = (LoadConnection) key.attachment();
    try {
      LoadConnection.Answer answer = connection.ready();
      if (answer != null) {
        open--;
        idle.addLast(connection);
        answer.handler().answered(answer.status(), answer.body());
      }
    } catch (IOException e) {
      connection.close();
      Answered handler = connection.waiting();
      if (handler == null) {
        idle.remove(connection);
      } else {
        open--;
        handler.answered(0, "");
      }
    }
  }

  /** Waits until every request is answered, at most so long; returns whether they are. */
  boolean drain(long maxNanos) {
    long end = System.nanoTime() + maxNanos;
    while (open > 0 && System.nanoTime() < end) {
      poll(10_000_000);
    }
    return open == 0;
  }

  @Override
  public void close() {
    for (SelectionKey key : selector.keys()) {
      ((LoadConnection) key.attachment()).close();
    }
    try {
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("the selector did not close", e);
    }
  }
}
