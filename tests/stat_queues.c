/* Single stations, first come first served, against exact theory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"
#include "tests/theory.h"

/* --- M/M/1 -------------------------------------------------------------------------------- */

static const double MM1_LAMBDA = 0.7, MM1_MU = 1;

#define MM1(rate, discipline, demand)                                                              \
    "{'name': 'mm1', 'network': {"                                                                 \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'q', 'discipline': '" discipline "'}],"                                \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '300000s', 'warmup': '1000s',"                                                    \
    " 'within': [" ORACLE_WITHIN ", " ORACLE_WITHIN ", " ORACLE_WITHIN ", " ORACLE_WITHIN "]}"

static double response_quantile(double quantile) {
    return -log(1 - quantile) / (MM1_MU - MM1_LAMBDA);
}

static double wait_quantile(double quantile) {
    double rho = MM1_LAMBDA / MM1_MU;
    return log(rho / (1 - quantile)) / (MM1_MU - MM1_LAMBDA);
}

static void mm1_claims(struct oracle *o) {
    double rho = MM1_LAMBDA / MM1_MU;
    double response = 1 / (MM1_MU - MM1_LAMBDA);
    oracle_mean(o, "station", "q", "response.mean", response);
    oracle_mean(o, "station", "q", "response.deviation", response);
    oracle_mean(o, "station", "q", "waiting.mean", rho * response);
    oracle_mean(o, "station", "q", "waited", rho);
    oracle_mean(o, "network", "", "response.mean", response);
    oracle_mean(o, "network", "", "waiting.mean", rho * response);
    oracle_mean(o, "station", "q", "utilization", rho);
    oracle_mean(o, "station", "q", "number.mean", rho / (1 - rho));
    oracle_mean(o, "station", "q", "number.variance", rho / ((1 - rho) * (1 - rho)));
    oracle_mean(o, "station", "q", "waiting_number.mean", rho * rho / (1 - rho));
    oracle_mean(o, "network", "", "throughput", MM1_LAMBDA);
    for (int n = 0; n <= 5; n++) {
        char name[32];
        snprintf(name, sizeof name, "number.share.%d", n);
        oracle_mean(o, "station", "q", name, (1 - rho) * pow(rho, n));
    }
    static const double quantiles[] = {0.5, 0.9, 0.95, 0.99};
    static const char *const names[] = {"p50", "p90", "p95", "p99"};
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "response.%s", names[i]);
        oracle_percentile(o, "network", "", name, response_quantile(quantiles[i]));
        snprintf(name, sizeof name, "waiting.%s", names[i]);
        oracle_percentile(o, "station", "q", name, wait_quantile(quantiles[i]));
    }
    oracle_within(o, "network", "", "response", response_quantile(0.5), 0.5);
    oracle_within(o, "network", "", "response", response_quantile(0.95), 0.95);
    oracle_within(o, "network", "", "response", response_quantile(0.99), 0.99);
    oracle_within(o, "station", "q", "waiting", wait_quantile(0.9), 0.9);
}

#define MM1_DURATIONS                                                                              \
    response_quantile(0.5), response_quantile(0.95), response_quantile(0.99), wait_quantile(0.9)

static void mm1(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/M/1, load 0.7", "M/M/1, K1 ch. 3", 20, 1,
                                 MM1("0.7/s", "fcfs", "exp(1s)"), MM1_DURATIONS);
    mm1_claims(&o);
    oracle_accept(&o);
}

static void mm1_mutants(void **state) {
    (void)state;
    struct oracle faster = oracle_mutant(20, 1, MM1("0.714/s", "fcfs", "exp(1s)"), MM1_DURATIONS);
    mm1_claims(&faster);
    oracle_reject(&faster);
    struct oracle shared = oracle_mutant(20, 1, MM1("0.7/s", "ps", "exp(1s)"), MM1_DURATIONS);
    mm1_claims(&shared);
    oracle_reject(&shared);
    struct oracle law =
        oracle_mutant(20, 1, MM1("0.7/s", "fcfs", "lognormal(1s, cv=1)"), MM1_DURATIONS);
    mm1_claims(&law);
    oracle_reject(&law);
}

/* --- M/M/c -------------------------------------------------------------------------------- */

#define MMC(rate, servers, discipline)                                                             \
    "{'name': 'mmc', 'network': {"                                                                 \
    " 'sources': [{'name': 's', 'arrivals': 'exp(" rate ")', 'route': 'r'}],"                      \
    " 'stations': [{'name': 'q', 'servers': " servers ", 'discipline': '" discipline "'}],"        \
    " 'routes': {'r': [{'serve': 'q', 'demand': 'exp(1s)'}]}},"                                    \
    " 'horizon': '100000s', 'warmup': '500s', 'within': ['1s']}"

static void mmc_claims(struct oracle *o, double lambda, int c) {
    double wait = theory_erlang_c(c, lambda);
    double drain = c - lambda;
    oracle_mean(o, "station", "q", "waited", wait);
    oracle_mean(o, "station", "q", "waiting.mean", wait / drain);
    oracle_within(o, "station", "q", "waiting", 1, 1 - wait * exp(-drain));
    oracle_mean(o, "network", "", "response.mean", wait / drain + 1);
    oracle_mean(o, "station", "q", "number.mean", lambda * (wait / drain + 1));
    oracle_mean(o, "station", "q", "utilization", lambda / c);
    oracle_mean(o, "station", "q", "busy.mean", lambda);
}

static void mmc(void **state) {
    (void)state;
    struct oracle three = oracle_run("M/M/3, load 0.8", "Erlang C, K1 ch. 3", 20, 2,
                                     MMC("416.666667ms", "3", "fcfs"));
    mmc_claims(&three, 2.4, 3);
    oracle_accept(&three);
    struct oracle twenty = oracle_run("M/M/20, load 0.9", "Erlang C, K1 ch. 3", 10, 3,
                                      MMC("55.555556ms", "20", "fcfs"));
    mmc_claims(&twenty, 18, 20);
    oracle_accept(&twenty);
}

static void mmc_mutants(void **state) {
    (void)state;
    struct oracle faster = oracle_mutant(20, 2, MMC("408.5ms", "3", "fcfs"));
    mmc_claims(&faster, 2.4, 3);
    oracle_reject(&faster);
    struct oracle shared = oracle_mutant(20, 2, MMC("416.666667ms", "3", "ps"));
    mmc_claims(&shared, 2.4, 3);
    oracle_reject(&shared);
}

/* --- M/M/c/K and Erlang's loss system ----------------------------------------------------- */

#define LOSS(rate, servers, capacity, demand)                                                      \
    "{'name': 'loss', 'network': {"                                                                \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'q', 'servers': " servers ", 'capacity': " capacity "}],"              \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '50000s', 'warmup': '200s'}"

static void mmck_claims(struct oracle *o) {
    enum { C = 2, K = 6 };
    double birth[K], death[K], p[K + 1];
    for (int i = 0; i < K; i++) {
        birth[i] = 1.8;
        death[i] = i + 1 < C ? i + 1 : C;
    }
    theory_birth_death(K, birth, death, p);
    double taken = 1.8 * (1 - p[K]);
    oracle_mean(o, "station", "q", "error_rate", p[K]);
    oracle_mean(o, "network", "", "throughput", taken);
    oracle_mean(o, "station", "q", "number.mean", theory_mean(K, p));
    oracle_mean(o, "network", "", "response.mean", theory_mean(K, p) / taken);
    oracle_mean(o, "station", "q", "utilization", taken / C);
    for (int n = 0; n <= K; n++) {
        char name[32];
        snprintf(name, sizeof name, "number.share.%d", n);
        oracle_mean(o, "station", "q", name, p[n]);
    }
}

static void mmck(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/M/2/6, 1.8/s", "birth and death, K1 ch. 3", 20, 4,
                                 LOSS("1.8/s", "2", "6", "exp(1s)"));
    mmck_claims(&o);
    oracle_accept(&o);
    struct oracle larger = oracle_mutant(20, 4, LOSS("1.8/s", "2", "7", "exp(1s)"));
    mmck_claims(&larger);
    oracle_reject(&larger);
    struct oracle faster = oracle_mutant(20, 4, LOSS("1.836/s", "2", "6", "exp(1s)"));
    mmck_claims(&faster);
    oracle_reject(&faster);
}

static void loss_claims(struct oracle *o) {
    double blocked = theory_erlang_b(5, 4);
    oracle_mean(o, "station", "q", "error_rate", blocked);
    oracle_mean(o, "station", "q", "number.mean", 4 * (1 - blocked));
    double p = 1, sum = 1;
    for (int n = 1; n <= 5; n++) {
        p *= 4.0 / n;
        sum += p;
    }
    oracle_mean(o, "station", "q", "number.share.0", 1 / sum);
    oracle_mean(o, "station", "q", "number.share.4", p / 4 * 5 / sum);
}

static void erlang_b(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/M/5/5, 4 Erlang", "Erlang B, K1 ch. 3", 20, 5,
                                 LOSS("4/s", "5", "5", "exp(1s)"));
    loss_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/D/5/5, 4 Erlang", "Erlang B, insensitive", 20, 6,
                   LOSS("4/s", "5", "5", "1s"));
    loss_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/lognormal/5/5, cv 3", "Erlang B, insensitive", 20, 7,
                   LOSS("4/s", "5", "5", "lognormal(1s, cv=3)"));
    loss_claims(&o);
    oracle_accept(&o);
    struct oracle room = oracle_mutant(20, 7, LOSS("4/s", "5", "6", "lognormal(1s, cv=3)"));
    loss_claims(&room);
    oracle_reject(&room);
    struct oracle slower = oracle_mutant(20, 7, LOSS("4/s", "5", "5", "lognormal(1.02s, cv=3)"));
    loss_claims(&slower);
    oracle_reject(&slower);
}

/* --- M/G/1 -------------------------------------------------------------------------------- */

#define MG1(demand)                                                                                \
    "{'name': 'mg1', 'network': {"                                                                 \
    " 'sources': [{'name': 's', 'rate': '0.6/s', 'route': 'r'}],"                                  \
    " 'stations': [{'name': 'q', 'demand': '" demand "'}],"                                        \
    " 'routes': {'r': [{'serve': 'q'}]}},"                                                         \
    " 'horizon': '200000s', 'warmup': '1000s', 'within': ['1s']}"

static void mg1_claims(struct oracle *o, double cv) {
    double wait = theory_mg1_wait(0.6, 1, cv);
    oracle_mean(o, "station", "q", "waiting.mean", wait);
    oracle_mean(o, "network", "", "response.mean", wait + 1);
    oracle_mean(o, "station", "q", "number.mean", 0.6 * (wait + 1));
    oracle_mean(o, "station", "q", "waited", 0.6);
    oracle_mean(o, "station", "q", "utilization", 0.6);
}

static void mg1(void **state) {
    (void)state;
    static const char *const source = "Pollaczek-Khinchine, K1 ch. 5";
    struct oracle o = oracle_run("M/D/1, load 0.6", source, 20, 8, MG1("1s"));
    mg1_claims(&o, 0);
    oracle_accept(&o);
    o = oracle_run("M/E4/1", source, 20, 9, MG1("erlang(1s, k=4)"));
    mg1_claims(&o, 0.5);
    oracle_accept(&o);
    o = oracle_run("M/gamma/1, cv 0.5", source, 20, 10, MG1("gamma(1s, cv=0.5)"));
    mg1_claims(&o, 0.5);
    oracle_accept(&o);
    o = oracle_run("M/lognormal/1, cv 1", source, 20, 11, MG1("lognormal(1s, cv=1)"));
    mg1_claims(&o, 1);
    oracle_accept(&o);
    o = oracle_run("M/U/1, 0 to 2 s", source, 20, 12, MG1("uniform(0s, 2s)"));
    mg1_claims(&o, sqrt(1.0 / 3));
    oracle_accept(&o);
    o = oracle_run("M/H2/1, cv 2", source, 20, 13, MG1("hyperexp(1s, cv=2)"));
    mg1_claims(&o, 2);
    oracle_accept(&o);
    o = oracle_run("M/lognormal/1, cv 2", source, 40, 14, MG1("lognormal(1s, cv=2)"));
    mg1_claims(&o, 2);
    oracle_accept(&o);
    o = oracle_run("M/H2/1, cv 4", source, 60, 15, MG1("hyperexp(1s, cv=4)"));
    mg1_claims(&o, 4);
    oracle_accept(&o);
}

static void mg1_mutants(void **state) {
    (void)state;
    struct oracle o = oracle_mutant(20, 11, MG1("lognormal(1s, cv=1.05)"));
    mg1_claims(&o, 1);
    oracle_reject(&o);
    o = oracle_mutant(20, 9, MG1("erlang(1s, k=3)"));
    mg1_claims(&o, 0.5);
    oracle_reject(&o);
    o = oracle_mutant(60, 15, MG1("hyperexp(1s, cv=3.7)"));
    mg1_claims(&o, 4);
    oracle_reject(&o);
}

/* --- one server whose speed depends on the number present --------------------------------- */

#define DEPENDENT(speeds)                                                                          \
    "{'name': 'dependent', 'network': {"                                                           \
    " 'sources': [{'name': 's', 'rate': '1.2/s', 'route': 'r'}],"                                  \
    " 'stations': [{'name': 'q', 'speeds': " speeds "}],"                                          \
    " 'routes': {'r': [{'serve': 'q', 'demand': 'exp(1s)'}]}},"                                    \
    " 'horizon': '150000s', 'warmup': '1000s'}"

static void dependent_claims(struct oracle *o) {
    static const double speed[] = {1, 1.5, 2};
    double number = theory_load_dependent(1.2, 1, 3, speed, NULL);
    oracle_mean(o, "station", "q", "number.mean", number);
    oracle_mean(o, "network", "", "response.mean", number / 1.2);
}

static void load_dependent(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/M/1, speeds 1, 1.5, 2", "birth and death, K1 ch. 3", 20, 16,
                                 DEPENDENT("[1, 1.5, 2]"));
    dependent_claims(&o);
    oracle_accept(&o);
    struct oracle slower = oracle_mutant(20, 16, DEPENDENT("[1, 1.5, 1.95]"));
    dependent_claims(&slower);
    oracle_reject(&slower);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1),
        cmocka_unit_test(mm1_mutants),
        cmocka_unit_test(mmc),
        cmocka_unit_test(mmc_mutants),
        cmocka_unit_test(mmck),
        cmocka_unit_test(erlang_b),
        cmocka_unit_test(mg1),
        cmocka_unit_test(mg1_mutants),
        cmocka_unit_test(load_dependent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
