#include "tests/trace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base_arena.h"
#include "tests/harness.h"

static bool same(double found, double expected) {
    if (isnan(expected)) {
        return isnan(found);
    }
    return fabs(found - expected) <= 1e-9 * fmax(1, fabs(expected));
}

void trace_expect(const char *text, const struct figure *figures, int count) {
    struct harness_run run = harness_run(text, 1, 1);
    int wrong = 0;
    for (int i = 0; i < count; i++) {
        const struct figure *f = &figures[i];
        double found = harness_value(&run, f->scope, f->entity, f->name);
        if (!same(found, f->value)) {
            print_message("%s %s %s: found %.12g, expected %.12g\n", f->scope, f->entity, f->name,
                          found, f->value);
            wrong++;
        }
    }
    harness_free(&run);
    assert_int_equal(wrong, 0);
}

void trace_log(const char *text, const char *lines) {
    struct harness_run run = harness_run(text, 1, 1);
    struct sim_arena *arena = sim_arena_new();
    const char *found = "";
    for (int i = 0; i < run.findings->log_count; i++) {
        const struct std_log_line *l = &run.findings->log[i];
        found = sim_arena_print(arena, "%s%.10g %s%llu %s\n", found, l->time_s, l->source,
                                (unsigned long long)l->customer, l->what);
    }
    harness_free(&run);
    assert_string_equal(found, lines);
    sim_arena_free(arena);
}
