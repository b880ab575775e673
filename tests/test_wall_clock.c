/* Instants as wall-clock times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "studies/wall_clock.h"

static void clocks(void **state) {
    (void)state;
    static const struct {
        const char *starts;
        double after_s;
        const char *text;
    } cases[] = {
        {"09:00 Europe/Paris", 0, "at 09:00"},
        {"09:00 Europe/Paris", 10680, "at 11:58"},
        {"09:00 Europe/Paris", 10739.9, "at 11:58"},
        {"2026-11-24T09:30", 3600, "at 10:30"},
        {"on 3 May 2027, 23:59 UTC", 60, "at 00:00 on day 2"},
        {"09:00", 15 * 3600 - 1, "at 23:59"},
        {"09:00", 40 * 3600, "at 01:00 on day 3"},
        {"tomorrow", 10680, "after 2 h 58 min"},
        {"at 25:00", 59, "after 59 s"},
        {"9:00", 600, "after 10 min"},
        {NULL, 3600, "after 1 h 00 min"},
    };
    struct sim_arena *arena = sim_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(std_wall_clock(arena, cases[i].starts, cases[i].after_s),
                            cases[i].text);
    }
    sim_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(clocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
