-- How often an item is clicked where it is shown, fair to new items and to bad positions.
--
-- kind: statistics
-- ttl: 180d
--
-- Impressions and clicks that name a placement, an item and a position come in; one row for each item
-- of a placement goes out.
--
-- ctr is smoothed: (clicks + alpha) / (impressions + alpha + beta). The prior Beta(alpha, beta) is
-- learned from all items of the placement, so an item shown three times has about the rate of the
-- others, and one shown a thousand times its own.
--
-- expected_clicks is how many clicks the item's impressions would have got if only their positions
-- counted; over_expected = clicks / expected_clicks is above 1 for items that people choose in spite
-- of where they stand (COEC in Zhang & Jones 2007).
--
-- Two things keep it cheap and exact. Rates of positions are rounded to four digits and the prior to
-- two, because each change of theirs is a change of every item's row. And what is joined is added up
-- as DECIMAL: rows that are taken back leave no rounding behind, so the order of arrival does not
-- matter. It is still the most expensive of these files; docs/performance.md has what it costs.
CREATE TABLE item_ctr (
  placement STRING,
  item_id STRING,
  impressions BIGINT,
  clicks BIGINT,
  ctr DOUBLE,
  expected_clicks DOUBLE,
  over_expected DOUBLE,
  PRIMARY KEY (placement, item_id) NOT ENFORCED
);

CREATE TEMPORARY VIEW shown AS
SELECT
  placement,
  item_id,
  slot,
  COUNT(*) FILTER (WHERE type = 'impression') AS impressions,
  COUNT(*) FILTER (WHERE type = 'click') AS clicks
FROM events
WHERE type IN ('impression', 'click')
  AND placement IS NOT NULL AND item_id IS NOT NULL AND slot IS NOT NULL
GROUP BY placement, item_id, slot;

CREATE TEMPORARY VIEW slot_rates AS
SELECT
  placement,
  slot,
  CAST(CAST(SUM(clicks) AS DOUBLE) / NULLIF(SUM(impressions), 0) AS DECIMAL(10, 4)) AS rate
FROM shown
GROUP BY placement, slot;

CREATE TEMPORARY VIEW items_shown AS
SELECT
  s.placement,
  s.item_id,
  SUM(s.impressions) AS impressions,
  SUM(s.clicks) AS clicks,
  SUM(s.impressions * r.rate) AS expected_clicks
FROM shown s
JOIN slot_rates r ON r.placement = s.placement AND r.slot = s.slot
GROUP BY s.placement, s.item_id;

CREATE TEMPORARY VIEW priors AS
SELECT placement, BETA_PRIOR(clicks, impressions) AS prior
FROM items_shown
GROUP BY placement;

INSERT INTO item_ctr
SELECT
  i.placement,
  i.item_id,
  i.impressions,
  i.clicks,
  SMOOTHED_CTR(i.clicks, i.impressions, p.prior),
  CAST(i.expected_clicks AS DOUBLE),
  i.clicks / CAST(NULLIF(i.expected_clicks, 0) AS DOUBLE)
FROM items_shown i
JOIN priors p ON p.placement = i.placement;
