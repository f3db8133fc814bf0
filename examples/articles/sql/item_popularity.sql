-- What is read now, at two speeds, and how often each article is read at all.
--
-- kind: statistics
--
-- Events about articles come in; one row for each article goes out, replaced at most five times a second while
-- it is busy. Each event counts once, whatever its type, and fades by forward decay; the numbers are
-- log2 of the weight at the epoch, as in the other projects.
--
-- popularity halves every 3 hours: the articles of today. frequency halves every 30 days, as in
-- item_transitions, whose pairs it serves to normalise.
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
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '3' HOUR),
  DECAYED_WEIGHT(1.0, occurred_at, INTERVAL '30' DAY)
FROM events
WHERE weight > 0 AND item_id IS NOT NULL
GROUP BY item_id;
