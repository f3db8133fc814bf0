-- What a customer has bought, newest first: where their recommendations start from.
--
-- kind: recent 200 by item_id
--
-- Every event about an item whose type weighs something comes in; the newest row of each item goes
-- out, at most 200 items a user. The key is (user_id, item_id); visitors have the user_id
-- anonymous:<id>. A row is written with the event itself, in the same write that marks the user for
-- a new list. Late events find their place by occurred_at, so the order of arrival does not matter.
CREATE TABLE recent_items (
  user_id STRING,
  item_id STRING,
  type STRING,
  occurred_at TIMESTAMP_LTZ(3),
  event_id STRING,
  PRIMARY KEY (user_id, item_id) NOT ENFORCED
);

INSERT INTO recent_items
SELECT user_id, item_id, type, occurred_at, event_id
FROM events
WHERE weight > 0 AND item_id IS NOT NULL;
