#include "outputs/text_table.h"

#include <assert.h>
#include <string.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"

enum { GAP = 2, LEAST_TEXT = 8 };

void out_table_init(struct out_table *table, struct sim_arena *arena) {
    *table = (struct out_table){.arena = arena};
}

void out_table_column(struct out_table *table, const char *head, bool left, bool optional) {
    assert(table->columns < OUT_TABLE_COLUMNS && table->row_count == 0);
    table->heads[table->columns] = head;
    table->left[table->columns] = left;
    table->optional[table->columns] = optional;
    table->columns++;
}

void out_table_keep(struct out_table *table, int column) { table->kept[column] = true; }

void out_table_row(struct out_table *table) {
    assert(table->row_count == 0 || table->next == table->columns);
    table->rows = sim_arena_grow(table->arena, table->rows, (size_t)table->row_count, &table->room,
                                 sizeof *table->rows);
    table->rows[table->row_count++] =
        sim_arena_array(table->arena, (size_t)table->columns, sizeof **table->rows);
    table->next = 0;
}

static void add(struct out_table *table, const char *text, const char *spread) {
    assert(table->row_count > 0 && table->next < table->columns);
    table->rows[table->row_count - 1][table->next] = (struct out_cell){text, spread};
    if (text[0] != '\0' && strcmp(text, "-") != 0) {
        table->used[table->next] = true;
    }
    table->next++;
}

void out_table_text(struct out_table *table, const char *text) {
    add(table, out_safe_copy(table->arena, text), "");
}

void out_table_cell(struct out_table *table, const char *main, const char *spread) {
    add(table, out_safe_copy(table->arena, main), out_safe_copy(table->arena, spread));
}

void out_table_estimate(struct out_table *table, const struct sim_estimate *estimate,
                        const char *unit, bool spread) {
    bool was_used = table->used[table->next];
    int column = table->next;
    add(table, sim_arena_copy(table->arena, out_number_quantity(estimate->value, unit).text),
        spread ? sim_arena_copy(table->arena, out_number_spread(estimate, unit).text) : "");
    table->used[column] = was_used || (estimate->value == estimate->value && estimate->value != 0);
}

/* What a column looks like. */
struct column {
    bool shown;
    int main;   /* columns for the main part */
    int spread; /* columns for the spread, without the space before it */
    int width;  /* of the whole column */
};

/* Sets the widths; returns the width of the table. `stacked`: spreads on a line of their own. */
static int measure(const struct out_table *table, struct column *columns, bool stacked) {
    int total = 0;
    for (int c = 0; c < table->columns; c++) {
        struct column *column = &columns[c];
        column->shown = table->used[c] || !table->optional[c];
        if (!column->shown) {
            continue;
        }
        column->main = 0;
        column->spread = 0;
        for (int r = 0; r < table->row_count; r++) {
            int main = out_text_width(table->rows[r][c].main);
            int spread = out_text_width(table->rows[r][c].spread);
            column->main = main > column->main ? main : column->main;
            column->spread = spread > column->spread ? spread : column->spread;
        }
        int head = out_text_width(table->heads[c]);
        if (stacked) {
            column->width = column->main > column->spread ? column->main : column->spread;
        } else {
            column->width = column->main + (column->spread > 0 ? 1 + column->spread : 0);
        }
        column->width = head > column->width ? head : column->width;
        total += column->width + (total > 0 ? GAP : 0);
    }
    return total;
}

/* Takes `excess` columns from the text columns, the widest first. */
static void cut_texts(const struct out_table *table, struct column *columns, int excess) {
    for (; excess > 0; excess--) {
        int widest = -1;
        for (int c = 0; c < table->columns; c++) {
            if (!columns[c].shown || !table->left[c] || columns[c].width <= LEAST_TEXT) {
                continue;
            }
            bool wider =
                widest < 0 || table->kept[widest] > table->kept[c] ||
                (table->kept[widest] == table->kept[c] && columns[c].width > columns[widest].width);
            widest = wider ? c : widest;
        }
        if (widest < 0) {
            return;
        }
        columns[widest].width--;
    }
}

/* A line under construction: trailing blanks are not printed. */
struct line {
    FILE *out;
    int pending;
};

static void line_put(struct line *line, const char *text, int width, bool left) {
    int taken = out_text_width(text);
    if (taken == 0) {
        line->pending += width;
        return;
    }
    int padding = width > taken ? width - taken : 0;
    fprintf(line->out, "%*s%s", line->pending + (left ? 0 : padding), "", text);
    line->pending = left ? padding : 0;
}

static void line_end(struct line *line) {
    fputc('\n', line->out);
    line->pending = 0;
}

static void print_rule(const struct out_table *table, const struct column *columns,
                       struct line *line, int indent) {
    line->pending = indent;
    bool first = true;
    for (int c = 0; c < table->columns; c++) {
        if (columns[c].shown) {
            line->pending += first ? 0 : GAP;
            char *dashes = sim_arena_array(table->arena, (size_t)columns[c].width + 1, 1);
            memset(dashes, '-', (size_t)columns[c].width);
            line_put(line, dashes, columns[c].width, true);
            first = false;
        }
    }
    line_end(line);
}

void out_table_print(const struct out_table *table, FILE *out, int indent) {
    struct column columns[OUT_TABLE_COLUMNS] = {0};
    int limit = OUT_TABLE_WIDTH - indent;
    bool stacked = false;
    int total = measure(table, columns, false);
    if (total > limit) {
        stacked = true;
        total = measure(table, columns, true);
    }
    if (total > limit) {
        cut_texts(table, columns, total - limit);
    }
    struct line line = {out, indent};
    bool first = true;
    for (int c = 0; c < table->columns; c++) {
        if (columns[c].shown) {
            line.pending += first ? 0 : GAP;
            line_put(&line, table->heads[c], columns[c].width, table->left[c]);
            first = false;
        }
    }
    line_end(&line);
    print_rule(table, columns, &line, indent);
    for (int r = 0; r < table->row_count; r++) {
        bool spreads = false;
        for (int part = 0; part < (spreads ? 2 : 1); part++) {
            line.pending = indent;
            first = true;
            for (int c = 0; c < table->columns; c++) {
                const struct column *column = &columns[c];
                if (!column->shown) {
                    continue;
                }
                line.pending += first ? 0 : GAP;
                first = false;
                const struct out_cell *cell = &table->rows[r][c];
                if (part == 1) {
                    line_put(&line, cell->spread, column->width, table->left[c]);
                } else if (stacked || column->spread == 0) {
                    spreads = spreads || cell->spread[0] != '\0';
                    bool fits = out_text_width(cell->main) <= column->width;
                    line_put(&line,
                             fits ? cell->main
                                  : out_text_cut(table->arena, cell->main, column->width),
                             column->width, table->left[c]);
                } else {
                    line_put(&line, cell->main, column->width - column->spread - 1, false);
                    line.pending++;
                    line_put(&line, cell->spread, column->spread, true);
                }
            }
            line_end(&line);
        }
    }
}
