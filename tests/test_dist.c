/* Distributions against what is known of them: GSL's cdfs and textbook moments, written here anew.
 *
 * Law: Kolmogorov's statistic sqrt(n) D against its limit law, at a false alarm of 1e-4:
 * D sqrt(n) < sqrt(-ln(1e-4 / 2) / 2) = 2.225. Moments: the sample's mean, second and third raw
 * moments within 3.89 standard errors (normal, 1e-4), these from the law's own moments up to the
 * sixth. Seeds are fixed. Every family has a mutant, a plausible mistake, that both must reject. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "sim/base_arena.h"
#include "sim/dist.h"
#include "sim/ziggurat_table.h"

enum { DRAWS = 400000 };
#define KOLMOGOROV 2.225
#define NORMAL 3.89

/* ---- The laws, from textbooks ---- */

enum { MEAN = 0, FIRST = 1, SECOND = 2, THIRD = 3 }; /* places of a law's parameters */

struct law {
    double (*cdf)(const double *p, double x);
    double (*moment)(const double *p, int n); /* E[X^n] */
    double p[4];
};

static double exp_cdf(const double *p, double x) { return gsl_cdf_exponential_P(x, p[MEAN]); }
static double exp_moment(const double *p, int n) {
    return pow(p[MEAN], n) * gsl_sf_fact((unsigned)n);
}

static double lognormal_cdf(const double *p, double x) {
    double variance = log(1 + p[FIRST] * p[FIRST]);
    return x > 0 ? gsl_cdf_lognormal_P(x, log(p[MEAN]) - variance / 2, sqrt(variance)) : 0;
}
static double lognormal_moment(const double *p, int n) {
    return pow(p[MEAN], n) * pow(1 + p[FIRST] * p[FIRST], n * (n - 1) / 2);
}

/* gamma and erlang: mean, shape */
static double gamma_cdf(const double *p, double x) {
    return gsl_cdf_gamma_P(x, p[FIRST], p[MEAN] / p[FIRST]);
}
static double gamma_moment(const double *p, int n) {
    double product = 1;
    for (int i = 0; i < n; i++) {
        product *= p[MEAN] / p[FIRST] * (p[FIRST] + i);
    }
    return product;
}

/* Two exponentials: weight of the first, mean of the first, mean of the second */
static double two_cdf(const double *p, double x) {
    return p[0] * gsl_cdf_exponential_P(x, p[1]) + (1 - p[0]) * gsl_cdf_exponential_P(x, p[2]);
}
static double two_moment(const double *p, int n) {
    return gsl_sf_fact((unsigned)n) * (p[0] * pow(p[1], n) + (1 - p[0]) * pow(p[2], n));
}

/* mean, shape */
static double weibull_scale(const double *p) { return p[MEAN] / gsl_sf_gamma(1 + 1 / p[FIRST]); }
static double weibull_cdf(const double *p, double x) {
    return gsl_cdf_weibull_P(x, weibull_scale(p), p[FIRST]);
}
static double weibull_moment(const double *p, int n) {
    return pow(weibull_scale(p), n) * gsl_sf_gamma(1 + n / p[FIRST]);
}

/* lowest value, alpha, max. The formulas of Aban, Meerschaert and Panorska, "Parameter estimation
 * for the truncated Pareto distribution", JASA 101 (2006). */
static double pareto_cdf(const double *p, double x) {
    return x < p[0] ? 0 : x > p[2] ? 1 : (1 - pow(p[0] / x, p[1])) / (1 - pow(p[0] / p[2], p[1]));
}
static double pareto_moment(const double *p, int n) {
    double whole = p[2] == INFINITY ? 1 : 1 - pow(p[0] / p[2], p[1]);
    double rest = p[1] == n          ? log(p[2] / p[0])
                  : p[2] == INFINITY ? (p[1] > n ? pow(p[0], n - p[1]) / (p[1] - n) : INFINITY)
                                     : (pow(p[2], n - p[1]) - pow(p[0], n - p[1])) / (n - p[1]);
    return p[1] * pow(p[0], p[1]) * rest / whole;
}
static struct law pareto_law(double mean, double alpha, double max) {
    double low = 0, high = mean;
    for (int i = 0; i < 200; i++) { /* the mean grows with the lowest value */
        double p[] = {(low + high) / 2, alpha, max};
        *(pareto_moment(p, 1) < mean ? &low : &high) = p[0];
    }
    return (struct law){pareto_cdf, pareto_moment, {low, alpha, max}};
}

static double uniform_cdf(const double *p, double x) { return gsl_cdf_flat_P(x, p[0], p[1]); }
static double uniform_moment(const double *p, int n) {
    return (pow(p[1], n + 1) - pow(p[0], n + 1)) / ((n + 1) * (p[1] - p[0]));
}

/* ---- The statistics ---- */

static double sample[DRAWS];

static void fill(const struct sim_dist *dist, const char *purpose) {
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct sim_draw draw = {{20261123, 1}, sim_hash(purpose), i, 0, i};
        sample[i] = sim_dist_draw(dist, &draw, NULL);
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* sqrt(n) D; sorts the sample. */
static double kolmogorov(const struct law *law) {
    qsort(sample, DRAWS, sizeof sample[0], by_size);
    double distance = 0;
    for (int i = 0; i < DRAWS; i++) {
        double p = law->cdf(law->p, sample[i]);
        distance = fmax(distance, fmax(p - (double)i / DRAWS, (double)(i + 1) / DRAWS - p));
    }
    return distance * sqrt(DRAWS);
}

/* The n-th raw moment's distance from the law's, in standard errors. */
static double moment_z(const struct law *law, int n) {
    double sum = 0, expected = law->moment(law->p, n);
    for (int i = 0; i < DRAWS; i++) {
        sum += pow(sample[i], n);
    }
    double variance = law->moment(law->p, 2 * n) - expected * expected;
    return (sum / DRAWS - expected) / sqrt(variance / DRAWS);
}

struct family {
    const char *name;
    struct sim_dist dist;
    struct law law;
    struct sim_dist mutant;
};

static const double nine_to_one[] = {0.9, 1}, one_to_nine[] = {0.1, 1};

static int families(struct family *out) {
    static struct sim_dist parts[2], swapped[2];
    parts[0] = sim_dist_exp(1);
    parts[1] = sim_dist_exp(50);
    /* hyperexp(5, cv 3): p1 = (1 + sqrt(8/10)) / 2, m1 = 5 / (2 p1), m2 = 5 / (2 (1 - p1)) */
    double p1 = (1 + sqrt(0.8)) / 2;
    swapped[0] = sim_dist_exp(5 / (2 * (1 - p1)));
    swapped[1] = sim_dist_exp(5 / (2 * p1));
    static double p1_first[2];
    p1_first[0] = p1;
    p1_first[1] = 1;
    double ln = sqrt(2); /* exp(sigma^2 / 2) at cv 1: what mu = log(mean) is too large by */
    struct family list[] = {
        {"exp", sim_dist_exp(0.005), {exp_cdf, exp_moment, {0.005}}, sim_dist_exp(0.0051)},
        {"lognormal, cv 1",
         sim_dist_lognormal(2, 1),
         {lognormal_cdf, lognormal_moment, {2, 1}},
         sim_dist_lognormal(2 * ln, 1)},
        {"lognormal, cv 0.2",
         sim_dist_lognormal(2, 0.2),
         {lognormal_cdf, lognormal_moment, {2, 0.2}},
         sim_dist_lognormal(2, 0.21)},
        {"erlang, 4 stages",
         sim_dist_erlang(5, 4),
         {gamma_cdf, gamma_moment, {5, 4}},
         sim_dist_erlang(5, 5)},
        {"erlang, 12 stages",
         sim_dist_erlang(5, 12),
         {gamma_cdf, gamma_moment, {5, 12}},
         sim_dist_erlang(5, 13)},
        {"erlang, 40 stages",
         sim_dist_erlang(5, 40),
         {gamma_cdf, gamma_moment, {5, 40}},
         sim_dist_erlang(5, 44)},
        {"hyperexp, cv 3",
         sim_dist_hyperexp(5, 3),
         {two_cdf, two_moment, {p1, 5 / (2 * p1), 5 / (2 * (1 - p1))}},
         sim_dist_mix(swapped, p1_first, 2)},
        {"hyperexp, cv 1",
         sim_dist_hyperexp(5, 1),
         {exp_cdf, exp_moment, {5}},
         sim_dist_hyperexp(5, 1.1)},
        {"gamma, cv 0.7",
         sim_dist_gamma(3, 0.7),
         {gamma_cdf, gamma_moment, {3, 1 / 0.49}},
         sim_dist_gamma(3, 0.72)},
        {"gamma, cv 2",
         sim_dist_gamma(3, 2),
         {gamma_cdf, gamma_moment, {3, 0.25}},
         sim_dist_gamma(3, 2.1)},
        {"weibull, shape 0.7",
         sim_dist_weibull(4, 0.7),
         {weibull_cdf, weibull_moment, {4, 0.7}},
         sim_dist_weibull(4 * gsl_sf_gamma(1 + 1 / 0.7), 0.7)},
        {"weibull, shape 3",
         sim_dist_weibull(4, 3),
         {weibull_cdf, weibull_moment, {4, 3}},
         sim_dist_weibull(4, 3.1)},
        {"pareto, truncated", sim_dist_pareto(5, 1.5, 100), pareto_law(5, 1.5, 100),
         sim_dist_pareto(5, 1.5, 200)},
        {"pareto, alpha 1", sim_dist_pareto(5, 1, 200), pareto_law(5, 1, 200),
         sim_dist_pareto(5, 1.05, 200)},
        {"pareto, alpha below 1", sim_dist_pareto(5, 0.5, 200), pareto_law(5, 0.5, 200),
         sim_dist_pareto(5, 0.65, 200)},
        {"pareto, no max", sim_dist_pareto(5, 7, INFINITY), pareto_law(5, 7, INFINITY),
         sim_dist_pareto(5.05, 7, INFINITY)},
        {"uniform",
         sim_dist_uniform(1, 9),
         {uniform_cdf, uniform_moment, {1, 9}},
         sim_dist_uniform(1, 9.1)},
        {"mix",
         sim_dist_mix(parts, nine_to_one, 2),
         {two_cdf, two_moment, {0.9, 1, 50}},
         sim_dist_mix(parts, one_to_nine, 2)},
    };
    memcpy(out, list, sizeof list);
    return (int)(sizeof list / sizeof list[0]);
}

static void every_family_follows_its_law(void **state) {
    (void)state;
    struct family family[32];
    int count = families(family);
    for (int f = 0; f < count; f++) {
        const struct family *one = &family[f];
        assert_null(sim_dist_problem(&one->dist));
        fill(&one->dist, one->name);
        for (int n = 1; n <= 3; n++) {
            double z = moment_z(&one->law, n);
            if (!(fabs(z) < NORMAL)) {
                fail_msg("%s: moment %d is off by %.2f standard errors", one->name, n, z);
            }
        }
        double distance = kolmogorov(&one->law);
        if (!(distance < KOLMOGOROV)) {
            fail_msg("%s: sqrt(n) D = %.3f", one->name, distance);
        }
        if (!(sample[0] >= 0) || !isfinite(sample[DRAWS - 1])) {
            fail_msg("%s: from %g to %g", one->name, sample[0], sample[DRAWS - 1]);
        }
    }
}

static void every_mutant_is_rejected(void **state) {
    (void)state;
    struct family family[32];
    int count = families(family);
    for (int f = 0; f < count; f++) {
        const struct family *one = &family[f];
        assert_null(sim_dist_problem(&one->mutant));
        fill(&one->mutant, one->name);
        double largest = 0;
        for (int n = 1; n <= 3; n++) {
            largest = fmax(largest, fabs(moment_z(&one->law, n)));
        }
        double distance = kolmogorov(&one->law);
        if (!(largest > NORMAL) || !(distance > KOLMOGOROV)) {
            fail_msg("the mutant of %s passes: z %.2f, sqrt(n) D = %.3f", one->name, largest,
                     distance);
        }
    }
}

static void assert_close(const char *name, const char *what, double found, double expected) {
    if (!(fabs(found - expected) <= 1e-9 * fmax(fabs(expected), 1e-300)) && found != expected) {
        fail_msg("%s: %s is %.15g, expected %.15g", name, what, found, expected);
    }
}

static void moments_and_cdfs_are_the_textbooks(void **state) {
    (void)state;
    struct family family[32];
    int count = families(family);
    for (int f = 0; f < count; f++) {
        const struct family *one = &family[f];
        const struct law *law = &one->law;
        double mean = law->moment(law->p, 1);
        assert_close(one->name, "mean", one->dist.mean, mean);
        assert_close(one->name, "variance", sim_dist_variance(&one->dist),
                     law->moment(law->p, 2) - mean * mean);
        assert_close(one->name, "third moment", sim_dist_third(&one->dist), law->moment(law->p, 3));
        for (double x = 0; x < 12 * mean; x += mean / 7) {
            double found = sim_dist_cdf(&one->dist, x), expected = law->cdf(law->p, x);
            if (!(fabs(found - expected) <= 1e-9)) {
                fail_msg("%s: cdf at %g is %.12g, expected %.12g", one->name, x, found, expected);
            }
        }
        assert_true(sim_dist_cdf(&one->dist, -1) == 0);
        assert_true(isnan(sim_dist_cdf(&one->dist, NAN)));
    }
    struct sim_dist heavy = sim_dist_pareto(5, 1.5, INFINITY);
    assert_true(sim_dist_variance(&heavy) == INFINITY && sim_dist_third(&heavy) == INFINITY);
}

/* ---- Where the ziggurat's tails begin ---- */

/* A unit exponential and a standard normal by the public way. */
static double exp_value(double x) { return x; }
static double normal_value(double x) { return fabs(log(x)); }

/* Of N draws, those beyond r: their number against the Poisson law, and their own law. */
static void check_tail(struct sim_dist dist, double (*value)(double), double r,
                       double (*upper)(double)) {
    enum { N = 4000000, MOST = 10000 };
    static double beyond[MOST];
    int found = 0;
    for (uint64_t i = 0; i < N; i++) {
        struct sim_draw draw = {{5, 0}, sim_hash("tail"), i, 0, 0};
        double x = value(sim_dist_draw(&dist, &draw, NULL));
        if (x > r && found < MOST) {
            beyond[found++] = x;
        }
    }
    double expected = N * upper(r), distance = 0;
    assert_true(fabs(found - expected) < NORMAL * sqrt(expected));
    qsort(beyond, (size_t)found, sizeof beyond[0], by_size);
    for (int i = 0; i < found; i++) {
        double p = 1 - upper(beyond[i]) / upper(r);
        distance = fmax(distance, fabs(p - (i + 0.5) / found));
    }
    assert_true(distance * sqrt(found) < KOLMOGOROV);
}

static double exp_upper(double x) { return exp(-x); }
static double normal_upper(double x) { return 2 * gsl_cdf_ugaussian_Q(x); }

static void tails_of_the_ziggurats(void **state) {
    (void)state;
    check_tail(sim_dist_exp(1), exp_value, sim_ziggurat_exp.tail, exp_upper);
    /* mu 0, sigma 1: mean exp(1/2), cv^2 e - 1 */
    check_tail(sim_dist_lognormal(exp(0.5), sqrt(expm1(1))), normal_value, sim_ziggurat_normal.tail,
               normal_upper);
}

/* The layers' right ends from a guess of r, by equal areas; returns the height reached above 1:
 * below 0 when r is too large. */
static long double layers(long double r, long double (*f)(long double),
                          long double (*inverse)(long double), long double (*area)(long double),
                          long double x[SIM_ZIGGURAT_LAYERS + 1]) {
    long double v = r * f(r) + area(r);
    x[0] = v / f(r);
    x[1] = r;
    for (int i = 2; i < SIM_ZIGGURAT_LAYERS; i++) {
        long double height = v / x[i - 1] + f(x[i - 1]);
        if (height >= 1) {
            return 1;
        }
        x[i] = inverse(height);
    }
    x[SIM_ZIGGURAT_LAYERS] = 0;
    return v / x[SIM_ZIGGURAT_LAYERS - 1] + f(x[SIM_ZIGGURAT_LAYERS - 1]) - 1;
}

static void check_table(const struct sim_ziggurat *table, long double low, long double high,
                        long double (*f)(long double), long double (*inverse)(long double),
                        long double (*area)(long double)) {
    static long double x[SIM_ZIGGURAT_LAYERS + 1];
    for (int i = 0; i < 70; i++) {
        long double middle = (low + high) / 2;
        *(layers(middle, f, inverse, area, x) > 0 ? &low : &high) = middle;
    }
    layers(high, f, inverse, area, x);
    assert_close("ziggurat", "r", table->tail, (double)high);
    for (int i = 0; i < SIM_ZIGGURAT_LAYERS; i++) {
        assert_close("ziggurat", "step", table->layer[i].step, (double)(x[i] * 0x1p-53L));
        double inside = (double)(x[i + 1] / x[i] * 0x1p53L);
        assert_close("ziggurat", "inside", (double)table->layer[i].inside, floor(inside));
        if (i > 0) {
            assert_close("ziggurat", "height", table->height[i], (double)f(x[i]));
        }
    }
    assert_true(table->layer[SIM_ZIGGURAT_LAYERS - 1].inside == 0);
    assert_true(table->height[SIM_ZIGGURAT_LAYERS] == 1);
}

static long double exp_f(long double x) { return expl(-x); }
static long double exp_inverse(long double y) { return -logl(y); }
static long double normal_f(long double x) { return expl(-x * x / 2); }
static long double normal_inverse(long double y) { return sqrtl(-2 * logl(y)); }
static long double normal_area(long double r) { return sqrtl(acosl(-1) / 2) * erfcl(r / sqrtl(2)); }

static void tables_of_the_ziggurats(void **state) {
    (void)state;
    check_table(&sim_ziggurat_exp, 7, 8.5L, exp_f, exp_inverse, exp_f);
    check_table(&sim_ziggurat_normal, 3.4L, 4, normal_f, normal_inverse, normal_area);
}

/* ---- Laws of listed values ---- */

static void constants_and_sequences_are_exact(void **state) {
    (void)state;
    static const double values[] = {1, 2.5, 0};
    struct sim_dist constant = sim_dist_constant(0.008);
    struct sim_dist sequence = sim_dist_sequence(values, 3);
    for (uint64_t k = 0; k < 10; k++) {
        struct sim_draw draw = {{1, 1}, 7, 99 - k, 0, k};
        assert_true(sim_dist_draw(&constant, &draw, NULL) == 0.008);
        assert_true(sim_dist_draw(&sequence, &draw, NULL) == values[k % 3]);
    }
    assert_true(sequence.mean == 3.5 / 3);
    assert_close("sequence", "variance", sim_dist_variance(&sequence), 7.25 / 3 - 12.25 / 9);
    assert_close("sequence", "third moment", sim_dist_third(&sequence), (1 + 15.625) / 3);
    assert_close("sequence", "cdf", sim_dist_cdf(&sequence, 1), 2.0 / 3);
    assert_true(sim_dist_cdf(&constant, 0.008) == 1 && sim_dist_cdf(&constant, 0.0079) == 0);
    assert_true(sim_dist_variance(&constant) == 0);
    assert_close("constant", "third moment", sim_dist_third(&constant), 0.512e-6);
}

/* Chi-square over the values of an empirical law; the mutant leaves one in 50 out. */
static double chi_square(const struct sim_dist *dist, int values) {
    int seen[64] = {0};
    fill(dist, "empirical");
    for (int i = 0; i < DRAWS; i++) {
        seen[(int)sample[i]]++;
    }
    double expected = (double)DRAWS / values, sum = 0;
    for (int v = 0; v < values; v++) {
        sum += (seen[v] - expected) * (seen[v] - expected) / expected;
    }
    return sum;
}

static void empirical_values_are_equally_likely(void **state) {
    (void)state;
    enum { VALUES = 50 };
    double values[VALUES];
    for (int v = 0; v < VALUES; v++) {
        values[v] = v;
    }
    struct sim_dist dist = sim_dist_empirical(values, VALUES);
    struct sim_dist mutant = sim_dist_empirical(values, VALUES - 1);
    double limit = gsl_cdf_chisq_Qinv(1e-4, VALUES - 1);
    assert_true(chi_square(&dist, VALUES) < limit);
    assert_true(chi_square(&mutant, VALUES) > limit);
    assert_close("empirical", "mean", dist.mean, 24.5);
    assert_close("empirical", "variance", sim_dist_variance(&dist), (50 * 50 - 1) / 12.0);
    assert_close("empirical", "cdf", sim_dist_cdf(&dist, 9.5), 0.2);
}

static void a_mix_may_hold_any_part(void **state) {
    (void)state;
    static const double values[] = {7, 8};
    struct sim_dist inner[] = {sim_dist_constant(3), sim_dist_sequence(values, 2)};
    static const double half[] = {0.5, 1}, quarter[] = {0.25, 1};
    struct sim_dist parts[] = {sim_dist_mix(inner, half, 2), sim_dist_constant(1)};
    struct sim_dist mix = sim_dist_mix(parts, quarter, 2);
    assert_null(sim_dist_problem(&mix));
    assert_close("mix", "mean", mix.mean, 0.25 * (1.5 + 3.75) + 0.75);
    int threes = 0, ones = 0;
    for (uint64_t k = 0; k < 8000; k++) {
        struct sim_draw draw = {{1, 1}, 7, k, 0, k};
        double x = sim_dist_draw(&mix, &draw, NULL);
        threes += x == 3;
        ones += x == 1;
        assert_true(x == 3 || x == 1 || x == values[k % 2]);
    }
    assert_true(fabs(threes - 1000.0) < NORMAL * sqrt(8000 * 0.125 * 0.875));
    assert_true(fabs(ones - 6000.0) < NORMAL * sqrt(8000 * 0.75 * 0.25));
    assert_close("mix", "variance", sim_dist_variance(&mix),
                 0.125 * 9 + 0.125 * 56.5 + 0.75 - mix.mean * mix.mean);
}

/* ---- A draw is a pure function ---- */

static void the_same_draw_gives_the_same_value(void **state) {
    (void)state;
    struct family family[32];
    int count = families(family);
    enum { SOME = 2000 };
    for (int f = 0; f < count; f++) {
        const struct sim_dist *dist = &family[f].dist;
        for (uint64_t i = 0; i < SOME; i++) {
            struct sim_draw draw = {{3, 4}, 5, i, 6, 0};
            sample[i] = sim_dist_draw(dist, &draw, NULL);
        }
        for (uint64_t i = SOME; i-- > 0;) { /* backwards, with other draws in between */
            struct sim_draw other = {{3, 4}, 6, i, 6, 0};
            sim_dist_draw(&family[i % (uint64_t)count].dist, &other, NULL);
            struct sim_draw draw = {{3, 4}, 5, i, 6, 1};
            assert_true(sim_dist_draw(dist, &draw, NULL) == sample[i]);
            draw.index++;
            assert_true(sim_dist_draw(dist, &draw, NULL) != sample[i]);
        }
    }
}

static void scaling_multiplies_every_value(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct family family[32];
    int count = families(family);
    double values[] = {1, 2.5};
    family[count++].dist = sim_dist_sequence(values, 2);
    family[count++].dist = sim_dist_empirical(values, 2);
    family[count++].dist = sim_dist_constant(3);
    for (int f = 0; f < count; f++) {
        const struct sim_dist *dist = &family[f].dist;
        struct sim_dist scaled = sim_dist_scaled(dist, 2.5, arena);
        assert_null(sim_dist_problem(&scaled));
        assert_close("scaled", "mean", scaled.mean, 2.5 * dist->mean);
        assert_close("scaled", "variance", sim_dist_variance(&scaled),
                     6.25 * sim_dist_variance(dist));
        assert_close("scaled", "third moment", sim_dist_third(&scaled),
                     15.625 * sim_dist_third(dist));
        assert_close("scaled", "cdf", sim_dist_cdf(&scaled, 3 * dist->mean),
                     sim_dist_cdf(dist, 1.2 * dist->mean));
        for (uint64_t i = 0; i < 1000; i++) {
            struct sim_draw draw = {{3, 4}, 5, i, 6, i};
            assert_close("scaled", "draw", sim_dist_draw(&scaled, &draw, NULL),
                         2.5 * sim_dist_draw(dist, &draw, NULL));
        }
    }
    sim_arena_free(arena);
}

/* ---- What is refused ---- */

static void impossible_parameters_are_told(void **state) {
    (void)state;
    static const double values[] = {1, -1}, nan_values[] = {NAN};
    static const double short_sum[] = {0.5, 0.9}, falling[] = {0.5, 0.4}, fine[] = {0.5, 1};
    static const double infinite[] = {0.5, INFINITY}, not_a_number[] = {NAN, 1};
    struct sim_dist parts[] = {sim_dist_exp(1), sim_dist_exp(2)};
    struct sim_dist bad_part[] = {sim_dist_exp(1), sim_dist_exp(-2)};
    const struct sim_dist bad[] = {
        sim_dist_constant(-1),
        sim_dist_constant(NAN),
        sim_dist_constant(INFINITY),
        sim_dist_exp(0),
        sim_dist_exp(-1),
        sim_dist_exp(NAN),
        sim_dist_exp(INFINITY),
        sim_dist_exp(1e19),
        sim_dist_lognormal(1, 0),
        sim_dist_lognormal(1, -1),
        sim_dist_lognormal(1, NAN),
        sim_dist_lognormal(1, 1e9),
        sim_dist_lognormal(-1, 1),
        sim_dist_erlang(1, 0),
        sim_dist_erlang(1, -3),
        sim_dist_erlang(0, 3),
        sim_dist_hyperexp(1, 0.99),
        sim_dist_hyperexp(1, NAN),
        sim_dist_hyperexp(1, 1e9),
        sim_dist_hyperexp(-1, 2),
        sim_dist_gamma(1, 0),
        sim_dist_gamma(1, -0.5),
        sim_dist_gamma(NAN, 1),
        sim_dist_weibull(1, 0),
        sim_dist_weibull(1, -1),
        sim_dist_weibull(1, NAN),
        sim_dist_weibull(1, 0.01),
        sim_dist_weibull(0, 1),
        sim_dist_pareto(1, 1, INFINITY),
        sim_dist_pareto(1, 0.5, INFINITY),
        sim_dist_pareto(1, 0, 10),
        sim_dist_pareto(1, -1, 10),
        sim_dist_pareto(1, NAN, 10),
        sim_dist_pareto(1, INFINITY, 10),
        sim_dist_pareto(1, 1.5, 1),
        sim_dist_pareto(1, 1.5, 0.5),
        sim_dist_pareto(1, 1.5, NAN),
        sim_dist_pareto(-1, 1.5, 10),
        sim_dist_pareto(1e-15, 0.01, 1e15),
        sim_dist_uniform(-1, 1),
        sim_dist_uniform(2, 1),
        sim_dist_uniform(0, INFINITY),
        sim_dist_uniform(NAN, 1),
        sim_dist_mix(NULL, NULL, 0),
        sim_dist_mix(parts, short_sum, 2),
        sim_dist_mix(parts, falling, 2),
        sim_dist_mix(parts, infinite, 2),
        sim_dist_mix(parts, not_a_number, 2),
        sim_dist_mix(bad_part, fine, 2),
        sim_dist_sequence(NULL, 0),
        sim_dist_sequence(values, 2),
        sim_dist_empirical(NULL, 0),
        sim_dist_empirical(values, 2),
        sim_dist_empirical(nan_values, 1),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (sim_dist_problem(&bad[i]) == NULL) {
            fail_msg("case %zu is accepted", i);
        }
    }
}

/* At the ends of what is accepted, draws are still finite and not negative. */
static void extreme_parameters_draw_finite_values(void **state) {
    (void)state;
    const struct sim_dist extremes[] = {
        sim_dist_exp(1e18),
        sim_dist_lognormal(1e18, 1000),
        sim_dist_lognormal(1, 0.001),
        sim_dist_erlang(1, 1),
        sim_dist_erlang(1, 1000000000),
        sim_dist_hyperexp(1e18, 1000),
        sim_dist_gamma(1e18, 1000),
        sim_dist_gamma(1, 0.001),
        sim_dist_weibull(1e18, 0.05),
        sim_dist_weibull(1, 1000),
        sim_dist_pareto(1, 1.001, INFINITY),
        sim_dist_pareto(1, 0.01, 10),
        sim_dist_pareto(1, 1e18, 10),
        sim_dist_pareto(1, 2, 1.0001),
        sim_dist_pareto(1, 3, 1e18),
        sim_dist_uniform(0, 1e18),
        sim_dist_uniform(2, 2),
        sim_dist_constant(0),
        sim_dist_exp(1e-300),
    };
    for (size_t k = 0; k < sizeof extremes / sizeof extremes[0]; k++) {
        const struct sim_dist *dist = &extremes[k];
        if (sim_dist_problem(dist) != NULL) {
            fail_msg("case %zu: %s", k, sim_dist_problem(dist));
        }
        for (uint64_t i = 0; i < 20000; i++) {
            struct sim_draw draw = {{3, 4}, 5, i, 6, i};
            double x = sim_dist_draw(dist, &draw, NULL);
            if (!(x >= 0 && isfinite(x))) {
                fail_msg("case %zu draws %g", k, x);
            }
        }
        assert_true(isfinite(sim_dist_third(dist)) || dist->c == INFINITY);
        assert_true(sim_dist_variance(dist) >= 0);
    }
}

static void laws_as_text(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    double many[13] = {0};
    static const double values[] = {1, 2.5, 0};
    struct sim_dist parts[] = {sim_dist_exp(0.001), sim_dist_constant(0.05)};
    const struct {
        struct sim_dist dist;
        const char *text;
    } cases[] = {
        {sim_dist_constant(0.008), "8ms"},
        {sim_dist_constant(0), "0s"},
        {sim_dist_exp(0.005), "exp(5ms)"},
        {sim_dist_exp(3600), "exp(3600s)"},
        {sim_dist_lognormal(2.5e-5, 1.5), "lognormal(25us, cv=1.5)"},
        {sim_dist_erlang(0.005, 4), "erlang(5ms, k=4)"},
        {sim_dist_hyperexp(0.005, 3), "hyperexp(5ms, cv=3)"},
        {sim_dist_gamma(3e-9, 0.7), "gamma(3ns, cv=0.7)"},
        {sim_dist_weibull(0.005, 0.7), "weibull(5ms, shape=0.7)"},
        {sim_dist_pareto(0.005, 1.5, 2), "pareto(5ms, alpha=1.5, max=2s)"},
        {sim_dist_pareto(0.005, 1.5, INFINITY), "pareto(5ms, alpha=1.5)"},
        {sim_dist_uniform(0.001, 0.009), "uniform(1ms, 9ms)"},
        {sim_dist_mix(parts, nine_to_one, 2), "mix(0.9: exp(1ms), 0.1: 50ms)"},
        {sim_dist_sequence(values, 3), "sequence(1s, 2.5s, 0s)"},
        {sim_dist_empirical(many, 13),
         "empirical(0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, 0s, ... 13 values)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(sim_dist_text(&cases[i].dist, arena), cases[i].text);
    }
    sim_arena_free(arena);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_family_follows_its_law),
        cmocka_unit_test(every_mutant_is_rejected),
        cmocka_unit_test(moments_and_cdfs_are_the_textbooks),
        cmocka_unit_test(tails_of_the_ziggurats),
        cmocka_unit_test(tables_of_the_ziggurats),
        cmocka_unit_test(constants_and_sequences_are_exact),
        cmocka_unit_test(empirical_values_are_equally_likely),
        cmocka_unit_test(a_mix_may_hold_any_part),
        cmocka_unit_test(the_same_draw_gives_the_same_value),
        cmocka_unit_test(scaling_multiplies_every_value),
        cmocka_unit_test(impossible_parameters_are_told),
        cmocka_unit_test(extreme_parameters_draw_finite_values),
        cmocka_unit_test(laws_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
