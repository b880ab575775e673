/* For tests of the architecture form: the shipped catalog and scenarios from text. */
#ifndef TESTS_ARCH_FIXTURE_H
#define TESTS_ARCH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "models/arch.h"

static struct {
    struct sim_arena *arena;
    struct mdl_catalog *catalog;
    struct sim_diags diags; /* of the last document */
} fixture;

static int fixture_load(void **state) {
    (void)state;
    fixture.arena = sim_arena_new();
    sim_diags_init(&fixture.diags, fixture.arena, NULL);
    fixture.catalog = in_catalog_load("inputs", &fixture.diags);
    sim_diags_print(&fixture.diags, stderr);
    return fixture.catalog ? 0 : -1;
}

static int fixture_unload(void **state) {
    (void)state;
    in_catalog_free(fixture.catalog);
    sim_arena_free(fixture.arena);
    return 0;
}

/* The scenario, or NULL; single quotes stand for double ones. Free with in_scenario_free. */
static struct mdl_scenario *fixture_try(const char *text) {
    char *json = sim_arena_copy(fixture.arena, text);
    for (char *c = json; *c; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    sim_diags_init(&fixture.diags, fixture.arena, NULL);
    return in_scenario_parse(json, "test.json", fixture.catalog, &fixture.diags);
}

/* The same; ends the test when the document is refused. */
static inline struct mdl_scenario *fixture_read(const char *text) {
    struct mdl_scenario *scenario = fixture_try(text);
    sim_diags_print(&fixture.diags, stderr);
    assert_non_null(scenario);
    return scenario;
}

/* Ends the test unless the document is refused with that code at that place. */
static inline void fixture_refuses(const char *text, const char *code, const char *where) {
    struct mdl_scenario *scenario = fixture_try(text);
    for (int i = 0; i < fixture.diags.shown; i++) {
        const struct sim_diag *diag = &fixture.diags.items[i];
        if (strcmp(diag->code, code) == 0 && strcmp(diag->where, where) == 0) {
            assert_null(scenario);
            return;
        }
    }
    sim_diags_print(&fixture.diags, stderr);
    fail_msg("no \"%s\" at %s for %s", code, where, text);
}

static inline const struct mdl_assumption *fixture_assumption(const struct mdl_scenario *scenario,
                                                              const char *key) {
    for (int i = 0; i < scenario->assumption_count; i++) {
        if (strcmp(scenario->assumptions[i].key, key) == 0) {
            return &scenario->assumptions[i];
        }
    }
    return NULL;
}

#endif
