/* Diagnostics: what is kept, how it reads, and the nearest spelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base_diag.h"

static char *printed(const struct sim_diags *diags) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    sim_diags_print(diags, out);
    fclose(out);
    return text;
}

static void assert_prints(const struct sim_diags *diags, const char *expected) {
    char *text = printed(diags);
    assert_string_equal(text, expected);
    free(text);
}

static void one_block_each(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "a.json");
    assert_prints(&diags, "");
    char where[] = "network.stations[0].server";
    sim_diag_add(&diags, "unknown-key", where, "one of name, servers", "did you mean \"servers\"?",
                 "\"%s\"", "server");
    where[0] = 'X'; /* texts were copied */
    assert_prints(&diags, "a.json: network.stations[0].server: unknown-key\n"
                          "    found:    \"server\"\n"
                          "    expected: one of name, servers\n"
                          "    did you mean \"servers\"?\n"
                          "1 error\n");
    diags.file = NULL;
    sim_diag_warn(&diags, "odd", "12:7", "%d is not a format here", NULL, "%d%%", 5);
    sim_diag_add(&diags, "bad-syntax", NULL, "a value", NULL, "nothing");
    assert_prints(&diags, "a.json: network.stations[0].server: unknown-key\n"
                          "    found:    \"server\"\n"
                          "    expected: one of name, servers\n"
                          "    did you mean \"servers\"?\n"
                          "12:7: warning: odd\n"
                          "    found:    5%\n"
                          "    expected: %d is not a format here\n"
                          "bad-syntax\n"
                          "    found:    nothing\n"
                          "    expected: a value\n"
                          "2 errors, 1 warning\n");
    sim_arena_free(arena);
}

static void the_same_is_told_once(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "a.json");
    sim_diag_add(&diags, "shares", "x", "1", NULL, "0.5");
    sim_diag_add(&diags, "shares", "x", "1", NULL, "0.6");
    assert_int_equal(diags.errors, 1);
    sim_diag_add(&diags, "shares", "y", "1", NULL, "0.5");
    sim_diag_add(&diags, "other", "x", "1", NULL, "0.5");
    diags.file = "b.json";
    sim_diag_add(&diags, "shares", "x", "1", NULL, "0.5");
    assert_int_equal(diags.errors, 4);
    assert_int_equal(diags.shown, 4);
    sim_arena_free(arena);
}

static void twenty_are_kept_and_errors_before_warnings(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    for (int i = 0; i < 30; i++) {
        char where[16];
        snprintf(where, sizeof where, "w%d", i);
        sim_diag_warn(&diags, "warn", where, "x", NULL, "y");
    }
    assert_int_equal(diags.shown, SIM_DIAGS_SHOWN);
    for (int i = 0; i < 25; i++) {
        char where[16];
        snprintf(where, sizeof where, "e%d", i);
        sim_diag_add(&diags, "err", where, "x", NULL, "y");
        if (i == 0) { /* in place of the last warning, after the others */
            assert_string_equal(diags.items[18].where, "w18");
            assert_string_equal(diags.items[19].where, "e0");
        }
    }
    assert_int_equal(diags.shown, SIM_DIAGS_SHOWN);
    assert_int_equal(diags.errors, 25);
    assert_int_equal(diags.warnings, 30);
    for (int i = 0; i < SIM_DIAGS_SHOWN; i++) {
        assert_false(diags.items[i].warning);
        assert_int_equal(atoi(diags.items[i].where + 1), i);
    }
    char *text = printed(&diags);
    assert_non_null(strstr(text, "\n25 errors, 30 warnings (35 not shown)\n"));
    free(text);
    sim_arena_free(arena);
}

static void the_users_text_is_data(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    char text[1000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text + 299, "\xc3\xa9", 2); /* a two-byte letter across the cut stays whole */
    sim_diag_add(&diags, "c", "\x1b[31m\n", "%s%n", NULL, "%s", text);
    char *out = printed(&diags);
    assert_non_null(strstr(out, "\\x1b[31m\\x0a: c\n"));
    assert_non_null(strstr(out, "expected: %s%n\n"));
    assert_non_null(strstr(out, "aaa\xc3\xa9...\n"));
    free(out);
    sim_arena_free(arena);
}

static void nearest_spelling(void **state) {
    (void)state;
    static const char *const keys[] = {"name",     "discipline", "servers", "capacity",
                                       "patience", "quantum",    "speed",   "speeds"};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"server", "servers"},
        {"Servers", "servers"},
        {"SERVERS", "servers"},
        {"srevers", "servers"},
        {"dicsipline", "discipline"},
        {"displine", "discipline"},
        {"speedz", "speed"},
        {"speds", "speeds"},
        {"nmae", "name"},
        {"capactiy", "capacity"},
        {"balancer", NULL},
        {"", NULL},
        {"x", NULL},
        {"zzzz", NULL},
        {"qntm", NULL},
        {"qantm", "quantum"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = sim_nearest(cases[i].word, keys, 8);
        if ((found == NULL) != (cases[i].nearest == NULL) ||
            (found != NULL && strcmp(found, cases[i].nearest) != 0)) {
            fail_msg("\"%s\": found %s, expected %s", cases[i].word, found ? found : "none",
                     cases[i].nearest ? cases[i].nearest : "none");
        }
    }
    char huge[5000];
    memset(huge, 's', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_null(sim_nearest(huge, keys, 8));
    const char *const one[] = {huge, "fcfs"};
    assert_string_equal(sim_nearest("FCFS", one, 2), "fcfs");
    assert_null(sim_nearest("name", keys, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_block_each),
        cmocka_unit_test(the_same_is_told_once),
        cmocka_unit_test(twenty_are_kept_and_errors_before_warnings),
        cmocka_unit_test(the_users_text_is_data),
        cmocka_unit_test(nearest_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
