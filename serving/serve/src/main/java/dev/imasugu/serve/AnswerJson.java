package dev.imasugu.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.http.Json;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer as a reader gets it. */
final class AnswerJson {
  private final Catalog catalog;

  AnswerJson(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Writes an answer.
   *
   * @param fields of the items, to be shown with them
   */
  byte[] write(
      Query query,
      Answer answer,
      String madeBy,
      List<String> fields,
      String recommendationId,
      String responseId) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("placement", query.placement());
          json.writeStringField("user", query.user());
          json.writeStringField("recommendationId", recommendationId);
          json.writeStringField("responseId", responseId);
          json.writeArrayFieldStart("items");
          for (RecommendedItem item : answer.items()) {
            write(json, item, fields);
          }
          json.writeEndArray();
          json.writeStringField("asOf", answer.asOf().toString());
          json.writeStringField(
              "computedAt", answer.computedAt() == null ? null : answer.computedAt().toString());
          json.writeNumberField("generation", answer.generation());
          json.writeStringField("madeBy", madeBy);
          json.writeBooleanField("fresh", answer.fresh());
          json.writeBooleanField("stale", answer.stale());
          json.writeBooleanField("degraded", !answer.missingSources().isEmpty());
          if (!answer.missingSources().isEmpty()) {
            json.writeArrayFieldStart("missingSources");
            for (String source : answer.missingSources()) {
              json.writeString(source);
            }
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  private void write(JsonGenerator json, RecommendedItem item, List<String> fields)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", item.item().value());
    json.writeNumberField("score", item.score());
    json.writeStringField("source", item.source());
    if (!fields.isEmpty()) {
      write(json, catalog.find(item.item().value()), fields);
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, @Nullable Item item, List<String> fields)
      throws IOException {
    if (item == null) {
      return;
    }
    for (String field : fields) {
      switch (field) {
        case "title" -> json.writeStringField("title", item.title());
        case "category" -> json.writeStringField("category", item.category());
        case "price" -> {
          json.writeFieldName("price");
          if (item.price() == null) {
            json.writeNull();
          } else {
            json.writeNumber(item.price());
          }
        }
        default -> json.writeStringField(field, item.fields().get(field));
      }
    }
  }
}
