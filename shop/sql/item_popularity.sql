-- How much each item is wanted now, and how often it is seen at all.
--
-- kind: statistics
--
-- Events about items come in; one row for each item goes out, replaced at most five times a second
-- while its item is busy. Both numbers fade by forward decay and are log2 of the weight at the
-- epoch: compare items by them directly, or take POWER(2, popularity - now / half_life).
--
-- popularity halves every 6 hours; an event counts by the weight of its type (a purchase 5, a view 1,
-- others as imasugu.yaml declares).
-- frequency halves every 30 days, as in item_transitions, whose pairs it serves to normalise: there
-- the same events count once each.
--
-- The order of arrival does not matter, however late an event is.
CREATE TABLE item_popularity (
  item_id STRING,
  popularity DOUBLE,
  frequency DOUBLE,
  PRIMARY KEY (item_id) NOT ENFORCED
);

INSERT INTO item_popularity
SELECT
  item_id,
  DECAYED_WEIGHT(
    weight,
    occurred_at,
    INTERVAL '6' HOUR),
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '30' DAY)
FROM events
WHERE weight > 0 AND item_id IS NOT NULL
GROUP BY item_id;
