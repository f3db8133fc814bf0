-- What customers who had an item came to later: for each item its at most 200 strongest neighbours.
--
-- kind: statistics
--
-- Purchases come in. The first one of an item that its customer did not have is paired with each of the
-- last 200 items they had before that time; what they buy again is no news. One row for each item goes out.
--
-- Weights halve every 30 days by forward decay and are log2 of the weight at the epoch; they are normalised
-- by item_demand.frequency, as those of item_baskets.
--
-- A late purchase counts at its own time and is paired with what was bought before it.
CREATE TABLE item_next_new (
  item_id STRING,
  neighbours ARRAY<ROW<item STRING, weight DOUBLE>>,
  PRIMARY KEY (item_id) NOT ENFORCED
);

CREATE TEMPORARY VIEW bought AS
SELECT user_id, item_id, occurred_at
FROM events
WHERE type = 'purchase' AND item_id IS NOT NULL;

INSERT INTO item_next_new
SELECT item, TOP_NEIGHBOURS(neighbour, weight, occurred_at, INTERVAL '30' DAY)
FROM NEXT_NEW(event => TABLE bought PARTITION BY user_id, uid => 'next-new')
GROUP BY item;
