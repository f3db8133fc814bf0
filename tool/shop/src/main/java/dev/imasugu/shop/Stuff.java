package dev.imasugu.shop;

import java.util.List;

/** What things of some kinds are made of, taste or smell of; titles name it. */
enum Stuff {
  CLOTH(
      Adjectives.SOFT,
      new Word("linen", "リネン"),
      new Word("cotton", "コットン"),
      new Word("wool", "ウール"),
      new Word("denim", "デニム"),
      new Word("corduroy", "コーデュロイ")),
  KNITTED(
      Adjectives.SOFT,
      new Word("wool", "ウール"),
      new Word("cotton", "コットン"),
      new Word("cashmere", "カシミヤ"),
      new Word("mohair", "モヘア")),
  OUTDOOR(
      Adjectives.SOFT,
      new Word("nylon", "ナイロン"),
      new Word("canvas", "帆布"),
      new Word("ripstop", "リップストップ"),
      new Word("waxed cotton", "ワックスコットン")),
  LEATHER(
      Adjectives.SOFT,
      new Word("leather", "レザー"),
      new Word("suede", "スエード"),
      new Word("canvas", "帆布"),
      new Word("nylon", "ナイロン")),
  WOOD(
      Adjectives.HARD,
      new Word("oak", "オーク"),
      new Word("walnut", "くるみ材"),
      new Word("cedar", "杉"),
      new Word("bamboo", "竹")),
  METAL(
      Adjectives.HARD,
      new Word("steel", "ステンレス"),
      new Word("brass", "真鍮"),
      new Word("copper", "銅"),
      new Word("enamel", "琺瑯")),
  CLAY(
      Adjectives.HARD,
      new Word("stoneware", "炻器"),
      new Word("porcelain", "磁器"),
      new Word("glass", "ガラス"),
      new Word("terracotta", "素焼き")),
  PAPER(
      Adjectives.SOFT,
      new Word("washi", "和紙"),
      new Word("ruled", "横罫"),
      new Word("grid", "方眼"),
      new Word("blank", "無地")),
  ORIGIN(
      Adjectives.TASTE,
      new Word("Uji", "宇治"),
      new Word("Kagoshima", "鹿児島"),
      new Word("Ethiopia", "エチオピア"),
      new Word("Shizuoka", "静岡"),
      new Word("Guatemala", "グアテマラ")),
  FRUIT(
      Adjectives.TASTE,
      new Word("yuzu", "柚子"),
      new Word("plum", "梅"),
      new Word("apple", "りんご"),
      new Word("fig", "いちじく")),
  SCENT(
      Adjectives.SCENTED,
      new Word("hinoki", "ひのき"),
      new Word("lavender", "ラベンダー"),
      new Word("rose", "ばら"),
      new Word("camellia", "椿"));

  private final Adjectives adjectives;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Word> words;

  Stuff(Adjectives adjectives, Word... words) {
    this.adjectives = adjectives;
    this.words = List.of(words);
  }

  /** Whether things of it are chosen by their colour: nobody asks for blue jam. */
  boolean coloured() {
    return adjectives == Adjectives.SOFT || adjectives == Adjectives.HARD;
  }

  Adjectives adjectives() {
    return adjectives;
  }

  List<Word> words() {
    return words;
  }
}
