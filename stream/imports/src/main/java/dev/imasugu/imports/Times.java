package dev.imasugu.imports;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How times are written in a file, and which times rows have that have none. Immutable.
 *
 * @param zone of times without an offset
 * @param pattern of {@link DateTimeFormatter}; empty: recognised
 * @param start the time of the first row of a file without times
 * @param step from one such row to the next
 */
public record Times(ZoneId zone, String pattern, Instant start, Duration step) {
  /** Times in UTC, recognised; a second from row to row. */
  public static final Times UTC = in(ZoneOffset.UTC);

  private static final DateTimeFormatter AMERICAN =
      DateTimeFormatter.ofPattern("M/d/yyyy H:mm[:ss]", Locale.ROOT);

  static Times in(ZoneId zone) {
    return new Times(zone, "", Instant.parse("2000-01-01T00:00:00Z"), Duration.ofSeconds(1));
  }

  /** The time of a row, from 1, of a file without times: the order of the rows. */
  long ofRow(long number) {
    return start.plus(step.multipliedBy(number - 1)).toEpochMilli();
  }

  /**
   * Reads a time: seconds, milli-, micro- or nanoseconds since 1970 by their size, ISO 8601 with or
   * without offset, {@code 2010-12-01 08:26[:00]}, {@code 12/1/2010 8:26} with the month first, or
   * a date; with a pattern nothing but that.
   *
   * @param name what to call it in an error
   * @return milliseconds since 1970
   */
  long parse(String name, String text) {
    try {
      if (!pattern.isEmpty()) {
        return local(LocalDateTime.parse(text, DateTimeFormatter.ofPattern(pattern, Locale.ROOT)));
      }
      char last = text.charAt(text.length() - 1);
      if (text.indexOf('-', 1) < 0 && text.indexOf('/') < 0 && Character.isDigit(last)) {
        return number(Double.parseDouble(text), text);
      }
      if (text.length() == 10) {
        return local(LocalDate.parse(text).atStartOfDay());
      }
      String iso = text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
      if (last == 'Z' || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10) {
        return OffsetDateTime.parse(iso).toInstant().toEpochMilli();
      }
      return local(
          text.indexOf('/') > 0 ? LocalDateTime.parse(text, AMERICAN) : LocalDateTime.parse(iso));
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)"
              .formatted(
                  name,
                  text,
                  pattern.isEmpty()
                      ? "seconds or milliseconds since 1970, or 2016-03-14T12:00:00Z"
                      : pattern),
          e);
    }
  }

  private static long number(double number, String text) {
    double size = Math.abs(number);
    if (!Double.isFinite(number)) {
      throw new NumberFormatException(text);
    }
    return size < 1e11
        ? Math.round(number * 1_000)
        : size < 1e14
            ? (long) number
            : size < 1e17 ? (long) (number / 1_000) : (long) (number / 1_000_000);
  }

  private long local(LocalDateTime time) {
    return time.atZone(zone).toInstant().toEpochMilli();
  }
}
