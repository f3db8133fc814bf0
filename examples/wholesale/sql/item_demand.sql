-- What is bought now, and how often each item is bought at all.
--
-- kind: statistics
--
-- Purchases come in; one row for each item goes out, replaced at most five times a second while it is
-- busy. Each line of an invoice counts once, whatever its quantity. Both numbers are log2 of the weight
-- at the epoch: popularity halves every 4 days, frequency every 30 days, as in item_baskets and
-- item_next_new, whose pairs it serves to normalise.
--
-- The order of arrival does not matter, however late an event is.
CREATE TABLE item_demand (
  item_id STRING,
  popularity DOUBLE,
  frequency DOUBLE,
  PRIMARY KEY (item_id) NOT ENFORCED
);

INSERT INTO item_demand
SELECT
  item_id,
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '4' DAY),
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '30' DAY)
FROM events
WHERE type = 'purchase' AND item_id IS NOT NULL
GROUP BY item_id;
