-- Which items are bought together: for each item its at most 200 most frequent companions.
--
-- kind: statistics
--
-- Purchases come in. Two of one user, of different items and at most an hour apart, are a pair; it
-- counts in the rows of both items, once, at the later of its times. One row for each item goes out.
--
-- Weights halve every 90 days by forward decay and are log2 of the weight at the epoch. The half-life
-- is that of item_purchases.frequency, so that
--   POWER(2, weight - frequency of item - frequency of neighbour)
-- orders neighbours by their lift, P(both) / (P(one) P(other)), at any time: the number of all
-- purchases, the factor that is missing, is the same for every pair. The placement source of kind
-- co-purchase ranks by it.
--
-- The order of arrival does not matter: pairs are those of the set of purchases, as long as a user's
-- hour has at most 100.
CREATE TABLE item_co_purchases (
  item_id STRING,
  neighbours ARRAY<ROW<item STRING, weight DOUBLE>>,
  PRIMARY KEY (item_id) NOT ENFORCED
);

CREATE TEMPORARY VIEW bought AS
SELECT user_id, item_id, occurred_at
FROM events
WHERE type = 'purchase' AND item_id IS NOT NULL;

INSERT INTO item_co_purchases
SELECT item, TOP_NEIGHBOURS(neighbour, weight, occurred_at, INTERVAL '90' DAY)
FROM PAIRS_WITHIN(
  event => TABLE bought PARTITION BY user_id,
  apart => INTERVAL '1' HOUR,
  uid => 'co-purchases')
GROUP BY item;
