/**
 * A simulated shop: what it sells, who comes, what they want and what they click. It speaks to the
 * platform by HTTP only, as any shop would, and knows what the platform does not: how much each
 * person would like each article, now. {@link dev.imasugu.shop.Evaluation} judges lists by that.
 *
 * <p>Equal seeds make equal articles, people and, as long as the platform answers alike, equal
 * requests.
 */
@NullMarked
package dev.imasugu.shop;

import org.jspecify.annotations.NullMarked;
