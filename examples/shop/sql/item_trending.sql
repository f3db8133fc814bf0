-- Which items get more attention than they usually do: lately, against their own baseline.
--
-- kind: statistics
--
-- Events about items come in; one row for each item goes out, replaced at most once a second while its
-- item is busy. recent halves every hour, baseline every 7 days; both count each event once and are
-- log2 of the weight at the epoch, as in item_popularity.
--
-- The two are compared when a list is made, for the answer depends on the time. With
--   r = POWER(2, recent - now / 1 hour)            events of the last hours,
--   e = POWER(2, baseline - now / 7 days) / 168    those that a usual time would have brought,
-- the placement source of kind trending scores (r - e) / SQRT(e + 1): by how many standard deviations
-- of chance there are more events than usual. An old favourite scores nothing, and neither does an
-- item that somebody happened to look at.
--
-- The order of arrival does not matter, however late an event is.
CREATE TABLE item_trending (
  item_id STRING,
  recent DOUBLE,
  baseline DOUBLE,
  PRIMARY KEY (item_id) NOT ENFORCED
);

INSERT INTO item_trending
SELECT
  item_id,
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '1' HOUR),
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '7' DAY)
FROM events
WHERE weight > 0 AND item_id IS NOT NULL
GROUP BY item_id;
