-- Which items are on one invoice: for each item its at most 200 most frequent companions.
--
-- kind: statistics
--
-- Purchases come in. Two of one customer and one time are a pair; it counts in the rows of both items. An
-- invoice has no order, so nothing is made of the order of its lines. One row for each item goes out.
--
-- Weights halve every 30 days by forward decay and are log2 of the weight at the epoch. The half-life is
-- that of item_demand.frequency, so that POWER(2, weight - (frequency of item + frequency of neighbour) / 2)
-- is the pair's weight over the geometric mean of the two frequencies, at any time.
--
-- The order of arrival does not matter, as long as an invoice has at most 100 lines; of a longer one, each
-- line is paired with the 100 before it.
CREATE TABLE item_baskets (
  item_id STRING,
  neighbours ARRAY<ROW<item STRING, weight DOUBLE>>,
  PRIMARY KEY (item_id) NOT ENFORCED
);

CREATE TEMPORARY VIEW bought AS
SELECT user_id, item_id, occurred_at
FROM events
WHERE type = 'purchase' AND item_id IS NOT NULL;

INSERT INTO item_baskets
SELECT item, TOP_NEIGHBOURS(neighbour, weight, occurred_at, INTERVAL '30' DAY)
FROM PAIRS_WITHIN(
  event => TABLE bought PARTITION BY user_id,
  apart => INTERVAL '0' SECOND,
  uid => 'baskets')
GROUP BY item;
