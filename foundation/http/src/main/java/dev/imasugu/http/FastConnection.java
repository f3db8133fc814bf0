package dev.imasugu.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.CommonPools;
import com.linecorp.armeria.common.HttpData;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection in the {@link FastLane}: a request, its answer, the next request. */
final class FastConnection extends ByteToMessageDecoder {
  private static final int MAX_AHEAD = 64 * 1024;

  /**
   * Keeps the server behind from closing a connection as idle because it has seen nothing of it.
   */
  private final class HeldOpen extends ChannelOutboundHandlerAdapter {
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
      if (left || lane.isClosed()) {
        var _ = context.close(promise);
      } else {
        promise.cancel(false);
      }
    }
  }

  /** A Date header and the second it is of. */
  private record Date(long second, String line) {}

  private static volatile Date date = new Date(-1, "");

  private final FastLane lane;

  /** A request that has begun and whose answer is not written. */
  private @Nullable RequestHead head;

  private boolean answering;

  /** Whether the client has said that nothing follows what is answered. */
  private boolean ending;

  /** Whether the connection is no longer in this lane. */
  private boolean left;

  /** Whether a request has begun to come in and its answer is not written. */
  private boolean amid;

  /** When the request began, or the last one ended. */
  private long sinceNanos = System.nanoTime();

  private @Nullable ScheduledFuture<?> watch;

  FastConnection(FastLane lane) {
    this.lane = lane;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addAfter(context.name(), null, new HeldOpen());
    long millis = LoopbackServer.REQUEST_TIMEOUT.toMillis();
    watch =
        context
            .executor()
            .scheduleWithFixedDelay(() -> watch(context), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Closes a connection that has been silent, or amid a request, for too long. */
  private void watch(ChannelHandlerContext context) {
    long limit = (amid ? LoopbackServer.REQUEST_TIMEOUT : LoopbackServer.IDLE_TIMEOUT).toNanos();
    if (System.nanoTime() - sinceNanos >= limit) {
      var _ = context.close();
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    left = true;
    if (watch != null) {
      watch.cancel(false);
    }
    RequestHead begun = head;
    if (begun != null && !answering) {
      head = null;
      lane.end(begun);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (ending) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (answering) {
      if (in.readableBytes() > MAX_AHEAD) {
        context.channel().config().setAutoRead(false);
      }
      return;
    }
    if (!amid) {
      amid = true;
      sinceNanos = System.nanoTime();
    }
    RequestHead begun = head;
    if (begun == null) {
      RequestHead.Reading reading = RequestHead.read(in, lane.routes());
      begun = reading.head();
      if (reading.verdict() == RequestHead.Verdict.ASIDE || (begun != null && !lane.begin(begun))) {
        context.pipeline().remove(this);
        return;
      }
      head = begun;
    }
    if (begun == null || in.readableBytes() < begun.length() + begun.bodyLength()) {
      return;
    }
    in.skipBytes(begun.length());
    byte[] body = ByteBufUtil.getBytes(in.readSlice(begun.bodyLength()));
    answer(context, begun, body);
  }

  /** A connection that ends has no request to be answered. */
  @Override
  protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
  }

  private void answer(ChannelHandlerContext context, RequestHead request, byte[] body) {
    answering = true;
    ending = request.last();
    var call =
        new Call(
            AggregatedHttpRequest.of(request.headers(), HttpData.wrap(body)),
            request.variable(),
            context.channel().eventLoop(),
            CommonPools.blockingTaskExecutor());
    CompletableFuture<AggregatedHttpResponse> response =
        Endpoint.answer(request.route().handler(), call);
    if (response.isDone()) {
      write(context, request, response.join());
    } else {
      var _ =
          response.thenAcceptAsync(
              late -> {
                write(context, request, late);
                goOn(context);
              },
              context.executor());
    }
  }

  private void write(
      ChannelHandlerContext context, RequestHead request, AggregatedHttpResponse response) {
    answering = false;
    amid = false;
    sinceNanos = System.nanoTime();
    head = null;
    lane.end(request);
    if (ending) {
      var _ =
          context
              .writeAndFlush(encode(context, response))
              .addListener(
                  _ -> {
                    var _ = context.close();
                  });
    } else {
      var _ = context.writeAndFlush(encode(context, response), context.voidPromise());
    }
  }

  /** Reads what came in meanwhile. */
  private void goOn(ChannelHandlerContext context) {
    if (!context.channel().config().isAutoRead()) {
      context.channel().config().setAutoRead(true);
    }
    if (actualReadableBytes() > 0 && !context.isRemoved()) {
      try {
        channelRead(context, Unpooled.EMPTY_BUFFER);
      } catch (Exception e) {
        context.fireExceptionCaught(e);
      }
    }
  }

  private ByteBuf encode(ChannelHandlerContext context, AggregatedHttpResponse response) {
    HttpData content = response.content();
    ByteBuf out = context.alloc().ioBuffer(256 + content.length());
    ascii(out, "HTTP/1.1 ");
    ascii(out, response.status().toString());
    response
        .headers()
        .forEach(
            (name, value) -> {
              if (name.charAt(0) != ':' && !name.contentEquals("content-length")) {
                ascii(out, "\r\n");
                ascii(out, name);
                ascii(out, ": ");
                ascii(out, value);
              }
            });
    if (ending) {
      ascii(out, "\r\nconnection: close");
    }
    ascii(out, "\r\ncontent-length: ");
    ascii(out, Integer.toString(content.length()));
    ascii(out, dateLine());
    out.writeBytes(content.array());
    return out;
  }

  private static void ascii(ByteBuf out, CharSequence text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  /** The Date header, made once a second, and the end of the head. */
  private String dateLine() {
    long second = lane.clock().millis() / 1_000;
    Date known = date;
    if (known.second != second) {
      String text =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
      known = new Date(second, "\r\ndate: " + text + "\r\n\r\n");
      date = known;
    }
    return known.line;
  }
}
