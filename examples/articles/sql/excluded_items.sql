-- What a user must not be offered again: bought, or dismissed.
--
-- kind: recent 500 by item_id
--
-- Purchases and dismissals come in; one row for each item goes out, the newest 500 items a user.
-- The key is (user_id, item_id). A row is written with the event itself; late events find their
-- place by occurred_at.
CREATE TABLE excluded_items (
  user_id STRING,
  item_id STRING,
  type STRING,
  occurred_at TIMESTAMP_LTZ(3),
  event_id STRING,
  PRIMARY KEY (user_id, item_id) NOT ENFORCED
);

INSERT INTO excluded_items
SELECT user_id, item_id, type, occurred_at, event_id
FROM events
WHERE type IN ('purchase', 'dismiss');
