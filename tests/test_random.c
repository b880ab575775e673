/* The random streams: known answers of the cipher, names, isolation, even spread in every
 * direction in which the simulator counts, and use through GSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "sim/random.h"
#include "sim/random_block.h"

/* Philox4x64-10 written again from the paper (Salmon et al., SC11, section 3.3). */
__extension__ typedef unsigned __int128 wide;

static void reference_block(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]) {
    uint64_t c[4], k[2] = {key[0], key[1]};
    memcpy(c, counter, sizeof c);
    for (int round = 0; round < 10; round++) {
        wide p0 = (wide)c[0] * 0xd2e7470ee14c6c93u, p1 = (wide)c[2] * 0xca5a826395121157u;
        uint64_t next[4] = {(uint64_t)(p1 >> 64) ^ c[1] ^ k[0], (uint64_t)p1,
                            (uint64_t)(p0 >> 64) ^ c[3] ^ k[1], (uint64_t)p0};
        memcpy(c, next, sizeof c);
        k[0] += 0x9e3779b97f4a7c15u; /* golden ratio */
        k[1] += 0xbb67ae8584caa73bu; /* sqrt(3) - 1 */
    }
    memcpy(out, c, sizeof c);
}

/* The three vectors "philox4x64 10" of Random123's own tests/kat_vectors: zeros, ones, digits of
 * pi. Don't mend them: they are published. */
static void known_answers_of_the_cipher(void **state) {
    (void)state;
    static const struct {
        uint64_t counter[4], key[2], out[4];
    } vectors[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c},
         {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
    };
    for (int v = 0; v < 3; v++) {
        uint64_t out[4];
        reference_block(vectors[v].counter, vectors[v].key, out);
        assert_memory_equal(out, vectors[v].out, sizeof out);
    }
    const struct sim_draw zero = {.index = 0};
    struct sim_stream stream;
    sim_stream_init(&stream, &zero);
    assert_true(sim_stream_next(&stream) == vectors[0].out[0]);
}

/* Which part of a draw's name goes where in key and counter. */
static void a_stream_is_the_cipher_over_its_name(void **state) {
    (void)state;
    uint64_t x = 99;
    for (int trial = 0; trial < 100; trial++) {
        uint64_t part[5];
        for (int i = 0; i < 5; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            part[i] = x ^ x >> 29;
        }
        struct sim_draw draw = {{part[0], part[1]}, part[2], part[3], (uint32_t)part[4], x};
        struct sim_stream stream;
        sim_stream_init(&stream, &draw);
        const uint64_t shared[4] = {part[2], part[3] / 4, (uint32_t)part[4], 0};
        uint64_t out[4];
        reference_block(shared, part, out);
        uint64_t first = out[part[3] % 4];
        assert_true(sim_stream_next(&stream) == first);
        assert_true(sim_draw_unit(&draw, NULL) == (double)((first >> 11) | 1) * 0x1p-53);
        for (uint64_t block = 1; block < 3; block++) {
            const uint64_t counter[4] = {part[2], part[3], (uint32_t)part[4], block};
            reference_block(counter, part, out);
            for (int i = 0; i < 4; i++) {
                assert_true(sim_stream_next(&stream) == out[i]);
            }
        }
    }
}

/* Remembering a block changes no value, whatever was drawn in between. */
static void a_recent_block_changes_nothing(void **state) {
    (void)state;
    struct sim_recent recent = {0};
    uint64_t x = 7;
    for (int i = 0; i < 20000; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        struct sim_draw draw = {{1, 2}, x >> 63, (x >> 40) & 15, (uint32_t)(x >> 61) & 1, 0};
        assert_true(sim_draw_unit(&draw, &recent) == sim_draw_unit(&draw, NULL));
    }
    /* In succession, with stragglers and runners ahead, so that rows grow, go on and are left. */
    for (uint64_t i = 0; i < 20000; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        uint64_t entity = i + (x >> 60 == 0 ? (x >> 50) % 300 : x >> 62);
        struct sim_draw draw = {{1, 2}, i / 7000, entity, (uint32_t)(x >> 59) == 1, 0};
        assert_true(sim_draw_unit(&draw, &recent) == sim_draw_unit(&draw, NULL));
    }
}

static void units_stay_inside_the_open_interval(void **state) {
    (void)state;
    assert_true(sim_word_unit(0) == 0x1p-53);
    assert_true(sim_word_unit(UINT64_MAX) == 1 - 0x1p-53);
}

/* FNV-1a of "" and "foobar" as its authors publish them (draft-eastlake-fnv), splitmix64 of seeds
 * 0 and 1234567 as with its reference code. */
static uint64_t splitmix64(uint64_t seed) {
    uint64_t z = seed + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void known_answers_of_the_hash(void **state) {
    (void)state;
    assert_true(splitmix64(0) == 0xe220a8397b1dcdafu);
    assert_true(splitmix64(1234567) == 6457827717110365317u);
    assert_true(sim_hash("") == splitmix64(0xcbf29ce484222325u));
    assert_true(sim_hash("foobar") == splitmix64(0x85944171f73967e8u));
    assert_true(sim_mix(0, 0) == splitmix64(0));
    assert_true(sim_mix(0x1111, 0x22223333u) == splitmix64(0x2222333300001111u));
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void mixing_keeps_small_pairs_apart(void **state) {
    (void)state;
    enum { PEOPLE = 400 };
    static uint64_t mixed[PEOPLE * PEOPLE];
    for (uint64_t i = 0; i < PEOPLE * PEOPLE; i++) {
        mixed[i] = sim_mix(i / PEOPLE, i % PEOPLE);
    }
    qsort(mixed, PEOPLE * PEOPLE, sizeof mixed[0], by_value);
    for (int i = 1; i < PEOPLE * PEOPLE; i++) {
        assert_true(mixed[i] != mixed[i - 1]);
    }
}

/* The directions in which a simulation counts. */
enum direction { ENTITIES, PURPOSES, INDEXES, REPLICATIONS, SEEDS, WORDS, MIXED, DIRECTIONS };

static double unit_along(enum direction direction, uint64_t i) {
    struct sim_draw draw = {{42, 3}, sim_hash("service"), 1000, 0, 0};
    switch (direction) {
    case ENTITIES:
        draw.entity += i;
        break;
    case PURPOSES:
        draw.purpose += i;
        break;
    case INDEXES:
        draw.index = (uint32_t)i;
        break;
    case REPLICATIONS:
        draw.key.replication += i;
        break;
    case SEEDS:
        draw.key.seed += i;
        break;
    case WORDS: { /* within one substream: 64 words of each */
        struct sim_stream stream;
        draw.entity += i / 64;
        sim_stream_init(&stream, &draw);
        double unit = 0;
        for (uint64_t k = 0; k <= i % 64; k++) {
            unit = sim_stream_unit(&stream);
        }
        return unit;
    }
    case MIXED:
        draw.entity = sim_mix(i / 100, i % 100);
        break;
    case DIRECTIONS:
        break;
    }
    return sim_draw_unit(&draw, NULL);
}

/* Mutants: too even (a Weyl sequence), and with a faint slope. */
static double weyl(uint64_t i) { return sim_word_unit(i * 0x9e3779b97f4a7c15u); }
static double slanted(uint64_t i) { return pow(unit_along(ENTITIES, i), 1.03); }

/* Chi-square of pairs of neighbours over SIDE x SIDE cells, so that a dependence of neighbours
 * shows too. The pairs don't overlap. */
enum { DRAWS = 1 << 18, SIDE = 16 };

static double chi_square(const double *units) {
    int count[SIDE * SIDE] = {0};
    for (int i = 0; i < DRAWS; i += 2) {
        count[(int)(units[i] * SIDE) * SIDE + (int)(units[i + 1] * SIDE)]++;
    }
    double expected = (double)(DRAWS / 2) / (SIDE * SIDE), sum = 0;
    for (int cell = 0; cell < SIDE * SIDE; cell++) {
        sum += (count[cell] - expected) * (count[cell] - expected) / expected;
    }
    return sum;
}

/* Within the central 1 - 1e-4 of the statistic's own law. */
static int spread_is_even(const double *units) {
    double statistic = chi_square(units);
    return statistic > gsl_cdf_chisq_Pinv(5e-5, SIDE * SIDE - 1) &&
           statistic < gsl_cdf_chisq_Qinv(5e-5, SIDE * SIDE - 1);
}

static double units[DRAWS];

static void even_in_every_direction(void **state) {
    (void)state;
    for (int direction = 0; direction < DIRECTIONS; direction++) {
        for (int i = 0; i < DRAWS; i++) {
            units[i] = unit_along((enum direction)direction, (uint64_t)i);
        }
        if (!spread_is_even(units)) {
            fail_msg("direction %d: chi-square %.1f over 255 degrees", direction,
                     chi_square(units));
        }
    }
    for (int i = 0; i < DRAWS; i++) {
        units[i] = weyl((uint64_t)i);
    }
    assert_false(spread_is_even(units));
    for (int i = 0; i < DRAWS; i++) {
        units[i] = slanted((uint64_t)i);
    }
    assert_false(spread_is_even(units));
}

/* Correlation of a draw with the one whose name differs in one part only: under independence,
 * sqrt(n) r is nearly standard normal. */
static double correlation(enum direction direction) {
    double sum = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct sim_draw draw = {{42, 3}, 77, i, 5, 0}, other = draw;
        switch (direction) {
        case ENTITIES:
            other.entity ^= 1u << 20;
            break;
        case PURPOSES:
            other.purpose++;
            break;
        case INDEXES:
            other.index++;
            break;
        case REPLICATIONS:
            other.key.replication++;
            break;
        case SEEDS:
            other.key.seed++;
            break;
        case WORDS:
        case MIXED:
        case DIRECTIONS: /* the mutant: nothing differs but the ordinal, which names no draw */
            other.ordinal++;
            break;
        }
        double a = sim_draw_unit(&draw, NULL), b = sim_draw_unit(&other, NULL);
        if (direction <= SEEDS && a == b) {
            fail_msg("direction %d: draw %d is the same", direction, (int)i);
        }
        sum += (a - 0.5) * (b - 0.5) * 12;
    }
    return sum / sqrt(DRAWS);
}

static void names_that_differ_give_independent_draws(void **state) {
    (void)state;
    for (int direction = ENTITIES; direction <= SEEDS; direction++) {
        double z = correlation((enum direction)direction);
        if (!(fabs(z) < 3.89)) {
            fail_msg("direction %d: z %.2f", direction, z);
        }
    }
    assert_true(fabs(correlation(DIRECTIONS)) > 100);
}

static void a_draw_does_not_depend_on_other_draws(void **state) {
    (void)state;
    double alone[100];
    for (uint64_t i = 0; i < 100; i++) {
        struct sim_draw draw = {{1, 2}, sim_hash("stay"), i, 0, 0};
        alone[i] = sim_draw_unit(&draw, NULL);
    }
    struct sim_stream other;
    struct sim_draw noise = {{1, 2}, sim_hash("think"), 0, 0, 0};
    sim_stream_init(&other, &noise);
    for (uint64_t k = 0; k < 100; k++) {
        uint64_t i = (k * 37) % 100; /* in another order, with others in between */
        struct sim_draw draw = {{1, 2}, sim_hash("stay"), i, 0, 0};
        struct sim_stream stream;
        sim_stream_init(&stream, &draw);
        for (uint64_t skip = 0; skip < k % 7; skip++) {
            sim_stream_next(&other);
        }
        assert_true(sim_stream_unit(&stream) == alone[i]);
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* GSL's own samplers over a substream each. Kolmogorov's statistic against its limit law at a false
 * alarm of 1e-4: sqrt(n) D < sqrt(-ln(5e-5) / 2) = 2.225. */
static void through_gsl(void **state) {
    (void)state;
    enum { SAMPLES = 100000 };
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct sim_draw draw = {{8, 0}, sim_hash("gsl"), i, 0, 0};
        struct sim_stream stream;
        sim_stream_init(&stream, &draw);
        gsl_rng rng = {sim_gsl_rng_type(), &stream};
        units[i] = gsl_ran_gamma(&rng, 2.5, 1);
    }
    qsort(units, SAMPLES, sizeof units[0], by_size);
    double distance = 0, mutant = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double middle = (i + 0.5) / SAMPLES;
        distance = fmax(distance, fabs(gsl_cdf_gamma_P(units[i], 2.5, 1) - middle));
        mutant = fmax(mutant, fabs(gsl_cdf_gamma_P(units[i], 2.55, 1) - middle));
    }
    assert_true(distance * sqrt(SAMPLES) < 2.225);
    assert_true(mutant * sqrt(SAMPLES) > 2.225);

    gsl_rng *owned = gsl_rng_alloc(sim_gsl_rng_type());
    assert_non_null(owned);
    gsl_rng_set(owned, 5);
    unsigned long first = gsl_rng_get(owned), second = gsl_rng_get(owned);
    gsl_rng_set(owned, 6);
    assert_true(gsl_rng_get(owned) != first);
    gsl_rng_set(owned, 5);
    assert_true(gsl_rng_get(owned) == first && gsl_rng_get(owned) == second);
    gsl_rng_free(owned);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers_of_the_cipher),
        cmocka_unit_test(a_stream_is_the_cipher_over_its_name),
        cmocka_unit_test(a_recent_block_changes_nothing),
        cmocka_unit_test(units_stay_inside_the_open_interval),
        cmocka_unit_test(known_answers_of_the_hash),
        cmocka_unit_test(mixing_keeps_small_pairs_apart),
        cmocka_unit_test(even_in_every_direction),
        cmocka_unit_test(names_that_differ_give_independent_draws),
        cmocka_unit_test(a_draw_does_not_depend_on_other_draws),
        cmocka_unit_test(through_gsl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
