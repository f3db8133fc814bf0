-- Which items follow which today: for each item its at most 200 strongest neighbours, best first.
--
-- kind: statistics
--
-- Events about items come in, user by user in the order of arrival; each is paired with the user's
-- last 10 items. Going from a to b at distance d adds 1/d to (a, b) and half of that to (b, a). One
-- row for each item goes out, replaced at most five times a second while its item is busy.
--
-- Weights halve every day by forward decay and are log2 of the weight at the epoch. The
-- half-life is that of item_buzz.frequency, so that
-- POWER(2, weight - (frequency of item + frequency of neighbour) / 2) is the pair's weight over the
-- geometric mean of the two frequencies, at any time.
--
-- A late event counts at its own time but pairs with what arrived before it. Users share 65,536 shards of
-- state, each of which knows the last items of the 64 who came last.
CREATE TABLE item_followers (
  item_id STRING,
  neighbours ARRAY<ROW<item STRING, weight DOUBLE>>,
  PRIMARY KEY (item_id) NOT ENFORCED
);

CREATE TEMPORARY VIEW seen AS
SELECT SUBSTRING(MD5(user_id), 1, 4) AS shard, user_id, item_id, occurred_at
FROM events
WHERE weight > 0 AND item_id IS NOT NULL;

INSERT INTO item_followers
SELECT item, TOP_NEIGHBOURS(neighbour, weight, occurred_at, INTERVAL '1' DAY)
FROM TRANSITIONS(event => TABLE seen PARTITION BY shard, uid => 'transitions')
GROUP BY item;
