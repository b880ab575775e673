/* The results database (SQLite): every run with its input, its figures and where they came from.
 *
 * One transaction per run, and per replication as it ends: a failed write leaves nothing half.
 * Doubles are kept exactly, NAN as NULL, so that a run read back prints the same bytes. Journal:
 * WAL, except on network file systems, where it is unsafe. Several processes may use one file; a
 * writer waits for others up to 10 s. A handle belongs to one thread. docs/results.md describes
 * tables and views.
 */
#ifndef OUTPUTS_RESULTS_DB_H
#define OUTPUTS_RESULTS_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "outputs/out_error.h"
#include "studies/findings.h"

enum { OUT_DB_SCHEMA = 4 }; /* PRAGMA user_version and meta.schema */

struct out_db;

/* Opens the database at `path`. With `create`, makes it and its folder where they are missing; else
 * a missing file is an error. A file of another schema, or one that is not a results database, is
 * an error and is left as it is: what an older program stored lacks figures that this one prints.
 * On OUT_OK the caller closes *db. */
enum out_status out_db_open(const char *path, bool create, struct out_db **db,
                            struct out_error *error);

/* NULL is allowed. */
void out_db_close(struct out_db *db);

/* Stores a run under a new id (> 0), with the program's version. */
enum out_status out_db_put(struct out_db *db, const struct std_findings *findings,
                           const char *version, int64_t *run_id, struct out_error *error);

/* The newest run of this input, asked for so many replications, or (0) with this aim; *run_id = 0
 * when there is none. */
enum out_status out_db_find(struct out_db *db, uint64_t hash, uint64_t seed, int replications,
                            const struct mdl_precision *aim, const char *version, int64_t *run_id,
                            struct out_error *error);

/* Replications by themselves, for a run that may be interrupted
 * (outputs/results_db_replications.c). `input` is the scenario's run_hash. What another version of
 * the program left is not found, and replaced. */
enum out_status out_db_put_replication(struct out_db *db, uint64_t input, uint64_t seed,
                                       int replication, const char *version,
                                       const unsigned char *bytes, size_t size,
                                       struct out_error *error);

/* *bytes (caller frees with free()) is NULL when there is none. */
enum out_status out_db_get_replication(struct out_db *db, uint64_t input, uint64_t seed,
                                       int replication, const char *version, unsigned char **bytes,
                                       size_t *size, struct out_error *error);

/* Forgets those of this input. */
enum out_status out_db_drop_replications(struct out_db *db, uint64_t input, uint64_t seed,
                                         struct out_error *error);

/* Reads a run back. `scenario` is borrowed, as in std_run; with NULL the findings carry one made
 * from what the database holds (all that the writers need; its network is empty). Free with
 * std_findings_free. An unknown id is OUT_NO_RUN. `version` (may be NULL) is set to the program
 * that made the run; it lives as long as the findings. */
enum out_status out_db_get(struct out_db *db, int64_t run_id, const struct mdl_scenario *scenario,
                           struct std_findings **findings, const char **version,
                           struct out_error *error);

/* The runs that the database holds, newest first: as a table, or as one JSON document
 * {"runs": [...]}. */
enum out_status out_db_list_text(struct out_db *db, FILE *out, struct out_error *error);
enum out_status out_db_list_json(struct out_db *db, FILE *out, struct out_error *error);

#endif
