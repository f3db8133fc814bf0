-- How often each item is bought: what item_co_purchases is measured against.
--
-- kind: statistics
--
-- Purchases come in; one row for each item goes out. frequency halves every 90 days by forward decay
-- and is log2 of the weight at the epoch; each purchase counts once, whatever its quantity.
CREATE TABLE item_purchases (
  item_id STRING,
  frequency DOUBLE,
  PRIMARY KEY (item_id) NOT ENFORCED
);

INSERT INTO item_purchases
SELECT item_id, DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '90' DAY)
FROM events
WHERE type = 'purchase' AND item_id IS NOT NULL
GROUP BY item_id;
