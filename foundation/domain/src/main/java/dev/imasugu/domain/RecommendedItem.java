package dev.imasugu.domain;

/**
 * One place in a recommendation.
 *
 * @param score higher is better; comparable only within one list
 * @param source the candidate source that gave most of the score
 */
public record RecommendedItem(ItemId item, double score, String source) {}
