/* What the files of the results database share. Only results_db*.c include this. */
#ifndef OUTPUTS_RESULTS_DB_PRIVATE_H
#define OUTPUTS_RESULTS_DB_PRIVATE_H

#include <sqlite3.h>

#include "models/scenario.h"
#include "outputs/out_error.h"
#include "studies/findings.h"

struct out_db {
    sqlite3 *handle;
    char *path;
};

/* Prepares a statement; *statement is NULL on failure. */
enum out_status out_db_prepare(struct out_db *db, const char *sql, sqlite3_stmt **statement,
                               struct out_error *error);

/* Runs SQL without results. */
enum out_status out_db_execute(struct out_db *db, const char *sql, struct out_error *error);

/* "FILE: what SQLite says". Returns OUT_FAILED. */
enum out_status out_db_problem(struct out_db *db, struct out_error *error);

/* What a run was asked for, as the column `asked` has it: two runs with the same text took the same
 * number of replications. */
const char *out_db_asked(struct sim_arena *arena, int replications,
                         const struct mdl_precision *aim);

/* A hash and a seed as the database writes them. */
struct out_db_key {
    char hash[24];
    char seed[24];
};
struct out_db_key out_db_key(uint64_t hash, uint64_t seed);

/* Binds and columns. NAN is NULL in both directions; NULL texts are NULL. */
void out_db_bind_text(sqlite3_stmt *statement, int index, const char *text);
void out_db_bind_number(sqlite3_stmt *statement, int index, double value);

/* The verdicts of a run (results_db_slo.c): inside the transaction that writes it, and read back
 * into findings whose arena they live in. */
enum out_status out_db_put_slos(struct out_db *db, const struct std_findings *findings,
                                int64_t run_id, struct out_error *error);
enum out_status out_db_get_slos(struct out_db *db, int64_t run_id, struct std_findings *findings,
                                struct out_error *error);

#endif
