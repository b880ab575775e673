#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/json_writer.h"
#include "outputs/number_text.h"
#include "outputs/results_db.h"
#include "outputs/results_db_private.h"
#include "outputs/text_table.h"

enum out_status out_db_find(struct out_db *db, uint64_t hash, uint64_t seed, int replications,
                            const struct mdl_precision *aim, const char *version, int64_t *run_id,
                            struct out_error *error) {
    *run_id = 0;
    sqlite3_stmt *statement;
    enum out_status status = out_db_prepare(
        db, "SELECT max(id) FROM runs WHERE hash = ? AND seed = ? AND asked = ? AND version = ?",
        &statement, error);
    if (status != OUT_OK) {
        return status;
    }
    struct sim_arena *arena = sim_arena_new();
    struct out_db_key key = out_db_key(hash, seed);
    out_db_bind_text(statement, 1, key.hash);
    out_db_bind_text(statement, 2, key.seed);
    out_db_bind_text(statement, 3, out_db_asked(arena, replications, aim));
    out_db_bind_text(statement, 4, version);
    sim_arena_free(arena);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *run_id = sqlite3_column_int64(statement, 0); /* NULL, so 0, when there is none */
    } else {
        status = out_db_problem(db, error);
    }
    sqlite3_finalize(statement);
    return status;
}

/* --- reading a run back --------------------------------------------------------------------- */

/* A query over one run, its rows read into `arena`. */
struct reader {
    struct out_db *db;
    struct out_error *error;
    struct sim_arena *arena;
    int64_t run_id;
    sqlite3_stmt *statement;
    enum out_status status;
};

static void open_query(struct reader *reader, const char *sql, int64_t key) {
    reader->statement = NULL;
    if (reader->status == OUT_OK) {
        reader->status = out_db_prepare(reader->db, sql, &reader->statement, reader->error);
    }
    if (reader->status == OUT_OK) {
        sqlite3_bind_int64(reader->statement, 1, key);
    }
}

static bool next_row(struct reader *reader) {
    if (reader->status != OUT_OK) {
        return false;
    }
    int result = sqlite3_step(reader->statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        reader->status = out_db_problem(reader->db, reader->error);
    }
    return result == SQLITE_ROW;
}

static void close_query(struct reader *reader) { sqlite3_finalize(reader->statement); }

static const char *read_text(const struct reader *reader, int column) {
    return sim_arena_copy(reader->arena,
                          (const char *)sqlite3_column_text(reader->statement, column));
}

static double read_number(const struct reader *reader, int column) {
    return sqlite3_column_type(reader->statement, column) == SQLITE_NULL
               ? NAN
               : sqlite3_column_double(reader->statement, column);
}

static struct sim_estimate read_estimate(const struct reader *reader, int column) {
    return (struct sim_estimate){read_number(reader, column), read_number(reader, column + 1),
                                 read_number(reader, column + 2),
                                 sqlite3_column_int(reader->statement, column + 3)};
}

static double get_double(const unsigned char *bytes) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        bits |= (uint64_t)bytes[i] << (8 * i);
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static struct std_stopping read_stopping(const struct reader *reader, int column) {
    struct std_stopping stopping = {.rule = STD_AS_ASKED};
    const char *rule = read_text(reader, column);
    for (int i = STD_PRECISE; i <= STD_IDLE; i++) {
        if (strcmp(rule, std_rule_names[i]) == 0) {
            stopping = (struct std_stopping){
                .rule = (enum std_rule)i,
                .aim = {.quantile = read_number(reader, column + 1),
                        .within = read_number(reader, column + 2),
                        .at_most = sqlite3_column_int(reader->statement, column + 3)},
                .reached = read_number(reader, column + 4),
                .worst = read_text(reader, column + 5)};
        }
    }
    return stopping;
}

/* The run itself and its scenario. False when there is no such run, or on an error. */
static bool read_run(struct reader *reader, struct std_findings *findings,
                     struct mdl_scenario *scenario, const char **version) {
    open_query(reader,
               "SELECT version, name, hash, seed, replications, catalog_date, reading,"
               " load_factor, horizon_s, warmup_s, observed_s, bucket_s, bucket_count, events,"
               " wall_s, threads, scenario, stopped_by, aim_quantile, aim_within, aim_at_most,"
               " reached, widest FROM runs WHERE id = ?",
               reader->run_id);
    bool found = next_row(reader);
    if (found) {
        sqlite3_stmt *row = reader->statement;
        *version = read_text(reader, 0);
        *scenario = (struct mdl_scenario){
            .arena = reader->arena,
            .name = read_text(reader, 1),
            .hash = strtoull(read_text(reader, 2), NULL, 16),
            .catalog_date = read_text(reader, 5),
            .reading = read_text(reader, 6),
            .load_factor = read_number(reader, 7),
            .horizon_s = read_number(reader, 8),
            .warmup_s = read_number(reader, 9),
            .bucket_s = read_number(reader, 11),
            .resolved = read_text(reader, 16),
        };
        findings->seed = strtoull(read_text(reader, 3), NULL, 10);
        findings->replications = sqlite3_column_int(row, 4);
        findings->warmup_s = scenario->warmup_s;
        findings->observed_s = read_number(reader, 10);
        findings->bucket_s = read_number(reader, 11);
        findings->bucket_count = sqlite3_column_int(row, 12);
        findings->events = (uint64_t)sqlite3_column_int64(row, 13);
        findings->wall_s = read_number(reader, 14);
        findings->threads = sqlite3_column_int(row, 15);
        findings->stopping = read_stopping(reader, 17);
        scenario->seed = findings->seed;
        scenario->has_seed = true;
        scenario->replications = findings->replications;
    }
    close_query(reader);
    return found;
}

static const double *read_values(const struct reader *reader, int column, int replications) {
    const unsigned char *bytes = sqlite3_column_blob(reader->statement, column);
    int size = sqlite3_column_bytes(reader->statement, column);
    if (bytes == NULL || size != replications * 8) {
        return NULL;
    }
    double *values = sim_arena_array(reader->arena, (size_t)replications, sizeof *values);
    for (int r = 0; r < replications; r++) {
        values[r] = get_double(bytes + 8 * r);
    }
    return values;
}

static void read_metrics(struct reader *reader, struct std_findings *findings) {
    size_t room = 0;
    open_query(reader,
               "SELECT scope, entity, name, unit, value, low, high, observed, value_list"
               " FROM metrics LEFT JOIN replication_values ON metric_id = id"
               " WHERE run_id = ? ORDER BY id",
               reader->run_id);
    while (next_row(reader)) {
        findings->metrics =
            sim_arena_grow(reader->arena, findings->metrics, (size_t)findings->metric_count, &room,
                           sizeof *findings->metrics);
        findings->metrics[findings->metric_count++] = (struct std_metric){
            read_text(reader, 0),     read_text(reader, 1),
            read_text(reader, 2),     read_text(reader, 3),
            read_estimate(reader, 4), read_values(reader, 8, findings->replications)};
    }
    close_query(reader);
}

static void read_series(struct reader *reader, struct std_findings *findings) {
    size_t room = 0;
    int64_t last = 0;
    struct sim_estimate *points = NULL;
    open_query(reader,
               "SELECT id, scope, entity, name, unit, bucket, value, low, high, observed"
               " FROM series LEFT JOIN series_points ON series_id = id"
               " WHERE run_id = ? ORDER BY id, bucket",
               reader->run_id);
    while (next_row(reader)) {
        int64_t id = sqlite3_column_int64(reader->statement, 0);
        if (id != last) {
            points = sim_arena_array(reader->arena, (size_t)findings->bucket_count, sizeof *points);
            findings->series =
                sim_arena_grow(reader->arena, findings->series, (size_t)findings->series_count,
                               &room, sizeof *findings->series);
            findings->series[findings->series_count++] =
                (struct std_series){read_text(reader, 1), read_text(reader, 2),
                                    read_text(reader, 3), read_text(reader, 4), points};
            last = id;
        }
        int bucket = sqlite3_column_int(reader->statement, 5);
        if (bucket >= 0 && bucket < findings->bucket_count) {
            points[bucket] = read_estimate(reader, 6);
        }
    }
    close_query(reader);
}

static void read_bins(struct reader *reader, int64_t id, struct std_histogram *histogram) {
    double *upper = sim_arena_array(reader->arena, (size_t)histogram->count + 1, sizeof *upper);
    uint64_t *counts = sim_arena_array(reader->arena, (size_t)histogram->count + 1, sizeof *counts);
    int read = 0;
    open_query(reader,
               "SELECT upper_s, count FROM histogram_bins WHERE histogram_id = ? ORDER BY bin", id);
    while (read < histogram->count && next_row(reader)) {
        upper[read] = read_number(reader, 0);
        counts[read] = (uint64_t)sqlite3_column_int64(reader->statement, 1);
        read++;
    }
    close_query(reader);
    histogram->upper = upper;
    histogram->counts = counts;
    histogram->count = read;
}

static void read_histograms(struct reader *reader, struct std_findings *findings) {
    size_t room = 0;
    size_t id_room = 0;
    int64_t *ids = NULL;
    open_query(reader,
               "SELECT id, scope, entity, name,"
               " (SELECT count(*) FROM histogram_bins WHERE histogram_id = id)"
               " FROM histograms WHERE run_id = ? ORDER BY id",
               reader->run_id);
    while (next_row(reader)) {
        size_t count = (size_t)findings->histogram_count;
        findings->histograms = sim_arena_grow(reader->arena, findings->histograms, count, &room,
                                              sizeof *findings->histograms);
        ids = sim_arena_grow(reader->arena, ids, count, &id_room, sizeof *ids);
        ids[count] = sqlite3_column_int64(reader->statement, 0);
        findings->histograms[findings->histogram_count++] =
            (struct std_histogram){.scope = read_text(reader, 1),
                                   .entity = read_text(reader, 2),
                                   .name = read_text(reader, 3),
                                   .count = sqlite3_column_int(reader->statement, 4)};
    }
    close_query(reader);
    for (int i = 0; i < findings->histogram_count; i++) {
        read_bins(reader, ids[i], &findings->histograms[i]);
    }
}

static void read_remarks(struct reader *reader, struct std_findings *findings) {
    size_t room = 0;
    open_query(reader, "SELECT topic, text FROM remarks WHERE run_id = ? ORDER BY position",
               reader->run_id);
    while (next_row(reader)) {
        findings->remarks =
            sim_arena_grow(reader->arena, findings->remarks, (size_t)findings->remark_count, &room,
                           sizeof *findings->remarks);
        findings->remarks[findings->remark_count++] =
            (struct std_remark){read_text(reader, 0), read_text(reader, 1)};
    }
    close_query(reader);
}

static void read_log(struct reader *reader, struct std_findings *findings) {
    size_t room = 0;
    struct std_log_line *lines = NULL;
    open_query(reader,
               "SELECT time_s, source, customer, class, station, instance, what FROM log"
               " WHERE run_id = ? ORDER BY position",
               reader->run_id);
    while (next_row(reader)) {
        lines =
            sim_arena_grow(reader->arena, lines, (size_t)findings->log_count, &room, sizeof *lines);
        lines[findings->log_count++] =
            (struct std_log_line){.time_s = read_number(reader, 0),
                                  .source = read_text(reader, 1),
                                  .customer = (uint64_t)sqlite3_column_int64(reader->statement, 2),
                                  .cls = read_text(reader, 3),
                                  .station = read_text(reader, 4),
                                  .instance = sqlite3_column_int(reader->statement, 5),
                                  .what = read_text(reader, 6)};
    }
    close_query(reader);
    findings->log = lines;
}

static void read_assumptions(struct reader *reader, struct mdl_scenario *scenario) {
    size_t room = 0;
    open_query(reader,
               "SELECT key, text, unit, likely, low, high, source FROM assumptions"
               " WHERE run_id = ? ORDER BY position",
               reader->run_id);
    while (next_row(reader)) {
        scenario->assumptions =
            sim_arena_grow(reader->arena, scenario->assumptions, (size_t)scenario->assumption_count,
                           &room, sizeof *scenario->assumptions);
        scenario->assumptions[scenario->assumption_count++] = (struct mdl_assumption){
            read_text(reader, 0), read_text(reader, 1), read_text(reader, 2), read_text(reader, 3),
            read_text(reader, 4), read_text(reader, 5), read_text(reader, 6)};
    }
    close_query(reader);
}

static void read_tiers(struct reader *reader, struct mdl_scenario *scenario) {
    size_t room = 0;
    open_query(reader,
               "SELECT name, label, station, workers, connections FROM tiers WHERE run_id = ?"
               " ORDER BY position",
               reader->run_id);
    while (next_row(reader)) {
        scenario->tiers =
            sim_arena_grow(reader->arena, scenario->tiers, (size_t)scenario->tier_count, &room,
                           sizeof *scenario->tiers);
        scenario->tiers[scenario->tier_count++] =
            (struct mdl_tier){.name = read_text(reader, 0),
                              .label = read_text(reader, 1),
                              .cpu = read_text(reader, 2),
                              .workers = read_text(reader, 3),
                              .connections = read_text(reader, 4)};
    }
    close_query(reader);
}

enum out_status out_db_get(struct out_db *db, int64_t run_id, const struct mdl_scenario *scenario,
                           struct std_findings **findings, const char **version,
                           struct out_error *error) {
    *findings = NULL;
    struct sim_arena *arena = sim_arena_new();
    struct reader reader = {db, error, arena, run_id, NULL, OUT_OK};
    struct std_findings *read = sim_arena_alloc(arena, sizeof *read);
    struct mdl_scenario *stored = sim_arena_alloc(arena, sizeof *stored);
    read->arena = arena;
    read->scenario = scenario != NULL ? scenario : stored;
    const char *made_by = NULL;
    /* one transaction, so that all parts are of one state of the file */
    reader.status = out_db_execute(db, "BEGIN", error);
    bool found = reader.status == OUT_OK && read_run(&reader, read, stored, &made_by);
    if (reader.status == OUT_OK && !found) {
        (void)out_error_set(error, "%s holds no run %" PRId64, db->path, run_id);
        reader.status = OUT_NO_RUN;
    }
    if (found) {
        read_metrics(&reader, read);
        read_series(&reader, read);
        read_histograms(&reader, read);
        read_log(&reader, read);
        read_remarks(&reader, read);
        read_assumptions(&reader, stored);
        read_tiers(&reader, stored);
    }
    if (found && reader.status == OUT_OK) {
        reader.status = out_db_get_slos(db, run_id, read, error);
    }
    (void)out_db_execute(db, "ROLLBACK", NULL); /* nothing was written */
    if (reader.status != OUT_OK) {
        sim_arena_free(arena);
        return reader.status;
    }
    if (version != NULL) {
        *version = made_by;
    }
    *findings = read;
    return OUT_OK;
}

/* --- listing -------------------------------------------------------------------------------- */

#define LIST_SQL                                                                                   \
    "SELECT id, created_at, name, form, reading, load_factor, horizon_s, replications, seed, "     \
    "hash,"                                                                                        \
    " version FROM runs WHERE ? ORDER BY id DESC"

enum list_column {
    ID,
    CREATED,
    NAME,
    FORM,
    READING,
    LOAD,
    HORIZON,
    REPLICATIONS,
    SEED,
    HASH,
    MADE
};

enum out_status out_db_list_text(struct out_db *db, FILE *out, struct out_error *error) {
    struct sim_arena *arena = sim_arena_new();
    struct reader reader = {db, error, arena, 0, NULL, OUT_OK};
    static const struct {
        const char *head;
        bool left;
    } columns[] = {{"run", false},    {"made (UTC)", true}, {"name", true},
                   {"reading", true}, {"load x", false},    {"simulated", false},
                   {"reps", false},   {"seed", false},      {"version", true}};
    struct out_table table;
    out_table_init(&table, arena);
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        out_table_column(&table, columns[c].head, columns[c].left, false);
    }
    out_table_keep(&table, 1);
    open_query(&reader, LIST_SQL, 1);
    while (next_row(&reader)) {
        const char *reading = read_text(&reader, READING);
        out_table_row(&table);
        out_table_text(&table, read_text(&reader, ID));
        const char *made = read_text(&reader, CREATED); /* "2026-11-23T12:35:44Z" */
        out_table_text(
            &table, sim_arena_print(arena, "%.10s %.5s", made, strlen(made) > 11 ? made + 11 : ""));
        out_table_text(&table, read_text(&reader, NAME));
        out_table_text(&table, reading != NULL ? reading : read_text(&reader, FORM));
        out_table_text(&table, out_number_short(read_number(&reader, LOAD)).text);
        out_table_text(&table, out_number_duration(read_number(&reader, HORIZON)).text);
        out_table_text(&table, read_text(&reader, REPLICATIONS));
        out_table_text(&table, read_text(&reader, SEED));
        out_table_text(&table, read_text(&reader, MADE));
    }
    close_query(&reader);
    if (reader.status == OUT_OK && table.row_count == 0) {
        fputs("No runs yet.\n", out);
    } else if (reader.status == OUT_OK) {
        out_table_print(&table, out, 0);
    }
    sim_arena_free(arena);
    return reader.status;
}

enum out_status out_db_list_json(struct out_db *db, FILE *out, struct out_error *error) {
    struct sim_arena *arena = sim_arena_new();
    struct reader reader = {db, error, arena, 0, NULL, OUT_OK};
    struct out_json json;
    out_json_init(&json, out);
    open_query(&reader, LIST_SQL, 1);
    if (reader.status == OUT_OK) {
        out_json_object(&json, NULL);
        out_json_array(&json, "runs");
        while (next_row(&reader)) {
            out_json_flat_object(&json, NULL);
            out_json_integer(&json, "id", sqlite3_column_int64(reader.statement, ID));
            out_json_text(&json, "created_at", read_text(&reader, CREATED));
            out_json_text(&json, "name", read_text(&reader, NAME));
            out_json_text(&json, "form", read_text(&reader, FORM));
            out_json_text(&json, "reading", read_text(&reader, READING));
            out_json_number(&json, "load_factor", read_number(&reader, LOAD));
            out_json_number(&json, "horizon_s", read_number(&reader, HORIZON));
            out_json_integer(&json, "replications",
                             sqlite3_column_int(reader.statement, REPLICATIONS));
            out_json_text(&json, "seed", read_text(&reader, SEED));
            out_json_text(&json, "hash", read_text(&reader, HASH));
            out_json_text(&json, "version", read_text(&reader, MADE));
            out_json_end(&json);
        }
        out_json_end(&json);
        out_json_end(&json);
    }
    close_query(&reader);
    sim_arena_free(arena);
    return reader.status;
}
