/* Comma-separated tables, strictly read (RFC 4180 with one header row): fields may be quoted, a
 * quote inside is doubled, quoted fields may span lines; every row has as many fields as the
 * header. Lines before the header that begin with '#' are comments.
 */
#ifndef INPUTS_CSV_FILE_H
#define INPUTS_CSV_FILE_H

#include <stdbool.h>

#include "sim/base_arena.h"
#include "sim/base_diag.h"

struct in_csv {
    const char *file; /* in the diagnostics' arena */
    int column_count;
    const char **columns; /* names */
    int row_count;
    const char **cells; /* row_count x column_count, row by row */
    int *lines;         /* line of each row's start, 1-based */
};

/* Parses `text` (NUL-terminated; copied into `arena`). False after a diagnostic: "bad-csv" at
 * line:column. `file` is for messages. */
bool in_csv_parse(struct in_csv *csv, const char *text, const char *file, struct sim_arena *arena,
                  struct sim_diags *diags);

/* Reads and parses a file. False after a diagnostic: "unreadable-file" or "bad-csv". */
bool in_csv_load(struct in_csv *csv, const char *path, struct sim_arena *arena,
                 struct sim_diags *diags);

/* The place of a column, or -1 after a diagnostic "missing-column". */
int in_csv_column(const struct in_csv *csv, const char *name, struct sim_diags *diags);

static inline const char *in_csv_cell(const struct in_csv *csv, int row, int column) {
    return csv->cells[(long)row * csv->column_count + column];
}

#endif
