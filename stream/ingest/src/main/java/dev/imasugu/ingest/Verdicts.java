package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import dev.imasugu.domain.AsOf;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.Appended;
import dev.imasugu.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one request on their way to the log, and what became of each, in order. */
final class Verdicts {
  private final ArrayList<@Nullable Invalid> refusals = new ArrayList<>();
  private final ArrayList<String> ids = new ArrayList<>();
  private final ArrayList<LogRecord> records = new ArrayList<>();
  private final String idName;

  /**
   * Starts with no record.
   *
   * @param idName the name of the id in an answer: {@code eventId} or {@code id}
   */
  Verdicts(String idName) {
    this.idName = idName;
  }

  /** Returns the records of a body, an object or an array of at most {@code limit}. */
  static List<JsonNode> records(AggregatedHttpRequest body, int limit) {
    JsonNode node = Json.read(body);
    if (node.isObject()) {
      return List.of(node);
    }
    if (!node.isArray()) {
      throw new Problem(
          HttpStatus.BAD_REQUEST,
          "body: %s (expected: an object or an array of objects)".formatted(Json.shown(node)));
    }
    if (node.size() > limit) {
      throw new Problem(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "records: %d (expected: at most %d)".formatted(node.size(), limit));
    }
    return List.copyOf(node.valueStream().toList());
  }

  void refuse(Invalid why) {
    refusals.add(why);
    ids.add("");
  }

  void take(String id, LogRecord record) {
    refusals.add(null);
    ids.add(id);
    records.add(record);
  }

  /** The records to append, as one batch. */
  List<LogRecord> toAppend() {
    return records;
  }

  int refused() {
    return ids.size() - records.size();
  }

  HttpResponse answer(List<Appended> appended) {
    ObjectNode answer = Json.object();
    var results = answer.putArray("results");
    int accepted = 0;
    int next = 0;
    for (int i = 0; i < ids.size(); i++) {
      ObjectNode result = results.addObject();
      Invalid refusal = refusals.get(i);
      if (refusal != null) {
        result
            .put("verdict", "rejected")
            .put("field", refusal.field())
            .put("value", refusal.value())
            .put("expected", refusal.expected());
        continue;
      }
      Appended where = appended.get(next++);
      boolean isNew = where instanceof Appended.Accepted;
      accepted += isNew ? 1 : 0;
      result
          .put("verdict", isNew ? "accepted" : "duplicate")
          .put(idName, ids.get(i))
          .put("asOf", AsOf.of(where.partition(), where.offset() + 1).toString());
    }
    answer.put("accepted", accepted).put("duplicate", next - accepted).put("rejected", refused());
    return Json.ok(answer);
  }
}
