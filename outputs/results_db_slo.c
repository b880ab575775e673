/* The verdicts on the SLOs in the results database: one row per SLO, one per place. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "outputs/results_db_private.h"

/* --- writing ------------------------------------------------------------------------------ */

static enum out_status step(struct out_db *db, sqlite3_stmt *statement, struct out_error *error) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
        return out_db_problem(db, error);
    }
    sqlite3_reset(statement);
    return OUT_OK;
}

static enum out_status put_verdict(struct out_db *db, sqlite3_stmt *insert, int64_t run_id,
                                   int position, const struct std_slo_verdict *v,
                                   struct out_error *error) {
    int i = 1;
    sqlite3_bind_int64(insert, i++, run_id);
    sqlite3_bind_int(insert, i++, position);
    out_db_bind_text(insert, i++, v->name);
    out_db_bind_text(insert, i++, v->condition);
    out_db_bind_text(insert, i++, std_slo_answer_names[v->answer]);
    out_db_bind_text(insert, i++, v->unit);
    out_db_bind_number(insert, i++, v->limit);
    sqlite3_bind_int(insert, i++, v->below);
    sqlite3_bind_int(insert, i++, v->assumed);
    out_db_bind_number(insert, i++, v->needed);
    out_db_bind_text(insert, i++, v->scope);
    out_db_bind_text(insert, i++, v->entity);
    out_db_bind_text(insert, i++, v->metric);
    sqlite3_bind_int(insert, i++, v->decisive);
    return step(db, insert, error);
}

static enum out_status put_place(struct out_db *db, sqlite3_stmt *insert, int64_t run_id,
                                 int verdict, int position, const struct std_slo_place *place,
                                 struct out_error *error) {
    int i = 1;
    sqlite3_bind_int64(insert, i++, run_id);
    sqlite3_bind_int(insert, i++, verdict);
    sqlite3_bind_int(insert, i++, position);
    out_db_bind_text(insert, i++, std_slo_span_names[place->span]);
    out_db_bind_text(insert, i++, place->label);
    out_db_bind_number(insert, i++, place->from_s);
    out_db_bind_number(insert, i++, place->to_s);
    out_db_bind_number(insert, i++, place->requests);
    out_db_bind_number(insert, i++, place->estimate.value);
    out_db_bind_number(insert, i++, place->estimate.low);
    out_db_bind_number(insert, i++, place->estimate.high);
    sqlite3_bind_int(insert, i++, place->estimate.count);
    sqlite3_bind_int(insert, i++, place->thin);
    out_db_bind_text(insert, i++, std_slo_answer_names[place->answer]);
    return step(db, insert, error);
}

enum out_status out_db_put_slos(struct out_db *db, const struct std_findings *findings,
                                int64_t run_id, struct out_error *error) {
    sqlite3_stmt *verdict = NULL;
    sqlite3_stmt *place = NULL;
    enum out_status status =
        out_db_prepare(db, "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       &verdict, error);
    if (status == OUT_OK) {
        status = out_db_prepare(
            db, "INSERT INTO verdict_places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &place, error);
    }
    for (int s = 0; s < findings->slo_count && status == OUT_OK; s++) {
        const struct std_slo_verdict *v = &findings->slos[s];
        status = put_verdict(db, verdict, run_id, s, v, error);
        for (int p = 0; p < v->place_count && status == OUT_OK; p++) {
            status = put_place(db, place, run_id, s, p, &v->places[p], error);
        }
    }
    sqlite3_finalize(verdict);
    sqlite3_finalize(place);
    return status;
}

/* --- reading ------------------------------------------------------------------------------ */

static const char *text_at(sqlite3_stmt *row, int column, struct sim_arena *arena) {
    return sim_arena_copy(arena, (const char *)sqlite3_column_text(row, column));
}

static double number_at(sqlite3_stmt *row, int column) {
    return sqlite3_column_type(row, column) == SQLITE_NULL ? NAN
                                                           : sqlite3_column_double(row, column);
}

/* The place of a text among `count` names; 0 when it is none of them. */
static int place_of(sqlite3_stmt *row, int column, const char *const *names, int count) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    for (int i = 0; i < count && text != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            return i;
        }
    }
    return 0;
}

static struct std_slo_verdict read_verdict(sqlite3_stmt *row, struct sim_arena *arena) {
    return (struct std_slo_verdict){
        .name = text_at(row, 0, arena),
        .condition = text_at(row, 1, arena),
        .answer = (enum std_slo_answer)place_of(row, 2, std_slo_answer_names, 3),
        .unit = text_at(row, 3, arena),
        .limit = number_at(row, 4),
        .below = sqlite3_column_int(row, 5) != 0,
        .assumed = sqlite3_column_int(row, 6) != 0,
        .needed = number_at(row, 7),
        .scope = text_at(row, 8, arena),
        .entity = text_at(row, 9, arena),
        .metric = text_at(row, 10, arena),
        .decisive = sqlite3_column_int(row, 11),
    };
}

static struct std_slo_place read_place(sqlite3_stmt *row, struct sim_arena *arena) {
    return (struct std_slo_place){
        .span = (enum std_slo_span)place_of(row, 1, std_slo_span_names, 3),
        .label = text_at(row, 2, arena),
        .from_s = number_at(row, 3),
        .to_s = number_at(row, 4),
        .requests = number_at(row, 5),
        .estimate = {number_at(row, 6), number_at(row, 7), number_at(row, 8),
                     sqlite3_column_int(row, 9)},
        .thin = sqlite3_column_int(row, 10) != 0,
        .answer = (enum std_slo_answer)place_of(row, 11, std_slo_answer_names, 3),
    };
}

/* Steps; false at the end or on an error. */
static bool next(struct out_db *db, sqlite3_stmt *statement, enum out_status *status,
                 struct out_error *error) {
    if (*status != OUT_OK) {
        return false;
    }
    int result = sqlite3_step(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        *status = out_db_problem(db, error);
    }
    return result == SQLITE_ROW;
}

enum out_status out_db_get_slos(struct out_db *db, int64_t run_id, struct std_findings *findings,
                                struct out_error *error) {
    struct sim_arena *arena = findings->arena;
    sqlite3_stmt *row = NULL;
    size_t room = 0;
    enum out_status status =
        out_db_prepare(db,
                       "SELECT name, condition, answer, unit, limit_value, below, assumed, needed,"
                       " scope, entity, metric, decisive FROM verdicts WHERE run_id = ?"
                       " ORDER BY position",
                       &row, error);
    sqlite3_bind_int64(row, 1, run_id);
    while (next(db, row, &status, error)) {
        findings->slos = sim_arena_grow(arena, findings->slos, (size_t)findings->slo_count, &room,
                                        sizeof *findings->slos);
        findings->slos[findings->slo_count++] = read_verdict(row, arena);
    }
    sqlite3_finalize(row);
    row = NULL;
    if (status == OUT_OK) {
        status = out_db_prepare(db,
                                "SELECT verdict, span, label, from_s, to_s, requests, value, low,"
                                " high, observed, thin, answer FROM verdict_places"
                                " WHERE run_id = ? ORDER BY verdict, position",
                                &row, error);
    }
    sqlite3_bind_int64(row, 1, run_id);
    struct std_slo_verdict *last = NULL;
    while (next(db, row, &status, error)) {
        int index = sqlite3_column_int(row, 0);
        if (index < 0 || index >= findings->slo_count) {
            continue;
        }
        struct std_slo_verdict *v = &findings->slos[index];
        room = v == last ? room : 0;
        v->places =
            sim_arena_grow(arena, v->places, (size_t)v->place_count, &room, sizeof *v->places);
        v->places[v->place_count++] = read_place(row, arena);
        last = v;
    }
    sqlite3_finalize(row);
    for (int i = 0; i < findings->slo_count && status == OUT_OK; i++) {
        const struct std_slo_verdict *v = &findings->slos[i];
        if (v->decisive < 0 || v->decisive >= v->place_count) {
            status = out_error_set(error, "%s: a verdict of run %lld has no place", db->path,
                                   (long long)run_id);
        }
    }
    return status;
}
