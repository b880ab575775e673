/* Che's approximation: where it is exact, against full sums that share no code, and against hand
 * calculation; the store itself is compared in tests/stat_caches.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/che.h"
#include "tests/theory_more.h"

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

static struct mdl_che solved(struct mdl_cache cache, double rate) {
    struct mdl_che out;
    assert_true(mdl_che_solve(&cache, rate, &out));
    return out;
}

/* Two equal keys, one place: 2 (1 - e^(-rT/2)) = 1 at T = 2 ln 2 / r; half of the references hit,
 * and so do they in truth. */
static void by_hand(void **state) {
    (void)state;
    struct mdl_che lru = solved((struct mdl_cache){.policy = MDL_LRU, .capacity = 1, .keys = 2}, 4);
    near(lru.age_s, 2 * log(2) / 4, 1e-12);
    near(lru.hit, 0.5, 1e-12);
    near(lru.stored, 1, 1e-12);
    struct mdl_che fifo =
        solved((struct mdl_cache){.policy = MDL_FIFO, .capacity = 1, .keys = 2}, 4);
    near(fifo.age_s, 0.5, 1e-12); /* r T / 2 = 1 */
    near(fifo.hit, 0.5, 1e-12);
    struct mdl_che all = solved((struct mdl_cache){.policy = MDL_LRU, .capacity = 5, .keys = 5}, 4);
    near(all.hit, 1, 1e-12);
    near(all.stored, 5, 1e-12);
    assert_true(isinf(all.age_s));
    struct mdl_che chance = solved((struct mdl_cache){.policy = MDL_PROBABILITY, .hit = 0.3}, 1);
    near(chance.hit, 0.3, 0);
}

/* The true hit ratios of two places are known (King 1971): it is a few points off there. */
static void two_places(void **state) {
    (void)state;
    double p[4];
    theory_zipf(4, 1, p);
    struct mdl_cache cache = {.policy = MDL_LRU, .capacity = 2, .keys = 4, .zipf = 1};
    double lru = solved(cache, 10).hit;
    near(lru, theory_lru_two(4, p), 0.02);
    near(lru, theory_lru_che(4, p, 2), 1e-12);
    cache.policy = MDL_FIFO;
    double fifo = solved(cache, 10).hit;
    near(fifo, theory_fifo_two(4, p), 0.02);
    near(fifo, theory_fifo_che(4, p, 2), 1e-12);
    assert_true(lru > fifo + 0.005);
}

/* Beyond 1024 ranks keys are summed in blocks. */
static void many_keys(void **state) {
    (void)state;
    enum { KEYS = 50000 };
    double *p = malloc(KEYS * sizeof *p);
    assert_non_null(p);
    for (double zipf = 0; zipf < 2; zipf += 0.45) {
        theory_zipf(KEYS, zipf, p);
        struct mdl_cache cache = {
            .policy = MDL_LRU, .capacity = 5000, .keys = KEYS, .zipf = zipf, .ttl_s = 0};
        near(solved(cache, 50).hit, theory_lru_che(KEYS, p, 5000), 1e-8);
        cache.policy = MDL_FIFO;
        near(solved(cache, 50).hit, theory_fifo_che(KEYS, p, 5000), 1e-8);
        cache = (struct mdl_cache){.policy = MDL_TTL, .keys = KEYS, .zipf = zipf, .ttl_s = 600};
        near(solved(cache, 50).hit, theory_ttl(KEYS, p, 50, 600, 0), 1e-8);
        cache.renew = true;
        near(solved(cache, 50).hit, theory_ttl(KEYS, p, 50, 600, 1), 1e-8);
    }
    free(p);
}

/* lru with a time to live, one of two equal keys at rate r each, so T = ln 2 / r, q = e^(-rT) =
 * 1/2. The mean life of an entry, E, by steps of the delay equation: T to life = T, to 2 T adds
 * (1 - q) x - r q x^2 / 2 with x = life - T; without a limit (e^(rT) - 1) / r; hits rE / (1 + rE).
 */
static double hit_with_life(double life, bool renew) {
    const struct mdl_cache cache = {
        .policy = MDL_LRU, .capacity = 1, .keys = 2, .ttl_s = life, .renew = renew};
    return solved(cache, 2).hit;
}

static void time_to_live(void **state) {
    (void)state;
    double t = log(2);
    near(hit_with_life(t / 2, false), t / 2 / (1 + t / 2), 1e-12);
    near(hit_with_life(t, false), t / (1 + t), 1e-12);
    for (double share = 0.1; share <= 1; share += 0.15) {
        double x = share * t;
        double live = t + x / 2 - x * x / 4;
        near(hit_with_life(t + x, false), live / (1 + live), 1e-9);
    }
    near(hit_with_life(1e6, false), 0.5, 1e-8);
    near(hit_with_life(1e6, true), 0.5, 1e-12);
    near(hit_with_life(t / 2, true), 1 - exp(-t / 2), 1e-12);
    /* fifo: a life shorter than T = 1 / r counts; stored (r life + 1 - e^(-r(T - life))) / (1 + r
     * life) is 1/2 at T. */
    struct mdl_che fifo =
        solved((struct mdl_cache){.policy = MDL_FIFO, .capacity = 1, .keys = 2, .ttl_s = 0.1}, 2);
    near(fifo.hit, 0.1 / 1.1, 1e-12);
    near(0.1 + 1 - exp(-(fifo.age_s - 0.1)), 0.55, 1e-12);
}

static void unknown(void **state) {
    (void)state;
    struct mdl_che out;
    const struct mdl_cache cache = {
        .policy = MDL_FIFO, .capacity = 1, .keys = 2, .ttl_s = 1, .renew = true};
    assert_false(mdl_che_solve(&cache, 1, &out));
    assert_true(isnan(out.hit));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),      cmocka_unit_test(two_places), cmocka_unit_test(many_keys),
        cmocka_unit_test(time_to_live), cmocka_unit_test(unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
