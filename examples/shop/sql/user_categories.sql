-- How each user's interest is shared among categories.
--
-- kind: statistics
--
-- Events about items come in, and the catalogue; one row for each user goes out, visitors too, with
-- their at most 20 greatest categories, best first. The weight of each is its share: of all that the
-- user did, by the weights of the event types and halved every 30 days. Shares lie between 0 and 1 and
-- change with events only, never with time.
--
-- An event takes the category that its item has when the event arrives; one that comes before its item
-- waits for it. Apart from that the order of arrival does not matter.
CREATE TABLE user_categories (
  user_id STRING,
  categories ARRAY<ROW<item STRING, weight DOUBLE>>,
  PRIMARY KEY (user_id) NOT ENFORCED
);

CREATE TEMPORARY VIEW interests AS
SELECT item_id, user_id, weight, occurred_at
FROM events
WHERE weight > 0 AND item_id IS NOT NULL;

CREATE TEMPORARY VIEW categorised AS
SELECT item_id, category, price
FROM items
WHERE NOT deleted;

INSERT INTO user_categories
SELECT user_id, CATEGORY_AFFINITY(category, weight, occurred_at, INTERVAL '30' DAY)
FROM WITH_ITEM(
  event => TABLE interests PARTITION BY item_id,
  item => TABLE categorised PARTITION BY item_id,
  uid => 'user-categories')
WHERE category IS NOT NULL
GROUP BY user_id;
