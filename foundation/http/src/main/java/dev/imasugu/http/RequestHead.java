package dev.imasugu.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request of the fast lane: everything before its body.
 *
 * @param length bytes of the head itself
 * @param bodyLength bytes of the body after it
 * @param last whether the connection is to be closed after the answer
 */
record RequestHead(
    FastRoute route,
    String variable,
    RequestHeaders headers,
    int length,
    int bodyLength,
    boolean last) {
  /** What the first bytes of a connection's next request turn out to be. */
  enum Verdict {
    /** More bytes are needed to say. */
    MORE,
    /** Not a request of the fast lane. */
    ASIDE,
    HEAD
  }

  record Reading(Verdict verdict, @Nullable RequestHead head) {}

  private static final Reading MORE = new Reading(Verdict.MORE, null);
  private static final Reading ASIDE = new Reading(Verdict.ASIDE, null);
  private static final int MAX_BYTES = 8_192;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");
  private static final String VERSION = " HTTP/1.1";

  /** Headers that change what a request means; whoever sends one is not in a hurry. */
  private static final Set<String> UNUSUAL =
      Set.of(
          "transfer-encoding",
          "content-encoding",
          "expect",
          "upgrade",
          "http2-settings",
          "te",
          "trailer",
          "origin");

  /**
   * Reads a head without consuming it. Whatever is not plainly one complete HTTP/1.1 request of a
   * route is left to the server that knows all of HTTP.
   */
  static Reading read(ByteBuf in, Iterable<FastRoute> routes) {
    FastRoute route = null;
    boolean undecided = false;
    for (FastRoute each : routes) {
      switch (each.match(in)) {
        case HEAD -> route = each;
        case MORE -> undecided = true;
        case ASIDE -> {}
      }
    }
    if (route == null) {
      return undecided ? MORE : ASIDE;
    }
    int length = end(in);
    if (length < 0) {
      return in.readableBytes() < MAX_BYTES ? MORE : ASIDE;
    }
    RequestHead head =
        parse(route, in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1), length);
    return head == null ? ASIDE : new Reading(Verdict.HEAD, head);
  }

  /** Length of the head with its empty line; -1 when that has not come yet. */
  private static int end(ByteBuf in) {
    int from = in.readerIndex();
    int to = Math.min(in.writerIndex(), from + MAX_BYTES);
    while (true) {
      int feed = in.indexOf(from, to, (byte) '\n');
      if (feed < 0 || feed + 2 >= in.writerIndex()) {
        return -1;
      }
      if (in.getByte(feed + 1) == '\r' && in.getByte(feed + 2) == '\n') {
        return feed + 3 - in.readerIndex();
      }
      from = feed + 1;
    }
  }

  private static @Nullable RequestHead parse(FastRoute route, String head, int length) {
    int lineEnd = head.indexOf("\r\n");
    if (!head.startsWith(VERSION, lineEnd - VERSION.length())) {
      return null;
    }
    String target = head.substring(route.method().name().length() + 1, lineEnd - VERSION.length());
    String variable = route.variable(target);
    if (variable == null) {
      return null;
    }
    RequestHeadersBuilder headers = RequestHeaders.builder(route.method(), target);
    boolean hasHost = false;
    boolean last = false;
    long bodyLength = -1;
    for (int from = lineEnd + 2; from < length - 2; ) {
      int end = head.indexOf("\r\n", from);
      int colon = head.indexOf(':', from);
      if (colon <= from || colon > end) {
        return null;
      }
      String name = head.substring(from, colon).toLowerCase(Locale.ROOT);
      String value = head.substring(colon + 1, end);
      from = end + 2;
      if (!isWord(name) || !isPlain(value) || UNUSUAL.contains(name)) {
        return null;
      }
      value = value.strip();
      switch (name) {
        case "host" -> {
          if (hasHost || !HOST.matcher(value).matches()) {
            return null;
          }
          hasHost = true;
          headers.authority(value);
        }
        case "connection" -> {
          boolean close = value.equalsIgnoreCase("close");
          last |= close;
          if (!close && !value.equalsIgnoreCase("keep-alive")) {
            return null;
          }
        }
        case "content-length" -> {
          if (bodyLength >= 0 || !isNumber(value)) {
            return null;
          }
          bodyLength = Long.parseLong(value);
        }
        case "content-type", "authorization", "x-api-key" -> {
          if (headers.contains(name)) {
            return null;
          }
          headers.add(name, value);
        }
        default -> {}
      }
    }
    boolean hasBody = route.method() == HttpMethod.POST;
    if (!hasHost || hasBody != bodyLength > 0 || bodyLength > Integer.MAX_VALUE) {
      return null;
    }
    return new RequestHead(
        route, variable, headers.build(), length, (int) Math.max(bodyLength, 0), last);
  }

  /** Whether a text is letters of ASCII, digits, - and _ alone. */
  static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isWord(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String value) {
    if (value.isEmpty() || value.length() > 10) {
      return false;
    }
    return value.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
