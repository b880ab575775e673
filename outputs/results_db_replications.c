/* Replications by themselves: what an interrupted run left, and what a longer one need not repeat.
 */
#include <stdlib.h>
#include <string.h>

#include "outputs/results_db.h"
#include "outputs/results_db_private.h"

/* Binds input and seed as the first two parameters. */
static void bind_key(sqlite3_stmt *statement, uint64_t input, uint64_t seed) {
    struct out_db_key key = out_db_key(input, seed);
    out_db_bind_text(statement, 1, key.hash);
    out_db_bind_text(statement, 2, key.seed);
}

enum out_status out_db_put_replication(struct out_db *db, uint64_t input, uint64_t seed,
                                       int replication, const char *version,
                                       const unsigned char *bytes, size_t size,
                                       struct out_error *error) {
    sqlite3_stmt *insert;
    enum out_status status = out_db_prepare(
        db,
        "INSERT OR REPLACE INTO replications (input, seed, replication, version, result)"
        " VALUES (?, ?, ?, ?, ?)",
        &insert, error);
    if (status != OUT_OK) {
        return status;
    }
    bind_key(insert, input, seed);
    sqlite3_bind_int(insert, 3, replication);
    out_db_bind_text(insert, 4, version);
    sqlite3_bind_blob64(insert, 5, bytes, size, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) { /* a transaction of its own */
        status = out_db_problem(db, error);
    }
    sqlite3_finalize(insert);
    return status;
}

enum out_status out_db_get_replication(struct out_db *db, uint64_t input, uint64_t seed,
                                       int replication, const char *version, unsigned char **bytes,
                                       size_t *size, struct out_error *error) {
    *bytes = NULL;
    sqlite3_stmt *select;
    enum out_status status = out_db_prepare(db,
                                            "SELECT result FROM replications WHERE input = ? AND "
                                            "seed = ? AND replication = ? AND version = ?",
                                            &select, error);
    if (status != OUT_OK) {
        return status;
    }
    bind_key(select, input, seed);
    sqlite3_bind_int(select, 3, replication);
    out_db_bind_text(select, 4, version);
    int result = sqlite3_step(select);
    if (result == SQLITE_ROW) {
        const void *blob = sqlite3_column_blob(select, 0);
        *size = (size_t)sqlite3_column_bytes(select, 0);
        if (blob != NULL) {
            *bytes = sim_alloc(*size, 1);
            memcpy(*bytes, blob, *size);
        }
    } else if (result != SQLITE_DONE) {
        status = out_db_problem(db, error);
    }
    sqlite3_finalize(select);
    return status;
}

enum out_status out_db_drop_replications(struct out_db *db, uint64_t input, uint64_t seed,
                                         struct out_error *error) {
    sqlite3_stmt *delete;
    enum out_status status =
        out_db_prepare(db, "DELETE FROM replications WHERE input = ? AND seed = ?", &delete, error);
    if (status != OUT_OK) {
        return status;
    }
    bind_key(delete, input, seed);
    if (sqlite3_step(delete) != SQLITE_DONE) {
        status = out_db_problem(db, error);
    }
    sqlite3_finalize(delete);
    return status;
}
