/* See inputs/csv_file.h. */
#include "inputs/csv_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

struct scanner {
    const char *at;
    const char *line_start;
    int line;
    struct sim_arena *arena;
    struct sim_diags *diags;
    char *out; /* room for all cells, in the arena */
};

static void wrong(struct scanner *s, const char *expected, const char *found) {
    sim_diag_add(s->diags, "bad-csv",
                 sim_arena_print(s->arena, "%d:%d", s->line, (int)(s->at - s->line_start) + 1),
                 expected, NULL, "%s", found);
}

static void next_line(struct scanner *s) {
    s->at += *s->at == '\r';
    s->at += *s->at == '\n';
    s->line++;
    s->line_start = s->at;
}

static bool at_line_end(const char *c) { return *c == '\n' || (*c == '\r' && c[1] == '\n'); }

/* One field; the scanner stops at its ',' or line end. NULL after a diagnostic. */
static const char *scan_field(struct scanner *s) {
    const char *field = s->out;
    if (*s->at != '"') {
        while (*s->at && *s->at != ',' && !at_line_end(s->at)) {
            if (*s->at == '"') {
                wrong(s, "a field with quotes is quoted as a whole", "a quote inside a field");
                return NULL;
            }
            *s->out++ = *s->at++;
        }
        *s->out++ = '\0';
        return field;
    }
    s->at++;
    for (;;) {
        if (!*s->at) {
            wrong(s, "a closing quote", "the end of the file");
            return NULL;
        }
        if (*s->at == '"') {
            if (s->at[1] != '"') {
                break;
            }
            s->at++;
        }
        if (*s->at == '\n') {
            s->line++;
            s->line_start = s->at + 1;
        }
        *s->out++ = *s->at++;
    }
    s->at++;
    *s->out++ = '\0';
    if (*s->at && *s->at != ',' && !at_line_end(s->at)) {
        wrong(s, "',' or the end of the line after a closing quote", "other text");
        return NULL;
    }
    return field;
}

/* One row into `cells` (grown); its number of fields, or -1 after a diagnostic. */
static int scan_row(struct scanner *s, const char ***cells, size_t *count, size_t *room) {
    int fields = 0;
    for (;;) {
        const char *field = scan_field(s);
        if (!field) {
            return -1;
        }
        *cells = sim_arena_grow(s->arena, *cells, *count, room, sizeof **cells);
        (*cells)[(*count)++] = field;
        fields++;
        if (*s->at != ',') {
            break;
        }
        s->at++;
    }
    if (*s->at) {
        next_line(s);
    }
    return fields;
}

static bool parse_rows(struct in_csv *csv, struct scanner *s) {
    while (*s->at == '#') {
        s->at += strcspn(s->at, "\n");
        next_line(s);
    }
    size_t count = 0;
    size_t room = 0;
    const char **columns = NULL;
    csv->column_count = scan_row(s, &columns, &count, &room);
    csv->columns = columns;
    if (csv->column_count < 0) {
        return false;
    }
    const char **cells = NULL;
    size_t cell_count = 0;
    size_t cell_room = 0;
    size_t line_room = 0;
    while (*s->at) {
        int line = s->line;
        int fields = scan_row(s, &cells, &cell_count, &cell_room);
        if (fields < 0) {
            return false;
        }
        if (fields != csv->column_count) {
            sim_diag_add(
                s->diags, "bad-csv", sim_arena_print(s->arena, "%d:1", line),
                sim_arena_print(s->arena, "%d fields, as in the header row", csv->column_count),
                NULL, "%d fields", fields);
            return false;
        }
        csv->lines = sim_arena_grow(s->arena, csv->lines, (size_t)csv->row_count, &line_room,
                                    sizeof *csv->lines);
        csv->lines[csv->row_count++] = line;
    }
    csv->cells = cells;
    return true;
}

bool in_csv_parse(struct in_csv *csv, const char *text, const char *file, struct sim_arena *arena,
                  struct sim_diags *diags) {
    *csv = (struct in_csv){.file = sim_arena_copy(diags->arena, file)};
    /* A cell is never longer than its source with the separator that ends it. */
    struct scanner s = {.at = text,
                        .line_start = text,
                        .line = 1,
                        .arena = arena,
                        .diags = diags,
                        .out = sim_arena_alloc(arena, strlen(text) + 2)};
    const char *file_before = diags->file;
    diags->file = csv->file;
    bool ok = parse_rows(csv, &s);
    diags->file = file_before;
    return ok;
}

bool in_csv_load(struct in_csv *csv, const char *path, struct sim_arena *arena,
                 struct sim_diags *diags) {
    FILE *file = fopen(path, "rb");
    const char *why = file ? "larger than 64 MiB" : strerror(errno);
    char *text = NULL;
    if (file) {
        size_t room = 1 << 16;
        size_t length = 0;
        text = sim_alloc(room, 1);
        for (size_t got = 1; got > 0 && length < FILE_MAX; length += got) {
            if (room - length < 2) {
                room *= 2;
                text = sim_realloc(text, room, 1);
            }
            got = fread(text + length, 1, room - length - 1, file);
        }
        text[length] = '\0';
        bool whole = feof(file) && !ferror(file) && strlen(text) == length;
        fclose(file);
        if (!whole) {
            why = length < FILE_MAX ? "not a readable text" : why;
            free(text);
            text = NULL;
        }
    }
    if (!text) {
        sim_diag_add(diags, "unreadable-file", path, "a table of comma-separated values", NULL,
                     "%s", why);
        return false;
    }
    bool ok = in_csv_parse(csv, text, path, arena, diags);
    free(text);
    return ok;
}

int in_csv_column(const struct in_csv *csv, const char *name, struct sim_diags *diags) {
    for (int i = 0; i < csv->column_count; i++) {
        if (strcmp(csv->columns[i], name) == 0) {
            return i;
        }
    }
    const char *file_before = diags->file;
    diags->file = csv->file;
    sim_diag_add(diags, "missing-column", "1:1", name,
                 sim_nearest(name, csv->columns, csv->column_count), "no column \"%s\"", name);
    diags->file = file_before;
    return -1;
}
