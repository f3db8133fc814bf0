package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.domain.AsOf;
import dev.imasugu.http.Json;
import dev.imasugu.log.Appended;
import dev.imasugu.log.LogRecord;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one request on their way to the log, and what became of each, in order. */
final class Verdicts {
  private final ArrayList<@Nullable Invalid> refusals = new ArrayList<>();
  private final ArrayList<String> ids = new ArrayList<>();
  private final ArrayList<LogRecord> records = new ArrayList<>();
  private final BitSet left = new BitSet();
  private final String idName;

  /**
   * Starts with no record.
   *
   * @param idName the name of the id in an answer: {@code eventId} or {@code id}
   */
  Verdicts(String idName) {
    this.idName = idName;
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

  /** A record that need not be appended: what it is about is there already. */
  void leave(String id) {
    left.set(ids.size());
    refusals.add(null);
    ids.add(id);
  }

  /** The records to append, as one batch. */
  List<LogRecord> toAppend() {
    return records;
  }

  int refused() {
    return ids.size() - records.size() - left.cardinality();
  }

  /** The answer when refused records are not kept. */
  ObjectNode answer(List<Appended> appended) {
    return answer(appended, List.of());
  }

  /**
   * The answer.
   *
   * @param quarantined numbers of the refused records in quarantine, in order; empty when they are
   *     not kept
   */
  ObjectNode answer(List<Appended> appended, List<Long> quarantined) {
    ObjectNode answer = Json.object();
    ArrayNode results = answer.putArray("results");
    int accepted = 0;
    int next = 0;
    int refused = 0;
    for (int i = 0; i < ids.size(); i++) {
      ObjectNode result = results.addObject();
      Invalid refusal = refusals.get(i);
      if (refusal != null) {
        result
            .put("verdict", "rejected")
            .put("field", refusal.field())
            .put("value", refusal.value())
            .put("expected", refusal.expected());
        if (refused < quarantined.size()) {
          result.put("quarantine", quarantined.get(refused));
        }
        refused++;
        continue;
      }
      if (left.get(i)) {
        result.put("verdict", "duplicate").put(idName, ids.get(i));
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
    return answer
        .put("accepted", accepted)
        .put("duplicate", next - accepted + left.cardinality())
        .put("rejected", refused);
  }
}
