package dev.imasugu.shop;

/** How a thing is meant; people lean to one or two. */
enum Style {
  MINIMAL,
  CLASSIC,
  NATURAL,
  VINTAGE,
  SPORTY,
  PLAYFUL,
  CRAFT,
  MODERN
}
