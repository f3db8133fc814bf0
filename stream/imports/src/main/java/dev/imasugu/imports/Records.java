package dev.imasugu.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a format makes of its lines. For one thread. */
public final class Records {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Is told of a line that is no record. */
  public interface Refusals {
    void refused(String why) throws IOException;
  }

  private final TreeMap<String, ObjectNode> described = new TreeMap<>();
  private final TreeMap<String, ObjectNode> named = new TreeMap<>();
  private final TreeMap<String, Long> leftOut = new TreeMap<>();
  private final TreeSet<String> notes = new TreeSet<>();
  private final String prefix;
  private final EventSort events;
  private final Refusals refusals;
  private long refused;

  Records(String prefix, EventSort events, Refusals refusals) {
    this.prefix = prefix;
    this.events = events;
    this.refusals = refusals;
  }

  /** An item of which only events tell: it is made if nobody has described it. */
  void item(String id, String title) {
    named.computeIfAbsent(id, _ -> JSON.createObjectNode().put("id", id).put("title", title));
  }

  /** What a file says of an item; what an earlier line said stays where this says nothing. */
  ObjectNode describe(String id) {
    return described.computeIfAbsent(id, _ -> JSON.createObjectNode().put("id", id));
  }

  /**
   * An event of our API, with {@code occurredAt} in milliseconds. Without an {@code eventId} it
   * gets one made of its line: the same file imported twice is imported once, and equal lines of a
   * file stay as many as they are.
   */
  void event(Source source, ObjectNode event) throws IOException {
    long millis = event.path("occurredAt").asLong();
    String json = event.toString();
    events.add(
        event.hasNonNull("eventId")
            ? EventSort.Dated.withId(millis, json)
            : EventSort.Dated.of(millis, json, prefix, source.text(), event.path("type").asText()));
  }

  /** A record that goes to the API as it is. */
  void asItIs(long millis, ObjectNode record) throws IOException {
    events.add(EventSort.Dated.withId(millis, record.toString()));
  }

  /** A line that is no record. */
  void refuse(Source source, String why) throws IOException {
    refused++;
    String text = source.text();
    refusals.refused(
        "%s: %s: %s"
            .formatted(
                source.place(), why, text.length() > 2_000 ? text.substring(0, 2_000) : text));
  }

  /** A line that is right, and that this format does not take. */
  void leaveOut(String why) {
    leftOut.merge(why, 1L, Long::sum);
  }

  /** What one should know of how files were read. */
  void note(String note) {
    notes.add(note);
  }

  Set<String> notes() {
    return notes;
  }

  Map<String, ObjectNode> described() {
    return described;
  }

  Map<String, ObjectNode> named() {
    return named;
  }

  SortedMap<String, Long> leftOut() {
    return leftOut;
  }

  long refused() {
    return refused;
  }
}
