/* Processor sharing against exact theory: insensitivity, percentiles, several cores, SMT. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"
#include "tests/theory.h"

/* --- one core ----------------------------------------------------------------------------- */

#define SHARING(rate, discipline, demand)                                                          \
    "{'name': 'ps', 'network': {"                                                                  \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'q', 'discipline': '" discipline "'}],"                                \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '150000s', 'warmup': '1000s'}"

static void insensitive_claims(struct oracle *o) {
    double rho = 0.7;
    oracle_mean(o, "network", "", "response.mean", 1 / (1 - rho));
    oracle_mean(o, "station", "q", "number.mean", rho / (1 - rho));
    oracle_mean(o, "station", "q", "utilization", rho);
    oracle_mean(o, "station", "q", "waiting.mean", 0);
    for (int n = 0; n <= 4; n++) {
        char name[32];
        snprintf(name, sizeof name, "number.share.%d", n);
        oracle_mean(o, "station", "q", name, (1 - rho) * pow(rho, n));
    }
}

static void insensitivity(void **state) {
    (void)state;
    static const char *const source = "insensitive, K2 ch. 4";
    struct oracle o =
        oracle_run("M/D/1-PS, load 0.7", source, 20, 101, SHARING("0.7/s", "ps", "1s"));
    insensitive_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/E4/1-PS", source, 20, 102, SHARING("0.7/s", "ps", "erlang(1s, k=4)"));
    insensitive_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/M/1-PS", source, 20, 103, SHARING("0.7/s", "ps", "exp(1s)"));
    insensitive_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/lognormal/1-PS, cv 2", source, 20, 104,
                   SHARING("0.7/s", "ps", "lognormal(1s, cv=2)"));
    insensitive_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/H2/1-PS, cv 4", source, 30, 105,
                   SHARING("0.7/s", "ps", "hyperexp(1s, cv=4)"));
    insensitive_claims(&o);
    oracle_accept(&o);
    struct oracle queue = oracle_mutant(20, 102, SHARING("0.7/s", "fcfs", "erlang(1s, k=4)"));
    insensitive_claims(&queue);
    oracle_reject(&queue);
    struct oracle faster = oracle_mutant(20, 102, SHARING("0.714/s", "ps", "erlang(1s, k=4)"));
    insensitive_claims(&faster);
    oracle_reject(&faster);
}

/* E[R | x] = x / (1 - load), whatever the laws: by classes of constant demands. */
#define SIZES(discipline)                                                                          \
    "{'name': 'sizes', 'network': {"                                                               \
    " 'classes': {'small': {}, 'large': {}, 'varied': {}},"                                        \
    " 'sources': [{'name': 's', 'class': 'small', 'rate': '1/s', 'route': 'r'},"                   \
    "             {'name': 'l', 'class': 'large', 'rate': '0.1/s', 'route': 'r'},"                 \
    "             {'name': 'v', 'class': 'varied', 'rate': '0.2/s', 'route': 'r'}],"               \
    " 'stations': [{'name': 'q', 'discipline': '" discipline "', 'demand':"                        \
    "    {'small': '0.2s', 'large': '2s', 'varied': 'lognormal(1.5s, cv=1)'}}],"                   \
    " 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': '200000s', 'warmup': '1000s'}"

static void size_claims(struct oracle *o) {
    double rho = 0.2 + 0.2 + 0.3;
    oracle_mean(o, "class", "small", "response.mean", 0.2 / (1 - rho));
    oracle_mean(o, "class", "large", "response.mean", 2 / (1 - rho));
    oracle_mean(o, "class", "varied", "response.mean", 1.5 / (1 - rho));
    oracle_mean(o, "station_class", "q/large", "response.mean", 2 / (1 - rho));
    oracle_mean(o, "station", "q", "utilization", rho);
}

static void by_size(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/G/1-PS by size", "mean x / (1 - load) at size x, K2 ch. 4", 20,
                                 106, SIZES("ps"));
    size_claims(&o);
    oracle_accept(&o);
    struct oracle queue = oracle_mutant(20, 106, SIZES("fcfs"));
    size_claims(&queue);
    oracle_reject(&queue);
}

/* --- percentiles and cores ---------------------------------------------------------------- */

#define CORES(servers, rate, discipline, demand)                                                   \
    "{'name': 'cores', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'q', 'discipline': '" discipline "', 'servers': " servers "}],"        \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '150000s', 'warmup': '1000s',"                                                    \
    " 'within': [" ORACLE_WITHIN ", " ORACLE_WITHIN ", " ORACLE_WITHIN "]}"

static const double QUANTILES[3] = {0.5, 0.95, 0.99};

static void percentile_claims(struct oracle *o, const double *quantiles) {
    static const char *const names[] = {"response.p50", "response.p95", "response.p99"};
    for (int i = 0; i < 3; i++) {
        oracle_within(o, "network", "", "response", quantiles[i], QUANTILES[i]);
        oracle_percentile(o, "network", "", names[i], quantiles[i]);
    }
}

static void quantiles_of(double lambda, int c, double *quantiles) {
    struct theory_sharing *law = theory_sharing_new(lambda, 1, c);
    for (int i = 0; i < 3; i++) {
        quantiles[i] = theory_sharing_quantile(law, QUANTILES[i]);
    }
    theory_sharing_free(law);
}

static void percentiles(void **state) {
    (void)state;
    static const char *const source = "Coffman, Muntz and Trotter 1970";
    double q[3];
    quantiles_of(0.7, 1, q);
    struct oracle o = oracle_run("M/M/1-PS, load 0.7", source, 20, 107,
                                 CORES("1", "0.7/s", "ps", "exp(1s)"), q[0], q[1], q[2]);
    percentile_claims(&o, q);
    oracle_accept(&o);
    struct oracle queue =
        oracle_mutant(20, 107, CORES("1", "0.7/s", "fcfs", "exp(1s)"), q[0], q[1], q[2]);
    percentile_claims(&queue, q);
    oracle_reject(&queue);
    struct oracle law =
        oracle_mutant(20, 107, CORES("1", "0.7/s", "ps", "gamma(1s, cv=0.9)"), q[0], q[1], q[2]);
    percentile_claims(&law, q);
    oracle_reject(&law);
    quantiles_of(1.5, 2, q);
    o = oracle_run("M/M/2-PS, load 0.75", "the same, two processors", 20, 108,
                   CORES("2", "1.5/s", "ps", "exp(1s)"), q[0], q[1], q[2]);
    percentile_claims(&o, q);
    oracle_accept(&o);
    struct oracle slower =
        oracle_mutant(20, 108, CORES("2", "1.5/s", "ps", "exp(1.02s)"), q[0], q[1], q[2]);
    percentile_claims(&slower, q);
    oracle_reject(&slower);
}

static void core_claims(struct oracle *o) {
    static const double speed[] = {1, 2};
    double busy;
    double number = theory_load_dependent(1.5, 1, 2, speed, &busy);
    oracle_mean(o, "network", "", "response.mean", number / 1.5);
    oracle_mean(o, "station", "q", "number.mean", number);
    oracle_mean(o, "station", "q", "utilization", busy / 2);
}

static void two_cores(void **state) {
    (void)state;
    static const char *const source = "birth and death, insensitive";
    struct oracle o = oracle_run("M/D/2-PS, load 0.75", source, 20, 109,
                                 CORES("2", "1.5/s", "ps", "1s"), 1.0, 2.0, 3.0);
    core_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/H2/2-PS, cv 3", source, 30, 110,
                   CORES("2", "1.5/s", "ps", "hyperexp(1s, cv=3)"), 1.0, 2.0, 3.0);
    core_claims(&o);
    oracle_accept(&o);
    struct oracle queue = oracle_mutant(20, 109, CORES("2", "1.5/s", "fcfs", "1s"), 1.0, 2.0, 3.0);
    core_claims(&queue);
    oracle_reject(&queue);
}

/* --- the SMT instance of DESIGN 5.2 ------------------------------------------------------- */

#define SMT(speeds, demand)                                                                        \
    "{'name': 'smt', 'network': {"                                                                 \
    " 'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}],"                                    \
    " 'stations': [{'name': 'q', 'discipline': 'ps', 'servers': 2, 'speeds': " speeds "}],"        \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '150000s', 'warmup': '1000s'}"

static void smt_claims(struct oracle *o) {
    static const double speed[] = {1, 1.436};
    double busy;
    double response = theory_load_dependent(1, 1, 2, speed, &busy);
    assert_true(fabs(response - 2.526) < 5e-4);
    assert_true(fabs(busy / 2 - 0.651) < 5e-4);
    oracle_mean(o, "network", "", "response.mean", response);
    oracle_mean(o, "station", "q", "utilization", busy / 2);
    oracle_mean(o, "station", "q", "number.mean", response);
}

static void smt(void **state) {
    (void)state;
    static const char *const source = "birth and death, insensitive";
    struct oracle o = oracle_run("SMT pair, constant", source, 20, 111, SMT("[1, 1.436]", "1s"));
    smt_claims(&o);
    oracle_accept(&o);
    o = oracle_run("SMT pair, exponential", source, 20, 112, SMT("[1, 1.436]", "exp(1s)"));
    smt_claims(&o);
    oracle_accept(&o);
    o = oracle_run("SMT pair, lognormal, cv 3", source, 30, 113,
                   SMT("[1, 1.436]", "lognormal(1s, cv=3)"));
    smt_claims(&o);
    oracle_accept(&o);
    struct oracle yield = oracle_mutant(20, 112, SMT("[1, 1.45]", "exp(1s)"));
    smt_claims(&yield);
    oracle_reject(&yield);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(insensitivity), cmocka_unit_test(by_size), cmocka_unit_test(percentiles),
        cmocka_unit_test(two_cores),     cmocka_unit_test(smt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
