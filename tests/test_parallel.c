/* The parallel map: each item once, workers of their own, done under a lock, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "sim/parallel.h"

enum { ITEMS = 5000, FIRST = 17, WORKERS = 7 };

struct tally {
    int threads;
    atomic_int runs[ITEMS]; /* times each item was worked on */
    int done[ITEMS];        /* not atomic: done is called under a lock */
    int done_total;
    atomic_int busy[WORKERS]; /* items a worker is in */
    atomic_bool shared;       /* a worker number was in two places, or out of range */
    pthread_t owner[WORKERS];
    atomic_bool owned[WORKERS];
    int fail_from; /* items from here on return their number; ITEMS: none */
    atomic_int failures;
};

static int work(void *context, int item, int worker) {
    struct tally *tally = context;
    if (worker < 0 || worker >= tally->threads || atomic_fetch_add(&tally->busy[worker], 1) != 0) {
        atomic_store(&tally->shared, true);
        return 0;
    }
    if (!atomic_exchange(&tally->owned[worker], true)) {
        tally->owner[worker] = pthread_self();
    } else if (!pthread_equal(tally->owner[worker], pthread_self())) {
        atomic_store(&tally->shared, true);
    }
    atomic_fetch_add(&tally->runs[item - FIRST], 1);
    atomic_fetch_sub(&tally->busy[worker], 1);
    if (item - FIRST >= tally->fail_from) {
        atomic_fetch_add(&tally->failures, 1);
        return item;
    }
    return 0;
}

static void done(void *context, int item) {
    struct tally *tally = context;
    tally->done[item - FIRST]++;
    tally->done_total++;
}

static int map(struct tally *tally, int threads, int fail_from) {
    memset(tally, 0, sizeof *tally);
    tally->threads = threads;
    tally->fail_from = fail_from;
    return sim_parallel_map(threads, FIRST, ITEMS, work, done, tally);
}

static void every_item_exactly_once(void **state) {
    (void)state;
    static struct tally tally;
    static const int threads[] = {1, 2, WORKERS};
    for (int t = 0; t < 3; t++) {
        assert_int_equal(map(&tally, threads[t], ITEMS), 0);
        assert_false(atomic_load(&tally.shared));
        assert_int_equal(tally.done_total, ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            assert_int_equal(atomic_load(&tally.runs[i]), 1);
            assert_int_equal(tally.done[i], 1);
        }
    }
}

static void one_thread_is_the_caller_and_goes_in_order(void **state) {
    (void)state;
    static struct tally tally;
    assert_int_equal(map(&tally, 1, 100), FIRST + 100);
    assert_true(pthread_equal(tally.owner[0], pthread_self()));
    for (int i = 0; i < ITEMS; i++) {
        assert_int_equal(atomic_load(&tally.runs[i]), i <= 100);
        assert_int_equal(tally.done[i], i < 100);
    }
}

static void an_error_stops_the_hand_out(void **state) {
    (void)state;
    static struct tally tally;
    static const int threads[] = {2, WORKERS};
    for (int t = 0; t < 2; t++) {
        assert_int_equal(map(&tally, threads[t], 100), FIRST + 100);
        /* Each worker may have been in an item when the first one failed, but took no other. */
        assert_in_range(atomic_load(&tally.failures), 1, threads[t]);
        for (int i = 0; i < ITEMS; i++) {
            assert_int_equal(tally.done[i], i < 100);
        }
    }
}

static void edges(void **state) {
    (void)state;
    static struct tally tally;
    memset(&tally, 0, sizeof tally);
    tally.fail_from = ITEMS;
    tally.threads = 3;
    assert_int_equal(sim_parallel_map(3, FIRST, 0, work, NULL, &tally), 0);
    assert_int_equal(atomic_load(&tally.runs[0]), 0);
    assert_int_equal(sim_parallel_map(3, FIRST, 2, work, NULL, &tally), 0);
    assert_int_equal(atomic_load(&tally.runs[0]), 1);
    assert_int_equal(atomic_load(&tally.runs[1]), 1);
    assert_int_equal(atomic_load(&tally.runs[2]), 0);
    assert_false(atomic_load(&tally.shared));
    assert_true(sim_parallel_cores() >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_exactly_once),
        cmocka_unit_test(one_thread_is_the_caller_and_goes_in_order),
        cmocka_unit_test(an_error_stops_the_hand_out),
        cmocka_unit_test(edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
