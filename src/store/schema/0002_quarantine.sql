-- Events that the tracking plan turned away. `date` is the UTC day of `received`. reason, field, got and expected are
-- of the first violation; the arrays hold all. `record` is the event as the journal has it, so that it can be judged
-- again. An event that was judged again with success has a row in quarantine_replays.
CREATE TABLE IF NOT EXISTS quarantine (
  workspace LowCardinality(String) CODEC(ZSTD(1)),
  date Date CODEC(ZSTD(1)),
  received Int64 CODEC(Delta(8), ZSTD(1)),
  ts Int64 CODEC(Delta(8), ZSTD(1)),
  message_id String CODEC(ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  source LowCardinality(String) CODEC(ZSTD(1)),
  conversation_id String CODEC(ZSTD(1)),
  plan_version UInt32 CODEC(ZSTD(1)),
  is_test UInt8 CODEC(ZSTD(1)),
  reason LowCardinality(String) CODEC(ZSTD(1)),
  field LowCardinality(String) CODEC(ZSTD(1)),
  got String CODEC(ZSTD(1)),
  expected String CODEC(ZSTD(1)),
  violation_reasons Array(LowCardinality(String)) CODEC(ZSTD(1)),
  violation_fields Array(LowCardinality(String)) CODEC(ZSTD(1)),
  violation_got Array(String) CODEC(ZSTD(1)),
  violation_expected Array(String) CODEC(ZSTD(1)),
  record String CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY toYear(date)
ORDER BY (workspace, date, received, message_id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  auto_statistics_types = '';

CREATE TABLE IF NOT EXISTS quarantine_replays (
  workspace LowCardinality(String),
  message_id String,
  at Int64
) ENGINE = ReplacingMergeTree(at)
ORDER BY (workspace, message_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
