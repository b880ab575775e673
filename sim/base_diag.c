#include "sim/base_diag.h"

#include <stdint.h>
#include <string.h>

void sim_diags_init(struct sim_diags *diags, struct sim_arena *arena, const char *file) {
    *diags = (struct sim_diags){.arena = arena, .file = file};
}

static bool same(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool already_kept(const struct sim_diags *diags, const struct sim_diag *diag) {
    for (int i = 0; i < diags->shown; i++) {
        const struct sim_diag *kept = &diags->items[i];
        if (same(kept->code, diag->code) && same(kept->where, diag->where) &&
            same(kept->file, diag->file)) {
            return true;
        }
    }
    return false;
}

/* Makes room for an error at the expense of the last warning kept. */
static void drop_warning(struct sim_diags *diags) {
    for (int i = diags->shown - 1; i >= 0; i--) {
        if (diags->items[i].warning) {
            memmove(&diags->items[i], &diags->items[i + 1],
                    (size_t)(diags->shown - 1 - i) * sizeof diags->items[0]);
            diags->shown--;
            return;
        }
    }
}

static void __attribute__((format(printf, 3, 0)))
add(struct sim_diags *diags, struct sim_diag diag, const char *format, va_list arguments) {
    diag.file = diags->file;
    if (already_kept(diags, &diag)) {
        return;
    }
    if (diag.warning) {
        diags->warnings++;
    } else {
        diags->errors++;
        if (diags->shown == SIM_DIAGS_SHOWN) {
            drop_warning(diags);
        }
    }
    if (diags->shown == SIM_DIAGS_SHOWN) {
        return;
    }
    struct sim_arena *arena = diags->arena;
    diag.code = sim_arena_copy(arena, diag.code);
    diag.file = sim_arena_copy(arena, diag.file);
    diag.where = sim_arena_copy(arena, diag.where);
    diag.expected = sim_arena_copy(arena, diag.expected);
    diag.mend = sim_arena_copy(arena, diag.mend);
    diag.found = format != NULL ? sim_arena_vprint(arena, format, arguments) : NULL;
    diags->items[diags->shown++] = diag;
}

void sim_diag_add(struct sim_diags *diags, const char *code, const char *where,
                  const char *expected, const char *mend, const char *found, ...) {
    va_list arguments;
    va_start(arguments, found);
    add(diags, (struct sim_diag){.code = code, .where = where, .expected = expected, .mend = mend},
        found, arguments);
    va_end(arguments);
}

void sim_diag_warn(struct sim_diags *diags, const char *code, const char *where,
                   const char *expected, const char *mend, const char *found, ...) {
    va_list arguments;
    va_start(arguments, found);
    add(diags,
        (struct sim_diag){
            .code = code, .where = where, .expected = expected, .mend = mend, .warning = true},
        found, arguments);
    va_end(arguments);
}

/* The user's text as it stands, except that control characters cannot reach the terminal and that
 * very long texts are cut (between characters). */
static void print_text(const char *text, FILE *out) {
    enum { LONGEST = 300 };
    for (size_t i = 0; text[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (i >= LONGEST && (byte & 0xc0) != 0x80) {
            fputs("...", out);
            return;
        }
        if (byte < 0x20 || byte == 0x7f) {
            fprintf(out, "\\x%02x", byte);
        } else {
            fputc(byte, out);
        }
    }
}

static void print_line(const char *label, const char *text, FILE *out) {
    if (text != NULL && text[0] != '\0') {
        fprintf(out, "    %s", label);
        print_text(text, out);
        fputc('\n', out);
    }
}

static void print_one(const struct sim_diag *diag, FILE *out) {
    if (diag->file != NULL) {
        print_text(diag->file, out);
        fputs(": ", out);
    }
    if (diag->where != NULL && diag->where[0] != '\0') {
        print_text(diag->where, out);
        fputs(": ", out);
    }
    fprintf(out, "%s%s\n", diag->warning ? "warning: " : "", diag->code);
    print_line("found:    ", diag->found, out);
    print_line("expected: ", diag->expected, out);
    print_line("", diag->mend, out);
}

static void print_count(int count, const char *word, FILE *out) {
    fprintf(out, "%d %s%s", count, word, count == 1 ? "" : "s");
}

void sim_diags_print(const struct sim_diags *diags, FILE *out) {
    if (diags->shown == 0) {
        return;
    }
    for (int i = 0; i < diags->shown; i++) {
        print_one(&diags->items[i], out);
    }
    if (diags->errors > 0) {
        print_count(diags->errors, "error", out);
    }
    if (diags->warnings > 0) {
        fputs(diags->errors > 0 ? ", " : "", out);
        print_count(diags->warnings, "warning", out);
    }
    int hidden = diags->errors + diags->warnings - diags->shown;
    if (hidden > 0) {
        fprintf(out, " (%d not shown)", hidden);
    }
    fputc('\n', out);
}

enum { LONGEST_WORD = 127 };

static char folded(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static int least(int a, int b) { return a < b ? a : b; }

/* Insertions, deletions, replacements and swaps of neighbours, each at 1 (the "optimal string
 * alignment" distance); case is free. */
static int distance(const char *a, int a_length, const char *b, int b_length) {
    int rows[3][LONGEST_WORD + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= b_length; j++) {
        above[j] = j;
    }
    for (int i = 1; i <= a_length; i++) {
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            char x = folded(a[i - 1]), y = folded(b[j - 1]);
            int cost = least(above[j], row[j - 1]) + 1;
            cost = least(cost, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && folded(a[i - 2]) == y) {
                cost = least(cost, before[j - 2] + 1);
            }
            row[j] = cost;
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

const char *sim_nearest(const char *word, const char *const *candidates, int count) {
    size_t size = strlen(word);
    if (size == 0 || size > LONGEST_WORD) {
        return NULL;
    }
    int length = (int)size;
    int limit = length / 3 > 2 ? length / 3 : 2;
    int nearest = INT32_MAX;
    const char *found = NULL;
    for (int i = 0; i < count; i++) {
        size_t candidate_size = strlen(candidates[i]);
        if (candidate_size > LONGEST_WORD) {
            continue;
        }
        int candidate_length = (int)candidate_size;
        int far = distance(word, length, candidates[i], candidate_length);
        int longer = length > candidate_length ? length : candidate_length;
        if (far <= limit && far < nearest && far < longer) { /* else they share nothing */
            nearest = far;
            found = candidates[i];
        }
    }
    return found;
}
