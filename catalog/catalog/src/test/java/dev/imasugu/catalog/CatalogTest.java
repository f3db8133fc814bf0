package dev.imasugu.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.log.Appended;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private final InMemoryEventLog log = new InMemoryEventLog(3);

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void open_existingItems_areThereAtOnce() {
    append(item("a", true));
    append(item("b", false));
    append(item("a", false));
    append(item("c", true));
    append(Item.deleted(new ItemId("c"), Instant.EPOCH));
    append(item("d", true));
    try (Catalog catalog = Catalog.open(log, 10, InstantSource.system())) {
      assertThat(catalog.isAvailable("a")).isFalse();
      assertThat(catalog.isAvailable("d")).isTrue();
      assertThat(catalog.find("b")).isNotNull();
      assertThat(catalog.find("c")).isNull();
      assertThat(catalog.isAvailable("never")).isFalse();
      assertThat(catalog.availableItems()).isEqualTo(1);
    }
  }

  @Test
  void shown_afterAppend_meansVisible() {
    try (Catalog catalog = Catalog.open(log, 1000, InstantSource.system())) {
      for (int i = 0; i < 200; i++) {
        String id = "item" + i;
        AsOf token = append(item(id, true));
        assertThat(catalog.shown(token)).succeedsWithin(Duration.ofSeconds(5));
        assertThat(catalog.isAvailable(id)).isTrue();
        assertThat(catalog.shown(append(item(id, i % 2 == 0))))
            .succeedsWithin(Duration.ofSeconds(5));
        assertThat(catalog.isAvailable(id)).isEqualTo(i % 2 == 0);
      }
      assertThat(catalog.availableItems()).isEqualTo(100);
    }
  }

  @Test
  void row_beyondTheBound_isNoneAndNeverAvailable() {
    append(item("a", true));
    append(item("b", true));
    append(item("c", true));
    try (Catalog catalog = Catalog.open(log, 2, InstantSource.system())) {
      assertThat(catalog.size()).isEqualTo(2);
      assertThat(catalog.hasRoom()).isFalse();
      assertThat(catalog.row("new")).isEqualTo(-1);
      assertThat(catalog.isAvailable(-1)).isFalse();
      assertThat(catalog.availableItems()).isEqualTo(2);
    }
  }

  @Test
  void forEachAvailable_limit_isKept() {
    for (int i = 0; i < 10; i++) {
      append(item("i" + i, i != 9));
    }
    try (Catalog catalog = Catalog.open(log, 100, InstantSource.system())) {
      var seen = new ArrayList<String>();
      catalog.forEachAvailable(4, row -> seen.add(catalog.id(row)));
      assertThat(seen).hasSize(4).doesNotHaveDuplicates().doesNotContain("i9");
    }
  }

  @Test
  void close_waitingCallers_areToldSo() {
    Catalog catalog = Catalog.open(log, 10, InstantSource.system());
    var shown = catalog.shown(AsOf.of(0, 99));
    catalog.close();
    assertThat(shown).isCompletedExceptionally();
  }

  private AsOf append(Item item) {
    Appended appended =
        log.append(
                Topic.ITEMS,
                List.of(
                    new LogRecord(item.id().value(), "", item.changedAt(), ItemCodec.encode(item))))
            .join()
            .getFirst();
    return AsOf.of(appended.partition(), appended.offset() + 1);
  }

  private static Item item(String id, boolean available) {
    return new Item(
        new ItemId(id), "Title " + id, null, 9.5, available, Map.of(), Instant.EPOCH, false);
  }
}
