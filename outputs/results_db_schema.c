#include "outputs/results_db_schema.h"

#include <stddef.h>

/* One figure of the rows grouped, as a column of a view. */
#define FIGURE(scale, column, name, as)                                                            \
    "  max(CASE WHEN name = '" name "' THEN " column " END)" scale " AS " as
#define PERCENT " * 100"
#define MILLI " * 1000"

/* clang-format off */
const char *const out_db_schema_sql[] = {
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);\n",
    "INSERT INTO meta VALUES ('format', 'jauge results'), ('schema', '4');\n",
    "CREATE TABLE runs (\n"
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "  created_at TEXT NOT NULL,\n" /* wall clock, UTC; no part of any result */
    "  version TEXT NOT NULL,\n"
    "  name TEXT NOT NULL,\n"
    "  form TEXT NOT NULL,\n"
    "  hash TEXT NOT NULL,\n"       /* 16 hexadecimal digits */
    "  seed TEXT NOT NULL,\n"       /* decimal: it may exceed SQLite's integers */
    "  replications INTEGER NOT NULL,\n"
    "  asked TEXT NOT NULL,\n"      /* how many: "10 replications", or the aim */
    "  stopped_by TEXT NOT NULL,\n" /* fixed, precision, ceiling, idle */
    "  aim_quantile REAL,\n"        /* NULL: the mean, or no aim */
    "  aim_within REAL,\n"
    "  aim_at_most INTEGER,\n"
    "  reached REAL,\n"
    "  widest TEXT,\n"
    "  catalog_date TEXT,\n"
    "  reading TEXT,\n"
    "  load_factor REAL,\n"
    "  horizon_s REAL NOT NULL,\n"
    "  warmup_s REAL NOT NULL,\n"
    "  observed_s REAL NOT NULL,\n"
    "  bucket_s REAL NOT NULL,\n"
    "  bucket_count INTEGER NOT NULL,\n"
    "  events INTEGER NOT NULL,\n"
    "  wall_s REAL,\n"
    "  threads INTEGER NOT NULL,\n"
    "  scenario TEXT);\n",           /* the resolved document, JSON */
    "CREATE INDEX runs_by_input ON runs (hash, seed, asked, version);\n",
    /* Replications as they end, so that a run can go on: see models/result_pack.h. */
    "CREATE TABLE replications (\n"
    "  input TEXT NOT NULL,\n"       /* hash of what decides a replication */
    "  seed TEXT NOT NULL,\n"
    "  replication INTEGER NOT NULL,\n"
    "  version TEXT NOT NULL,\n"
    "  result BLOB NOT NULL,\n"
    "  PRIMARY KEY (input, seed, replication));\n",
    "CREATE TABLE metrics (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  scope TEXT NOT NULL, entity TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,\n"
    "  value REAL, low REAL, high REAL,\n"
    "  observed INTEGER NOT NULL);\n", /* replications that had a value */
    "CREATE UNIQUE INDEX metrics_by_name ON metrics (run_id, scope, entity, name);\n",
    "CREATE TABLE replication_values (\n"
    "  metric_id INTEGER PRIMARY KEY REFERENCES metrics (id) ON DELETE CASCADE,\n"
    "  value_list BLOB NOT NULL);\n",   /* IEEE 754 doubles, little-endian, one per replication */
    "CREATE TABLE series (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  scope TEXT NOT NULL, entity TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL);\n",
    "CREATE UNIQUE INDEX series_by_name ON series (run_id, scope, entity, name);\n",
    "CREATE TABLE series_points (\n"
    "  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,\n"
    "  bucket INTEGER NOT NULL,\n"
    "  value REAL, low REAL, high REAL, observed INTEGER NOT NULL,\n"
    "  PRIMARY KEY (series_id, bucket)) WITHOUT ROWID;\n",
    "CREATE TABLE histograms (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  scope TEXT NOT NULL, entity TEXT NOT NULL, name TEXT NOT NULL);\n",
    "CREATE INDEX histograms_by_run ON histograms (run_id);\n",
    "CREATE TABLE histogram_bins (\n"
    "  histogram_id INTEGER NOT NULL REFERENCES histograms (id) ON DELETE CASCADE,\n"
    "  bin INTEGER NOT NULL, upper_s REAL, count INTEGER NOT NULL,\n"
    "  PRIMARY KEY (histogram_id, bin)) WITHOUT ROWID;\n",
    "CREATE TABLE log (\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  position INTEGER NOT NULL,\n"
    "  time_s REAL, source TEXT, customer INTEGER, class TEXT, station TEXT, instance INTEGER,\n"
    "  what TEXT NOT NULL,\n"
    "  PRIMARY KEY (run_id, position)) WITHOUT ROWID;\n",
    "CREATE TABLE assumptions (\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  position INTEGER NOT NULL,\n"
    "  key TEXT, text TEXT, unit TEXT, likely TEXT, low TEXT, high TEXT, source TEXT,\n"
    "  PRIMARY KEY (run_id, position)) WITHOUT ROWID;\n",
    "CREATE TABLE remarks (\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  position INTEGER NOT NULL, topic TEXT NOT NULL, text TEXT NOT NULL,\n"
    "  PRIMARY KEY (run_id, position)) WITHOUT ROWID;\n",
    "CREATE TABLE verdicts (\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  position INTEGER NOT NULL, name TEXT NOT NULL, condition TEXT NOT NULL,\n"
    "  answer TEXT NOT NULL,\n"        /* met, missed, undetermined */
    "  unit TEXT NOT NULL, limit_value REAL, below INTEGER NOT NULL, assumed INTEGER NOT NULL,\n"
    "  needed REAL, scope TEXT, entity TEXT, metric TEXT,\n"
    "  decisive INTEGER NOT NULL,\n"   /* position of the place that decides */
    "  PRIMARY KEY (run_id, position)) WITHOUT ROWID;\n",
    "CREATE TABLE verdict_places (\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  verdict INTEGER NOT NULL, position INTEGER NOT NULL, span TEXT NOT NULL,\n"
    "  label TEXT NOT NULL, from_s REAL, to_s REAL, requests REAL,\n"
    "  value REAL, low REAL, high REAL, observed INTEGER NOT NULL, thin INTEGER NOT NULL,\n"
    "  answer TEXT NOT NULL,\n"
    "  PRIMARY KEY (run_id, verdict, position)) WITHOUT ROWID;\n",
    "CREATE TABLE tiers (\n"
    "  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,\n"
    "  position INTEGER NOT NULL, name TEXT NOT NULL, label TEXT,\n"
    "  station TEXT, workers TEXT, connections TEXT,\n"
    "  PRIMARY KEY (run_id, position)) WITHOUT ROWID;\n",

    "CREATE VIEW v_runs AS SELECT id, created_at, name, form, reading, load_factor,\n"
    "  horizon_s, replications, stopped_by, seed, hash, version, catalog_date, events, wall_s\n"
    "  FROM runs;\n",

    "CREATE VIEW v_requests AS SELECT run_id, scope, entity,\n"
    FIGURE("", "value", "count.ok", "ok") ",\n"
    FIGURE("", "value", "throughput", "per_s") ",\n"
    FIGURE(MILLI, "value", "response.mean", "mean_ms") ",\n"
    FIGURE(MILLI, "low", "response.mean", "mean_low_ms") ",\n"
    FIGURE(MILLI, "high", "response.mean", "mean_high_ms") ",\n"
    FIGURE(MILLI, "value", "response.p50", "p50_ms") ",\n"
    FIGURE(MILLI, "value", "response.p95", "p95_ms") ",\n"
    FIGURE(MILLI, "low", "response.p95", "p95_low_ms") ",\n"
    FIGURE(MILLI, "high", "response.p95", "p95_high_ms") ",\n"
    FIGURE(MILLI, "value", "response.p99", "p99_ms") ",\n"
    FIGURE(PERCENT, "value", "error_rate", "errors_percent") "\n"
    "  FROM metrics WHERE scope IN ('network', 'source', 'class', 'mark')\n"
    "  GROUP BY run_id, scope, entity ORDER BY run_id, min(id);\n",

    "CREATE VIEW v_tiers AS SELECT metrics.run_id, entity AS tier,\n"
    "  (SELECT label FROM tiers WHERE tiers.run_id = metrics.run_id AND tiers.name = entity)"
    " AS label,\n"
    FIGURE(PERCENT, "value", "utilization", "utilization_percent") ",\n"
    FIGURE(PERCENT, "low", "utilization", "utilization_low_percent") ",\n"
    FIGURE(PERCENT, "high", "utilization", "utilization_high_percent") ",\n"
    FIGURE(PERCENT, "value", "utilization_worst_5min", "worst_5min_percent") ",\n"
    FIGURE("", "value", "queue.mean", "queue_mean") ",\n"
    FIGURE("", "value", "queue.max", "queue_max") ",\n"
    FIGURE("", "value", "connections.mean", "connections_mean") ",\n"
    FIGURE("", "value", "connections.max", "connections_max") ",\n"
    FIGURE("", "value", "memory.max_gib", "memory_max_gib") "\n"
    "  FROM metrics WHERE scope = 'tier' GROUP BY metrics.run_id, entity\n"
    "  ORDER BY metrics.run_id, min(id);\n",

    "CREATE VIEW v_stations AS SELECT run_id, entity AS station,\n"
    FIGURE(PERCENT, "value", "utilization", "utilization_percent") ",\n"
    FIGURE(PERCENT, "low", "utilization", "utilization_low_percent") ",\n"
    FIGURE(PERCENT, "high", "utilization", "utilization_high_percent") ",\n"
    FIGURE("", "value", "throughput", "per_s") ",\n"
    FIGURE("", "value", "number.mean", "number_mean") ",\n"
    FIGURE("", "value", "waiting_number.mean", "waiting_mean") ",\n"
    FIGURE(MILLI, "value", "waiting.mean", "wait_ms") ",\n"
    FIGURE(MILLI, "value", "response.mean", "response_ms") ",\n"
    FIGURE("", "value", "count.rejected", "rejected") "\n"
    "  FROM metrics WHERE scope = 'station' GROUP BY run_id, entity\n"
    "  ORDER BY run_id, min(id);\n",

    "CREATE VIEW v_slo AS SELECT v.run_id, v.name, v.condition, v.answer, v.unit,\n"
    "  v.limit_value AS \"limit\", p.span, p.label AS decided, p.value, p.low, p.high,\n"
    "  CASE WHEN v.below THEN v.limit_value - p.value ELSE p.value - v.limit_value END\n"
    "    / v.limit_value * 100 AS margin_percent, p.requests, v.needed AS requests_needed\n"
    "  FROM verdicts v JOIN verdict_places p ON p.run_id = v.run_id\n"
    "    AND p.verdict = v.position AND p.position = v.decisive\n"
    "  ORDER BY v.run_id, v.position;\n",

    "PRAGMA user_version = 4;\n",
    NULL};
/* clang-format on */
