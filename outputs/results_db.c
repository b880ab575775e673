#include "outputs/results_db.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "outputs/findings_view.h"
#include "outputs/number_text.h"
#include "outputs/results_db_private.h"
#include "outputs/results_db_schema.h"
#include "outputs/stopping_view.h"
#include "outputs/whole_file.h"

enum { BUSY_MS = 10000 };

enum out_status out_db_problem(struct out_db *db, struct out_error *error) {
    int why = sqlite3_system_errno(db->handle);
    int code = sqlite3_errcode(db->handle) & 0xFF;
    bool system = why != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN);
    return out_error_set(error, "%s: %s%s%s", db->path, sqlite3_errmsg(db->handle),
                         system ? ": " : "", system ? strerror(why) : "");
}

enum out_status out_db_execute(struct out_db *db, const char *sql, struct out_error *error) {
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? OUT_OK
                                                                        : out_db_problem(db, error);
}

enum out_status out_db_prepare(struct out_db *db, const char *sql, sqlite3_stmt **statement,
                               struct out_error *error) {
    return sqlite3_prepare_v2(db->handle, sql, -1, statement, NULL) == SQLITE_OK
               ? OUT_OK
               : out_db_problem(db, error);
}

void out_db_bind_text(sqlite3_stmt *statement, int index, const char *text) {
    sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

void out_db_bind_number(sqlite3_stmt *statement, int index, double value) {
    sqlite3_bind_double(statement, index, value); /* NAN becomes NULL */
}

const char *out_db_asked(struct sim_arena *arena, int replications,
                         const struct mdl_precision *aim) {
    if (replications > 0) {
        return sim_arena_print(arena, "%d replications", replications);
    }
    return sim_arena_print(arena, "%s within %s, at most %d", out_aim_figure(arena, aim),
                           out_number_exact(aim->within).text, aim->at_most);
}

struct out_db_key out_db_key(uint64_t hash, uint64_t seed) {
    struct out_db_key key;
    snprintf(key.hash, sizeof key.hash, "%016" PRIx64, hash);
    snprintf(key.seed, sizeof key.seed, "%" PRIu64, seed);
    return key;
}

/* --- opening ------------------------------------------------------------------------------ */

/* WAL needs memory shared by all users of the file, which network file systems do not give. */
static bool is_on_network(const char *path) {
    static const long types[] = {
        0x6969,     /* NFS */
        0x517B,     /* SMB */
        0xFF534D42, /* CIFS */
        0xFE534D42, /* SMB2 */
        0x5346414F, /* AFS */
        0x73757245, /* Coda */
        0x01021997, /* 9P */
        0x00C36400, /* Ceph */
        0x0BD00BD0, /* Lustre */
        0x65735546, /* FUSE: sshfs among others */
    };
    struct statfs status;
    if (statfs(path, &status) != 0) {
        return true; /* the safe answer */
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (((unsigned long)status.f_type & 0xFFFFFFFFUL) == (unsigned long)types[i]) {
            return true;
        }
    }
    return false;
}

/* The first column of the first row as an integer. */
static enum out_status ask_integer(struct out_db *db, const char *sql, int64_t *value,
                                   struct out_error *error) {
    sqlite3_stmt *statement;
    enum out_status status = out_db_prepare(db, sql, &statement, error);
    if (status != OUT_OK) {
        return status;
    }
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *value = sqlite3_column_int64(statement, 0);
    } else {
        status = out_db_problem(db, error);
    }
    sqlite3_finalize(statement);
    return status;
}

/* Refuses what is not ours; `fresh` is set when the file holds nothing yet. */
static enum out_status check_schema(struct out_db *db, bool *fresh, struct out_error *error) {
    int64_t schema;
    int64_t objects;
    int64_t metas;
    enum out_status status = ask_integer(db, "PRAGMA user_version", &schema, error);
    if (status == OUT_OK) {
        status = ask_integer(db, "SELECT count(*) FROM sqlite_master", &objects, error);
    }
    if (status == OUT_OK) {
        status = ask_integer(db,
                             "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
                             "('meta', 'runs', 'metrics')",
                             &metas, error);
    }
    if (status != OUT_OK) {
        return status;
    }
    *fresh = schema == 0 && objects == 0;
    if (*fresh) {
        return OUT_OK;
    }
    if (metas != 3) {
        return out_error_set(error, "%s is an SQLite database, but not one of jauge results",
                             db->path);
    }
    if (schema > OUT_DB_SCHEMA) {
        return out_error_set(error,
                             "%s was written by a newer jauge (schema %" PRId64
                             ", this one knows up to %d): use that one, or another file",
                             db->path, schema, OUT_DB_SCHEMA);
    }
    if (schema < OUT_DB_SCHEMA) {
        return out_error_set(error,
                             "%s was written by an older jauge (schema %" PRId64
                             ", this one writes %d): move it away, or name another file",
                             db->path, schema, OUT_DB_SCHEMA);
    }
    return OUT_OK;
}

/* Two processes may find the file empty at once: look again once it is locked. */
static enum out_status make_schema(struct out_db *db, struct out_error *error) {
    enum out_status status = out_db_execute(db, "BEGIN IMMEDIATE", error);
    if (status != OUT_OK) {
        return status;
    }
    bool fresh;
    status = check_schema(db, &fresh, error);
    for (int i = 0; status == OUT_OK && fresh && out_db_schema_sql[i] != NULL; i++) {
        status = out_db_execute(db, out_db_schema_sql[i], error);
    }
    if (status == OUT_OK) {
        status = out_db_execute(db, "COMMIT", error);
    }
    if (status != OUT_OK) {
        (void)out_db_execute(db, "ROLLBACK", NULL);
    }
    return status;
}

static enum out_status make_folder_of(const char *path, struct out_error *error) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return OUT_OK;
    }
    char *folder = sim_alloc((size_t)(slash - path) + 1, 1);
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
    enum out_status status = out_folder_make(folder, error);
    free(folder);
    return status;
}

static enum out_status set_up(struct out_db *db, struct out_error *error) {
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    sqlite3_extended_result_codes(db->handle, 1);
    bool fresh;
    enum out_status status = check_schema(db, &fresh, error);
    if (status != OUT_OK) {
        return status;
    }
    /* A read-only file stays as it is; where WAL cannot be had, SQLite keeps its own journal. */
    if (sqlite3_db_readonly(db->handle, "main") == 0) {
        (void)out_db_execute(db,
                             is_on_network(db->path) ? "PRAGMA journal_mode = DELETE"
                                                     : "PRAGMA journal_mode = WAL",
                             NULL);
    }
    status = out_db_execute(db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL", error);
    if (status == OUT_OK && fresh) {
        status = make_schema(db, error);
    }
    return status;
}

enum out_status out_db_open(const char *path, bool create, struct out_db **db,
                            struct out_error *error) {
    *db = NULL;
    if (create) {
        enum out_status status = make_folder_of(path, error);
        if (status != OUT_OK) {
            return status;
        }
    } else if (access(path, F_OK) != 0) {
        return out_error_set(error, "there is no results database at %s", path);
    }
    struct out_db *opened = sim_alloc(1, sizeof *opened);
    *opened = (struct out_db){NULL, sim_alloc(strlen(path) + 1, 1)};
    strcpy(opened->path, path);
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    enum out_status status;
    if (sqlite3_open_v2(path, &opened->handle, flags, NULL) != SQLITE_OK) {
        status = opened->handle != NULL ? out_db_problem(opened, error)
                                        : out_error_set(error, "%s: out of memory", path);
    } else {
        status = set_up(opened, error);
    }
    if (status != OUT_OK) {
        out_db_close(opened);
        return status;
    }
    *db = opened;
    return OUT_OK;
}

void out_db_close(struct out_db *db) {
    if (db != NULL) {
        sqlite3_close(db->handle);
        free(db->path);
        free(db);
    }
}

/* --- writing ------------------------------------------------------------------------------ */

/* Steps a statement that gives no rows, and makes it ready for the next ones. */
static enum out_status step(struct out_db *db, sqlite3_stmt *statement, struct out_error *error) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
        return out_db_problem(db, error);
    }
    sqlite3_reset(statement);
    return OUT_OK;
}

static void bind_estimate(sqlite3_stmt *statement, int index, const struct sim_estimate *estimate) {
    out_db_bind_number(statement, index, estimate->value);
    out_db_bind_number(statement, index + 1, estimate->low);
    out_db_bind_number(statement, index + 2, estimate->high);
    sqlite3_bind_int(statement, index + 3, estimate->count);
}

static enum out_status put_run(struct out_db *db, const struct std_findings *findings,
                               const char *version, int64_t *run_id, struct out_error *error) {
    const struct mdl_scenario *scenario = findings->scenario;
    sqlite3_stmt *insert;
    enum out_status status = out_db_prepare(
        db,
        "INSERT INTO runs (created_at, version, name, form, hash, seed, replications, asked,"
        " stopped_by, aim_quantile, aim_within, aim_at_most, reached, widest, catalog_date,"
        " reading, load_factor, horizon_s, warmup_s, observed_s, bucket_s, bucket_count, events,"
        " wall_s, threads, scenario) VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &insert, error);
    if (status != OUT_OK) {
        return status;
    }
    const struct std_stopping *stopping = &findings->stopping;
    bool fixed = stopping->rule == STD_AS_ASKED;
    struct sim_arena *arena = sim_arena_new();
    struct out_db_key key = out_db_key(scenario->hash, findings->seed);
    int i = 1;
    out_db_bind_text(insert, i++, version);
    out_db_bind_text(insert, i++, scenario->name != NULL ? scenario->name : "");
    out_db_bind_text(insert, i++, out_is_architecture(scenario) ? "architecture" : "network");
    out_db_bind_text(insert, i++, key.hash);
    out_db_bind_text(insert, i++, key.seed);
    sqlite3_bind_int(insert, i++, findings->replications);
    out_db_bind_text(insert, i++,
                     out_db_asked(arena, fixed ? findings->replications : 0, &stopping->aim));
    out_db_bind_text(insert, i++, std_rule_names[stopping->rule]);
    if (fixed) {
        i += 4; /* NULL */
    } else {
        out_db_bind_number(insert, i++, stopping->aim.quantile);
        out_db_bind_number(insert, i++, stopping->aim.within);
        sqlite3_bind_int(insert, i++, stopping->aim.at_most);
        out_db_bind_number(insert, i++, stopping->reached);
    }
    out_db_bind_text(insert, i++, stopping->worst);
    out_db_bind_text(insert, i++, scenario->catalog_date);
    out_db_bind_text(insert, i++, scenario->reading);
    out_db_bind_number(insert, i++, scenario->load_factor);
    out_db_bind_number(insert, i++, scenario->horizon_s);
    out_db_bind_number(insert, i++, findings->warmup_s);
    out_db_bind_number(insert, i++, findings->observed_s);
    out_db_bind_number(insert, i++, findings->bucket_s);
    sqlite3_bind_int(insert, i++, findings->bucket_count);
    sqlite3_bind_int64(insert, i++, (int64_t)findings->events);
    out_db_bind_number(insert, i++, findings->wall_s);
    sqlite3_bind_int(insert, i++, findings->threads);
    out_db_bind_text(insert, i++, scenario->resolved);
    status = step(db, insert, error);
    *run_id = sqlite3_last_insert_rowid(db->handle);
    sqlite3_finalize(insert);
    sim_arena_free(arena);
    return status;
}

static void put_double(unsigned char *bytes, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(bits >> (8 * i));
    }
}

static enum out_status put_metrics(struct out_db *db, const struct std_findings *findings,
                                   int64_t run_id, struct out_error *error) {
    sqlite3_stmt *insert = NULL;
    sqlite3_stmt *insert_values = NULL;
    enum out_status status = out_db_prepare(
        db,
        "INSERT INTO metrics (run_id, scope, entity, name, unit, value, low, high, observed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &insert, error);
    if (status == OUT_OK) {
        status = out_db_prepare(db, "INSERT INTO replication_values VALUES (?, ?)", &insert_values,
                                error);
    }
    size_t size = (size_t)findings->replications * 8;
    unsigned char *bytes = sim_alloc(size + 1, 1);
    for (int m = 0; m < findings->metric_count && status == OUT_OK; m++) {
        const struct std_metric *metric = &findings->metrics[m];
        sqlite3_bind_int64(insert, 1, run_id);
        out_db_bind_text(insert, 2, metric->scope);
        out_db_bind_text(insert, 3, metric->entity);
        out_db_bind_text(insert, 4, metric->name);
        out_db_bind_text(insert, 5, metric->unit);
        bind_estimate(insert, 6, &metric->estimate);
        status = step(db, insert, error);
        if (status == OUT_OK && metric->values != NULL) {
            sqlite3_bind_int64(insert_values, 1, sqlite3_last_insert_rowid(db->handle));
            for (int r = 0; r < findings->replications; r++) {
                put_double(bytes + 8 * r, metric->values[r]);
            }
            sqlite3_bind_blob64(insert_values, 2, bytes, size, SQLITE_STATIC);
            status = step(db, insert_values, error);
        }
    }
    free(bytes);
    sqlite3_finalize(insert);
    sqlite3_finalize(insert_values);
    return status;
}

static enum out_status put_series(struct out_db *db, const struct std_findings *findings,
                                  int64_t run_id, struct out_error *error) {
    sqlite3_stmt *insert = NULL;
    sqlite3_stmt *insert_point = NULL;
    enum out_status status = out_db_prepare(
        db, "INSERT INTO series (run_id, scope, entity, name, unit) VALUES (?, ?, ?, ?, ?)",
        &insert, error);
    if (status == OUT_OK) {
        status = out_db_prepare(db, "INSERT INTO series_points VALUES (?, ?, ?, ?, ?, ?)",
                                &insert_point, error);
    }
    for (int s = 0; s < findings->series_count && status == OUT_OK; s++) {
        const struct std_series *series = &findings->series[s];
        sqlite3_bind_int64(insert, 1, run_id);
        out_db_bind_text(insert, 2, series->scope);
        out_db_bind_text(insert, 3, series->entity);
        out_db_bind_text(insert, 4, series->name);
        out_db_bind_text(insert, 5, series->unit);
        status = step(db, insert, error);
        int64_t series_id = sqlite3_last_insert_rowid(db->handle);
        for (int b = 0; b < findings->bucket_count && status == OUT_OK; b++) {
            sqlite3_bind_int64(insert_point, 1, series_id);
            sqlite3_bind_int(insert_point, 2, b);
            bind_estimate(insert_point, 3, &series->points[b]);
            status = step(db, insert_point, error);
        }
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(insert_point);
    return status;
}

static enum out_status put_histograms(struct out_db *db, const struct std_findings *findings,
                                      int64_t run_id, struct out_error *error) {
    sqlite3_stmt *insert = NULL;
    sqlite3_stmt *insert_bin = NULL;
    enum out_status status = out_db_prepare(
        db, "INSERT INTO histograms (run_id, scope, entity, name) VALUES (?, ?, ?, ?)", &insert,
        error);
    if (status == OUT_OK) {
        status = out_db_prepare(db, "INSERT INTO histogram_bins VALUES (?, ?, ?, ?)", &insert_bin,
                                error);
    }
    for (int h = 0; h < findings->histogram_count && status == OUT_OK; h++) {
        const struct std_histogram *histogram = &findings->histograms[h];
        sqlite3_bind_int64(insert, 1, run_id);
        out_db_bind_text(insert, 2, histogram->scope);
        out_db_bind_text(insert, 3, histogram->entity);
        out_db_bind_text(insert, 4, histogram->name);
        status = step(db, insert, error);
        int64_t histogram_id = sqlite3_last_insert_rowid(db->handle);
        for (int b = 0; b < histogram->count && status == OUT_OK; b++) {
            sqlite3_bind_int64(insert_bin, 1, histogram_id);
            sqlite3_bind_int(insert_bin, 2, b);
            out_db_bind_number(insert_bin, 3, histogram->upper[b]);
            sqlite3_bind_int64(insert_bin, 4, (int64_t)histogram->counts[b]);
            status = step(db, insert_bin, error);
        }
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(insert_bin);
    return status;
}

/* One row of texts: (run_id, position, texts...). */
static enum out_status put_texts(struct out_db *db, sqlite3_stmt *insert, int64_t run_id,
                                 int position, const char *const *texts, int count,
                                 struct out_error *error) {
    sqlite3_bind_int64(insert, 1, run_id);
    sqlite3_bind_int(insert, 2, position);
    for (int i = 0; i < count; i++) {
        out_db_bind_text(insert, 3 + i, texts[i]);
    }
    return step(db, insert, error);
}

static enum out_status put_words(struct out_db *db, const struct std_findings *findings,
                                 int64_t run_id, struct out_error *error) {
    const struct mdl_scenario *scenario = findings->scenario;
    sqlite3_stmt *assumption = NULL;
    sqlite3_stmt *remark = NULL;
    sqlite3_stmt *tier = NULL;
    enum out_status status = out_db_prepare(
        db, "INSERT INTO assumptions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", &assumption, error);
    if (status == OUT_OK) {
        status = out_db_prepare(db, "INSERT INTO remarks VALUES (?, ?, ?, ?)", &remark, error);
    }
    if (status == OUT_OK) {
        status = out_db_prepare(db, "INSERT INTO tiers VALUES (?, ?, ?, ?, ?, ?, ?)", &tier, error);
    }
    for (int i = 0; i < scenario->assumption_count && status == OUT_OK; i++) {
        const struct mdl_assumption *a = &scenario->assumptions[i];
        status = put_texts(
            db, assumption, run_id, i,
            (const char *[]){a->key, a->text, a->unit, a->likely, a->low, a->high, a->source}, 7,
            error);
    }
    for (int i = 0; i < findings->remark_count && status == OUT_OK; i++) {
        const struct std_remark *r = &findings->remarks[i];
        status = put_texts(db, remark, run_id, i, (const char *[]){r->topic, r->text}, 2, error);
    }
    for (int i = 0; i < scenario->tier_count && status == OUT_OK; i++) {
        const struct mdl_tier *t = &scenario->tiers[i];
        status = put_texts(db, tier, run_id, i,
                           (const char *[]){t->name, t->label, t->cpu, t->workers, t->connections},
                           5, error);
    }
    sqlite3_finalize(assumption);
    sqlite3_finalize(remark);
    sqlite3_finalize(tier);
    return status;
}

static enum out_status put_log(struct out_db *db, const struct std_findings *findings,
                               int64_t run_id, struct out_error *error) {
    sqlite3_stmt *insert = NULL;
    enum out_status status =
        out_db_prepare(db, "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", &insert, error);
    for (int i = 0; i < findings->log_count && status == OUT_OK; i++) {
        const struct std_log_line *line = &findings->log[i];
        sqlite3_bind_int64(insert, 1, run_id);
        sqlite3_bind_int(insert, 2, i);
        out_db_bind_number(insert, 3, line->time_s);
        out_db_bind_text(insert, 4, line->source);
        sqlite3_bind_int64(insert, 5, (int64_t)line->customer);
        out_db_bind_text(insert, 6, line->cls);
        out_db_bind_text(insert, 7, line->station);
        sqlite3_bind_int(insert, 8, line->instance);
        out_db_bind_text(insert, 9, line->what);
        status = step(db, insert, error);
    }
    sqlite3_finalize(insert);
    return status;
}

enum out_status out_db_put(struct out_db *db, const struct std_findings *findings,
                           const char *version, int64_t *run_id, struct out_error *error) {
    enum out_status status = out_db_execute(db, "BEGIN IMMEDIATE", error);
    if (status != OUT_OK) {
        return status;
    }
    int64_t id = 0;
    status = put_run(db, findings, version, &id, error);
    if (status == OUT_OK) {
        status = put_metrics(db, findings, id, error);
    }
    if (status == OUT_OK) {
        status = put_series(db, findings, id, error);
    }
    if (status == OUT_OK) {
        status = put_histograms(db, findings, id, error);
    }
    if (status == OUT_OK) {
        status = put_log(db, findings, id, error);
    }
    if (status == OUT_OK) {
        status = put_words(db, findings, id, error);
    }
    if (status == OUT_OK) {
        status = out_db_put_slos(db, findings, id, error);
    }
    if (status == OUT_OK) {
        status = out_db_execute(db, "COMMIT", error);
    }
    if (status != OUT_OK) {
        (void)out_db_execute(db, "ROLLBACK", NULL);
        return status;
    }
    *run_id = id;
    return OUT_OK;
}
