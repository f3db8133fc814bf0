-- How often people click, by placement and position: how much of a click rate is the position's.
--
-- kind: statistics
--
-- Impressions and clicks that name a placement and a position come in (slot is the API's position,
-- counted from 1); one row for each position goes out. Nothing fades: these are counts since the log's
-- start, or since the query's, whichever is later. ctr is NULL before the first impression.
--
-- The order of arrival does not matter.
CREATE TABLE slot_ctr (
  placement STRING,
  slot STRING,
  impressions BIGINT,
  clicks BIGINT,
  ctr DOUBLE,
  PRIMARY KEY (placement, slot) NOT ENFORCED
);

INSERT INTO slot_ctr
SELECT
  placement,
  CAST(slot AS STRING),
  COUNT(*) FILTER (WHERE type = 'impression'),
  COUNT(*) FILTER (WHERE type = 'click'),
  CAST(COUNT(*) FILTER (WHERE type = 'click') AS DOUBLE)
    / NULLIF(COUNT(*) FILTER (WHERE type = 'impression'), 0)
FROM events
WHERE type IN ('impression', 'click') AND placement IS NOT NULL AND slot IS NOT NULL
GROUP BY placement, slot;
