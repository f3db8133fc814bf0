package dev.imasugu.shop;

import java.util.List;

/** How a thing is meant; people lean to one or two. The words are what titles say of it. */
enum Style {
  MINIMAL(new Word("plain", "プレーン"), new Word("slim", "スリム"), new Word("clean-cut", "シンプル")),
  CLASSIC(new Word("classic", "クラシック"), new Word("tailored", "テーラード"), new Word("heritage", "定番")),
  NATURAL(new Word("washed", "洗いざらし"), new Word("undyed", "生成り"), new Word("airy", "ふんわり")),
  VINTAGE(new Word("vintage", "ヴィンテージ"), new Word("retro", "レトロ"), new Word("faded", "古着風")),
  SPORTY(new Word("light", "軽量"), new Word("all-weather", "全天候"), new Word("folding", "折りたたみ")),
  PLAYFUL(new Word("striped", "しましま"), new Word("dotted", "水玉"), new Word("patchwork", "パッチワーク")),
  CRAFT(new Word("handmade", "手仕事の"), new Word("hand-dyed", "手染めの"), new Word("carved", "手彫りの")),
  MODERN(new Word("modern", "モダン"), new Word("sculpted", "造形的な"), new Word("two-tone", "バイカラー"));

  private final List<Word> words;

  Style(Word... words) {
    this.words = List.of(words);
  }

  List<Word> words() {
    return words;
  }
}
