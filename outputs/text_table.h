/* Tables for a terminal: columns as wide as their content, numbers to the right.
 *
 * A cell has a main part and an optional spread ("183 ms", "+-2"). When a table is wider than its
 * limit, the spreads move to a second line under each row; when it is still wider, texts are cut.
 */
#ifndef OUTPUTS_TEXT_TABLE_H
#define OUTPUTS_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/base_arena.h"
#include "sim/estimate.h"

enum { OUT_TABLE_COLUMNS = 16, OUT_TABLE_WIDTH = 100 };

struct out_cell {
    const char *main;
    const char *spread; /* "" or "+-2" */
};

struct out_table {
    struct sim_arena *arena; /* borrowed; holds the cells */
    const char *heads[OUT_TABLE_COLUMNS];
    bool left[OUT_TABLE_COLUMNS]; /* text column: aligned left, may be cut */
    bool used[OUT_TABLE_COLUMNS]; /* some row has other than "-", "0" or "" in it */
    bool optional[OUT_TABLE_COLUMNS];
    bool kept[OUT_TABLE_COLUMNS]; /* cut only when nothing else is left to cut */
    int columns;
    struct out_cell **rows;
    int row_count;
    size_t room;
    int next; /* column of the next cell in the last row */
};

void out_table_init(struct out_table *table, struct sim_arena *arena);

/* Adds a column, before any row. An `optional` one is printed only when some row has a figure other
 * than zero in it. */
void out_table_column(struct out_table *table, const char *head, bool left, bool optional);

/* The text column of this index is the last to be cut in a table that is too wide. */
void out_table_keep(struct out_table *table, int column);

/* Begins a row; its cells follow, one per column. */
void out_table_row(struct out_table *table);

/* Text from anywhere; made safe. */
void out_table_text(struct out_table *table, const char *text);

/* A text, made safe, with what stands for its spread ("" for none). */
void out_table_cell(struct out_table *table, const char *main, const char *spread);

/* A figure in its unit, with its spread when `spread` is set. */
void out_table_estimate(struct out_table *table, const struct sim_estimate *estimate,
                        const char *unit, bool spread);

/* Prints heads and rows, each line indented by `indent`. */
void out_table_print(const struct out_table *table, FILE *out, int indent);

#endif
