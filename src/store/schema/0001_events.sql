-- One row an event, all but quarantined ones. `date` is the UTC day of `ts`, held between 1970-01-01 and 2149-06-06.
-- Times are milliseconds since 1970 in UTC; conversation_key is hash64(conversation_id), 0 outside of conversations;
-- person_key is hash64(person), 0 where nobody is known. Codes: type 0 track, 1 identify, 2 page, 3 screen, 4 group,
-- 5 alias; verdict 0 accepted, 1 violations. Property columns hold what can be asked for directly: '' or -1 where the
-- event does not have it or has it in another shape; *_micros are millionths. Every other property, and every value
-- that its column cannot give back exactly, stands in property_names and property_values, there as JSON text.
-- The same message_id can stand here more than once: count with uniqExact(message_id).
CREATE TABLE IF NOT EXISTS events (
  workspace LowCardinality(String) CODEC(ZSTD(1)),
  date Date CODEC(ZSTD(1)),
  conversation_key UInt64 CODEC(ZSTD(1)),
  ts Int64 CODEC(Delta(8), ZSTD(1)),
  message_id String CODEC(ZSTD(1)),
  received Int64 CODEC(Delta(8), ZSTD(1)),
  conversation_id String CODEC(ZSTD(1)),
  session_id String CODEC(ZSTD(1)),
  user_id String CODEC(ZSTD(1)),
  anonymous_id String CODEC(ZSTD(1)),
  person_key UInt64 CODEC(ZSTD(1)),
  type UInt8,
  verdict UInt8,
  is_test UInt8,
  plan_version UInt32,
  name LowCardinality(String) CODEC(ZSTD(1)),
  source LowCardinality(String) CODEC(ZSTD(1)),
  channel LowCardinality(String) CODEC(ZSTD(1)),
  intent_name LowCardinality(String) CODEC(ZSTD(1)),
  step_id LowCardinality(String) CODEC(ZSTD(1)),
  outcome LowCardinality(String) CODEC(ZSTD(1)),
  conversation_status LowCardinality(String) CODEC(ZSTD(1)),
  handoff_reason LowCardinality(String) CODEC(ZSTD(1)),
  fallback_reason LowCardinality(String) CODEC(ZSTD(1)),
  language LowCardinality(String) CODEC(ZSTD(1)),
  tool_name LowCardinality(String) CODEC(ZSTD(1)),
  message_text String CODEC(ZSTD(1)),
  intent_confidence_micros Int64 CODEC(ZSTD(1)),
  step_index Int64 CODEC(ZSTD(1)),
  turn_index Int64 CODEC(Delta(8), ZSTD(1)),
  message_length Int64 CODEC(ZSTD(1)),
  latency_ms Int64 CODEC(ZSTD(1)),
  csat Int64 CODEC(ZSTD(1)),
  property_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
  property_values Array(String) CODEC(ZSTD(1)),
  violation_reasons Array(LowCardinality(String)),
  violation_fields Array(LowCardinality(String)),
  violation_got Array(String),
  violation_expected Array(String)
) ENGINE = MergeTree
PARTITION BY toYear(date)
ORDER BY (workspace, date, conversation_key, ts, message_id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1,
  auto_statistics_types = '';
