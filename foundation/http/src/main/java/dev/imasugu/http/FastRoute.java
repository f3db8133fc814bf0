package dev.imasugu.http;

import com.linecorp.armeria.common.HttpMethod;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A path of the fast lane: fixed, or with one segment left open. */
final class FastRoute {
  private static final int MAX_VARIABLE = 256;
  private static final String PUNCTUATION = "-._~!$&'()*+,;=:@/?";

  private final HttpMethod method;
  private final Scope scope;
  private final Call.Handler handler;

  /** The path up to the open segment, or all of it. */
  private final String before;

  /** What follows the open segment; null when there is none. */
  private final @Nullable String after;

  /** How a request of this route starts. */
  private final byte[] start;

  /** Makes a route of a path as {@code /v1/placements/{placement}/recommendations}. */
  FastRoute(HttpMethod method, String path, Scope scope, Call.Handler handler) {
    this.method = method;
    this.scope = scope;
    this.handler = handler;
    int open = path.indexOf('{');
    before = open < 0 ? path : path.substring(0, open);
    after = open < 0 ? null : path.substring(path.indexOf('}') + 1);
    start = (method.name() + " " + before).getBytes(StandardCharsets.US_ASCII);
  }

  HttpMethod method() {
    return method;
  }

  Scope scope() {
    return scope;
  }

  Call.Handler handler() {
    return handler;
  }

  /** Whether a request that starts so may be of this route. */
  RequestHead.Verdict match(ByteBuf in) {
    int length = Math.min(in.readableBytes(), start.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != start[i]) {
        return RequestHead.Verdict.ASIDE;
      }
    }
    return length < start.length ? RequestHead.Verdict.MORE : RequestHead.Verdict.HEAD;
  }

  /**
   * The open segment of a request's target, empty where there is none; null if the target is not of
   * this route, or not spelled as simply as it can be.
   */
  @Nullable String variable(String target) {
    if (!isSpelledWell(target)) {
      return null;
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    if (after == null) {
      return path.equals(before) ? "" : null;
    }
    int end = path.length() - after.length();
    if (end <= before.length() || end > before.length() + MAX_VARIABLE || !path.endsWith(after)) {
      return null;
    }
    String variable = path.substring(before.length(), end);
    return RequestHead.isWord(variable) ? variable : null;
  }

  /** Whether a target is of the characters that may be in one, and its escapes are whole. */
  private static boolean isSpelledWell(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      boolean escape =
          c == '%'
              && i + 2 < target.length()
              && HexFormat.isHexDigit(target.charAt(i + 1))
              && HexFormat.isHexDigit(target.charAt(i + 2));
      if (!escape && !RequestHead.isWord(c) && PUNCTUATION.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
