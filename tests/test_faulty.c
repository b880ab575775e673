/* One faulty document per diagnostic: tests/faulty/NAME.json must be answered with NAME.expected,
 * and every code that the sources can give must occur there. What NAME.assign says, one
 * "path=value" a line, is assigned to the document before. With JAUGE_ACCEPT=1 in the environment
 * the answers are written instead of compared; look at the difference before you commit it. */
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"

static const char folder[] = "tests/faulty";

enum { CODES_MAX = 500, CODE_LENGTH = 64 };

struct codes {
    char items[CODES_MAX][CODE_LENGTH];
    int count;
};

static bool has(const struct codes *codes, const char *code) {
    for (int i = 0; i < codes->count; i++) {
        if (strcmp(codes->items[i], code) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct codes *codes, const char *code) {
    if (!has(codes, code)) {
        assert_true(codes->count < CODES_MAX && strlen(code) < CODE_LENGTH);
        strcpy(codes->items[codes->count++], code);
    }
}

static int is_document(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".json") == 0;
}

static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (int c = getc(file); c != EOF; c = getc(file)) {
        putc(c, out);
    }
    fclose(file);
    fclose(out);
    return text;
}

enum { ASSIGNMENTS_MAX = 20 };

/* The assignments in the file of that name but for its suffix; none without a file. `*text` holds
 * them; caller frees it. */
static int assignments_for(const char *path, struct in_assignment *assignments, char **text) {
    char assign_path[4096];
    snprintf(assign_path, sizeof assign_path, "%.*s.assign", (int)strlen(path) - 5, path);
    *text = read_text(assign_path);
    int count = 0;
    for (char *line = *text ? strtok(*text, "\n") : NULL; line; line = strtok(NULL, "\n")) {
        char *equals = strchr(line, '=');
        assert_true(equals && count < ASSIGNMENTS_MAX);
        *equals = '\0';
        assignments[count++] = (struct in_assignment){line, equals + 1};
    }
    return count;
}

/* What is said about a document; caller frees. Adds its codes to `seen`. */
static char *answer(const char *path, const struct mdl_catalog *catalog, struct codes *seen) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    struct in_assignment assignments[ASSIGNMENTS_MAX];
    char *lines = NULL;
    int assigned = assignments_for(path, assignments, &lines);
    struct mdl_scenario *scenario =
        in_scenario_load_with(path, assignments, assigned, catalog, &diags);
    free(lines);
    assert_int_equal(scenario == NULL, diags.errors > 0);
    in_scenario_free(scenario);
    for (int i = 0; i < diags.shown; i++) {
        add(seen, diags.items[i].code);
    }
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    sim_diags_print(&diags, out);
    fclose(out);
    sim_arena_free(arena);
    return text;
}

/* True when the answer is the expected one (or was accepted). */
static bool as_expected(const char *path, const char *text) {
    char expected_path[4096];
    snprintf(expected_path, sizeof expected_path, "%.*s.expected", (int)strlen(path) - 5, path);
    if (getenv("JAUGE_ACCEPT")) {
        FILE *file = fopen(expected_path, "wb");
        assert_non_null(file);
        fputs(text, file);
        assert_int_equal(fclose(file), 0);
        return true;
    }
    char *expected = read_text(expected_path);
    bool same = expected && strcmp(expected, text) == 0;
    if (!same) {
        print_error("%s: expected\n%s--- but got\n%s", path, expected ? expected : "(no file)\n",
                    text);
    }
    free(expected);
    return same;
}

static void answer_all(struct codes *seen, int *wrong) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    struct mdl_catalog *catalog = in_catalog_load("inputs", &diags);
    assert_non_null(catalog);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_document, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        char *text = answer(path, catalog, seen);
        *wrong += !as_expected(path, text);
        assert_true(text[0] != '\0'); /* a faulty file that nothing is said about */
        free(text);
        free(entries[i]);
    }
    free(entries);
    in_catalog_free(catalog);
    sim_arena_free(arena);
}

static void answers_are_as_expected(void **state) {
    (void)state;
    static struct codes seen;
    int wrong = 0;
    answer_all(&seen, &wrong);
    assert_int_equal(wrong, 0);
}

/* Codes that no document brings about: faults of the shipped catalog. And words that look like
 * codes but are none. */
static const char *const elsewhere[] = {
    "bad-csv",   "bad-catalog", "missing-column", "eu-west-3",
    "eu-west-1", "us-east-1",   "on-demand",      "piecewise-linear",
};

/* Adds the string literals of a source that look like codes: "syntax", "shares", and all words in
 * lower case with a hyphen inside. */
static void scan_source(const char *path, struct codes *codes) {
    char *text = read_text(path);
    assert_non_null(text);
    for (const char *at = strchr(text, '"'); at; at = strchr(at + 1, '"')) {
        const char *c = at + 1;
        size_t hyphens = 0;
        while (islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '-') {
            hyphens += *c == '-';
            c++;
        }
        size_t length = (size_t)(c - at - 1);
        if (*c != '"' || length == 0 || length >= CODE_LENGTH || at[1] == '-' || c[-1] == '-') {
            continue;
        }
        char code[CODE_LENGTH];
        snprintf(code, sizeof code, "%.*s", (int)length, at + 1);
        if (hyphens > 0 || strcmp(code, "syntax") == 0 || strcmp(code, "shares") == 0) {
            add(codes, code);
        }
    }
    free(text);
}

static int is_source(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".c") == 0;
}

static int is_check_or_lowering(const struct dirent *entry) {
    return is_source(entry) &&
           (strncmp(entry->d_name, "check", 5) == 0 || strncmp(entry->d_name, "lower", 5) == 0);
}

static void scan_folder(const char *path, int (*filter)(const struct dirent *),
                        struct codes *codes) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, filter, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        char source[4096];
        snprintf(source, sizeof source, "%s/%s", path, entries[i]->d_name);
        scan_source(source, codes);
        free(entries[i]);
    }
    free(entries);
}

static void every_code_has_a_document(void **state) {
    (void)state;
    static struct codes seen;
    static struct codes possible;
    int wrong = 0;
    answer_all(&seen, &wrong);
    scan_folder("inputs", is_source, &possible);
    scan_folder("models", is_check_or_lowering, &possible);
    assert_true(has(&possible, "unknown-key") && has(&possible, "timeless-user"));
    int missing = 0;
    for (int i = 0; i < possible.count; i++) {
        bool excused = false;
        for (size_t e = 0; e < sizeof elsewhere / sizeof elsewhere[0]; e++) {
            excused = excused || strcmp(elsewhere[e], possible.items[i]) == 0;
        }
        if (!excused && !has(&seen, possible.items[i])) {
            print_error("no document in %s brings about \"%s\"\n", folder, possible.items[i]);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_as_expected),
        cmocka_unit_test(every_code_has_a_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
