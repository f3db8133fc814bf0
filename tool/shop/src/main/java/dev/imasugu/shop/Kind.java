package dev.imasugu.shop;

/** A kind of article: the shop's categories. */
enum Kind {
  SHIRT(Department.FASHION, "シャツ", 6_900, Sizes.CLOTHES, 0, 0, Stuff.CLOTH),
  KNIT(Department.FASHION, "ニット", 8_900, Sizes.CLOTHES, 0, 12, Stuff.KNITTED),
  COAT(Department.FASHION, "コート", 24_000, Sizes.CLOTHES, 0, 12, Stuff.CLOTH),
  DRESS(Department.FASHION, "ワンピース", 12_000, Sizes.CLOTHES, 0, 6, Stuff.CLOTH),
  TROUSERS(Department.FASHION, "パンツ", 9_800, Sizes.CLOTHES, 0, 0, Stuff.CLOTH),
  SCARF(Department.FASHION, "マフラー", 4_900, Sizes.NONE, 0, 12, Stuff.KNITTED),
  CAP(Department.FASHION, "帽子", 3_900, Sizes.NONE, 0, 7, Stuff.OUTDOOR),
  SNEAKERS(Department.SHOES_AND_BAGS, "スニーカー", 11_000, Sizes.SHOES, 0, 0, Stuff.LEATHER),
  BOOTS(Department.SHOES_AND_BAGS, "ブーツ", 19_000, Sizes.SHOES, 0, 11, Stuff.LEATHER),
  BACKPACK(Department.SHOES_AND_BAGS, "リュック", 12_500, Sizes.NONE, 0, 4, Stuff.LEATHER),
  TOTE(Department.SHOES_AND_BAGS, "トートバッグ", 5_900, Sizes.NONE, 0, 0, Stuff.LEATHER),
  WALLET(Department.SHOES_AND_BAGS, "財布", 9_500, Sizes.NONE, 0, 0, Stuff.LEATHER),
  LAMP(Department.HOME, "ランプ", 9_900, Sizes.NONE, 0, 0, Stuff.METAL),
  CHAIR(Department.HOME, "チェア", 22_000, Sizes.NONE, 0, 0, Stuff.WOOD),
  CUSHION(Department.HOME, "クッション", 3_400, Sizes.NONE, 0, 0, Stuff.CLOTH),
  BLANKET(Department.HOME, "ブランケット", 7_200, Sizes.NONE, 0, 12, Stuff.KNITTED),
  VASE(Department.HOME, "花瓶", 4_200, Sizes.NONE, 0, 4, Stuff.CLAY),
  CLOCK(Department.HOME, "時計", 6_400, Sizes.NONE, 0, 0, Stuff.WOOD),
  KETTLE(Department.KITCHEN, "ケトル", 6_800, Sizes.NONE, 0, 12, Stuff.METAL),
  TEAPOT(Department.KITCHEN, "急須", 5_200, Sizes.NONE, 0, 0, Stuff.CLAY),
  MUG(Department.KITCHEN, "マグカップ", 2_400, Sizes.NONE, 0, 0, Stuff.CLAY),
  BOWL(Department.KITCHEN, "茶碗", 2_900, Sizes.NONE, 0, 0, Stuff.CLAY),
  PAN(Department.KITCHEN, "フライパン", 7_400, Sizes.NONE, 0, 0, Stuff.METAL),
  KNIFE(Department.KITCHEN, "包丁", 12_800, Sizes.NONE, 0, 0, Stuff.METAL),
  LUNCHBOX(Department.KITCHEN, "弁当箱", 3_600, Sizes.NONE, 0, 4, Stuff.WOOD),
  COFFEE(Department.PANTRY, "コーヒー豆", 1_800, Sizes.PACKS, 21, 0, Stuff.ORIGIN),
  TEA(Department.PANTRY, "お茶", 1_600, Sizes.PACKS, 30, 5, Stuff.ORIGIN),
  JAM(Department.PANTRY, "ジャム", 980, Sizes.PACKS, 35, 0, Stuff.FRUIT),
  NOTEBOOK(Department.DESK, "ノート", 1_200, Sizes.NONE, 45, 4, Stuff.PAPER),
  PEN(Department.DESK, "万年筆", 8_800, Sizes.NONE, 0, 4, Stuff.METAL),
  SOAP(Department.CARE, "石けん", 980, Sizes.NONE, 30, 0, Stuff.SCENT),
  CANDLE(Department.CARE, "キャンドル", 2_800, Sizes.NONE, 60, 12, Stuff.SCENT),
  TENT(Department.OUTDOORS, "テント", 29_000, Sizes.NONE, 0, 7, Stuff.OUTDOOR),
  LANTERN(Department.OUTDOORS, "ランタン", 5_400, Sizes.NONE, 0, 8, Stuff.METAL),
  BOTTLE(Department.OUTDOORS, "水筒", 3_800, Sizes.NONE, 0, 7, Stuff.METAL),
  UMBRELLA(Department.OUTDOORS, "傘", 4_400, Sizes.NONE, 0, 6, Stuff.OUTDOOR);

  /** Where in the shop it is. */
  enum Department {
    FASHION,
    SHOES_AND_BAGS,
    HOME,
    KITCHEN,
    PANTRY,
    DESK,
    CARE,
    OUTDOORS
  }

  private final Department department;
  private final String ja;
  private final int price;
  private final Sizes sizes;
  private final int lastsDays;
  private final int peakMonth;
  private final Stuff stuff;

  Kind(
      Department department,
      String ja,
      int price,
      Sizes sizes,
      int lastsDays,
      int peakMonth,
      Stuff stuff) {
    this.department = department;
    this.ja = ja;
    this.price = price;
    this.sizes = sizes;
    this.lastsDays = lastsDays;
    this.peakMonth = peakMonth;
    this.stuff = stuff;
  }

  Department department() {
    return department;
  }

  Word word() {
    return new Word(Names.lower(this), ja);
  }

  /** What one usually costs, in yen. */
  int price() {
    return price;
  }

  Sizes sizes() {
    return sizes;
  }

  /** After how many days one is used up and bought again; 0 when one keeps it. */
  int lastsDays() {
    return lastsDays;
  }

  /** The month, 1 to 12, in which it is wanted most; 0 when all are alike. */
  int peakMonth() {
    return peakMonth;
  }

  Stuff stuff() {
    return stuff;
  }
}
