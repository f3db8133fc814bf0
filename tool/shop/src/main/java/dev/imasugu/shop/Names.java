package dev.imasugu.shop;

import java.util.Locale;

/** Names of constants as they stand in data. */
final class Names {
  private Names() {}

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
