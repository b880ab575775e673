/* A few random networks at every run; tests/long_random_networks.c runs many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/random_network.h"

enum { NETWORKS = 150 };

static void laws_threads_and_worlds(void **state) {
    (void)state;
    int valid = 0;
    for (uint64_t number = 1; number <= NETWORKS; number++) {
        valid += random_network_check(number);
    }
    /* The generator means to write valid documents, and a check of nothing is worth nothing. */
    assert_in_range(valid, NETWORKS * 8 / 10, NETWORKS);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(laws_threads_and_worlds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
