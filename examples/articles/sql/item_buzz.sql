-- What is read at this moment.
--
-- kind: statistics
--
-- Events about articles come in; one row for each article goes out. Both numbers count each event once and are log2
-- of the weight at the epoch: popularity halves every 20 minutes, frequency every day, as in
-- item_followers.
--
-- The order of arrival does not matter, however late an event is.
CREATE TABLE item_buzz (
  item_id STRING,
  popularity DOUBLE,
  frequency DOUBLE,
  PRIMARY KEY (item_id) NOT ENFORCED
);

INSERT INTO item_buzz
SELECT
  item_id,
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '20' MINUTE),
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '1' DAY)
FROM events
WHERE weight > 0 AND item_id IS NOT NULL
GROUP BY item_id;
