/* Mixed networks, changes of class, batches, forks, and the numbers over time from empty, against
 * exact theory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"
#include "tests/theory.h"
#include "tests/theory_more.h"

/* --- networks ----------------------------------------------------------------------------------
 */

/* Open and closed at two sharing stations: for the closed ones the demand is that over what the
 * open ones leave; the open ones find 1 + the closed number, over what is left. */
#define MIXED(rate)                                                                                \
    "{'name': 'mixed', 'network': {"                                                               \
    " 'classes': {'open': {}, 'closed': {}},"                                                      \
    " 'sources': [{'name': 'o', 'class': 'open', 'rate': '" rate "', 'route': 'r'},"               \
    "   {'name': 'c', 'class': 'closed', 'population': 6, 'think': 'exp(4s)', 'route': 'r'}],"     \
    " 'stations': [{'name': 'app', 'discipline': 'ps', 'demand':"                                  \
    "     {'open': 'exp(0.8s)', 'closed': 'erlang(0.5s, k=2)'}},"                                  \
    "   {'name': 'db', 'discipline': 'ps', 'demand':"                                              \
    "     {'open': 'hyperexp(0.4s, cv=2)', 'closed': 'exp(0.7s)'}}],"                              \
    " 'routes': {'r': [{'serve': 'app'}, {'serve': 'db'}]}},"                                      \
    " 'horizon': '60000s', 'warmup': '500s'}"

static void mixed_claims(struct oracle *o) {
    const double open[] = {0.4 * 0.8, 0.4 * 0.4};
    const double demand[] = {0.5 / (1 - open[0]), 0.7 / (1 - open[1])};
    double throughput, number[2];
    theory_mva(2, demand, NULL, 6, 4, &throughput, number);
    oracle_mean(o, "source", "c", "throughput", throughput);
    oracle_mean(o, "source", "c", "response.mean", 6 / throughput - 4);
    oracle_mean(o, "station_class", "app/closed", "response.mean", number[0] / throughput);
    oracle_mean(o, "station_class", "db/closed", "response.mean", number[1] / throughput);
    double at_app = 0.8 * (1 + number[0]) / (1 - open[0]);
    double at_db = 0.4 * (1 + number[1]) / (1 - open[1]);
    oracle_mean(o, "station_class", "app/open", "response.mean", at_app);
    oracle_mean(o, "station_class", "db/open", "response.mean", at_db);
    oracle_mean(o, "source", "o", "response.mean", at_app + at_db);
    oracle_mean(o, "station", "app", "utilization", open[0] + 0.5 * throughput);
}

/* A class that changes between two visits of one sharing station: by parts of the load. */
#define CHANGE(second)                                                                             \
    "{'name': 'change', 'network': {"                                                              \
    " 'classes': {'a': {}, 'b': {}},"                                                              \
    " 'sources': [{'name': 's', 'class': 'a', 'rate': '1/s', 'route': 'r'}],"                      \
    " 'stations': [{'name': 'x', 'discipline': 'ps', 'demand': {'a': 'exp(0.2s)',"                 \
    "   'b': '" second "'}}],"                                                                     \
    " 'routes': {'r': [{'serve': 'x'}, {'class': 'b'}, {'serve': 'x'}]}},"                         \
    " 'horizon': '60000s', 'warmup': '500s'}"

static void change_claims(struct oracle *o) {
    oracle_mean(o, "station", "x", "number.mean", 0.7 / 0.3);
    oracle_mean(o, "station_class", "x/a", "response.mean", 0.2 / 0.3);
    oracle_mean(o, "station_class", "x/b", "response.mean", 0.5 / 0.3);
    oracle_mean(o, "class", "a", "number.mean", 0.2 / 0.3);
    oracle_mean(o, "class", "b", "number.mean", 0.5 / 0.3);
    oracle_mean(o, "class", "b", "throughput", 1);
    oracle_mean(o, "network", "", "response.mean", 0.7 / 0.3);
}

#define BATCHES(size)                                                                              \
    "{'name': 'batch', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '0.2/s', 'batch': " size ", 'route': 'r'}],"               \
    " 'stations': [{'name': 'q'}],"                                                                \
    " 'routes': {'r': [{'serve': 'q', 'demand': 'exp(1s)'}]}},"                                    \
    " 'horizon': '100000s', 'warmup': '1000s'}"

static void batch_claims(struct oracle *o) {
    oracle_mean(o, "station", "q", "number.mean", 0.6 * 4 / (2 * 0.4));
    oracle_mean(o, "network", "", "arrival_rate", 0.6);
    oracle_mean(o, "station", "q", "response.mean", 5);
    oracle_mean(o, "station", "q", "number.share.0", 0.4);
}

/* Two exponential servers in parallel, a job for both at each arrival. */
#define FORK(rate, join)                                                                           \
    "{'name': 'fork', 'network': {"                                                                \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'x'}, {'name': 'y'}],"                                                 \
    " 'routes': {'r': [{'fork': [[{'serve': 'x', 'demand': 'exp(1s)'}],"                           \
    "   [{'serve': 'y', 'demand': 'exp(1s)'}]], 'join': " join ", 'name': 'both'}]}},"             \
    " 'horizon': '100000s', 'warmup': '1000s'}"

static void fork_claims(struct oracle *o) {
    double response = (12 - 0.6) / 8 / (1 - 0.6);
    oracle_mean(o, "network", "", "response.mean", response);
    oracle_mean(o, "block", "both", "response.mean", response);
    oracle_mean(o, "network", "", "number.mean", 0.6 * response);
    oracle_mean(o, "station", "x", "response.mean", 2.5);
    oracle_mean(o, "station", "y", "utilization", 0.6);
}

/* Five copies at an infinite server, three of them needed: harmonic numbers. */
#define COPIES(rest)                                                                               \
    "{'name': 'copies', 'network': {"                                                              \
    " 'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}],"                                    \
    " 'stations': [{'name': 'x', 'discipline': 'delay'}],"                                         \
    " 'routes': {'r': [{'fork': [{'serve': 'x', 'demand': 'exp(1s)'}], 'copies': 5, 'join': 3,"    \
    "   'cancel_rest': " rest "}]}}, 'horizon': '20000s', 'warmup': '100s'}"

static void copies_claims(struct oracle *o, double busy) {
    oracle_mean(o, "network", "", "response.mean", 1.0 / 5 + 1.0 / 4 + 1.0 / 3);
    oracle_mean(o, "station", "x", "number.mean", busy);
    oracle_mean(o, "network", "", "number.mean", 1.0 / 5 + 1.0 / 4 + 1.0 / 3);
}

static void networks(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("mixed open and closed", "BCMP 1975, exact MVA", 20, 428, MIXED("0.4/s"));
    mixed_claims(&o);
    oracle_accept(&o);
    struct oracle more = oracle_mutant(20, 428, MIXED("0.41/s"));
    mixed_claims(&more);
    oracle_reject(&more);
    o = oracle_run("change of class", "BCMP 1975", 20, 429, CHANGE("erlang(0.5s, k=3)"));
    change_claims(&o);
    oracle_accept(&o);
    struct oracle longer = oracle_mutant(20, 429, CHANGE("erlang(0.51s, k=3)"));
    change_claims(&longer);
    oracle_reject(&longer);
    o = oracle_run("batches of 3", "M[X]/M/1, K1 ch. 4", 20, 430, BATCHES("3"));
    batch_claims(&o);
    oracle_accept(&o);
    o = oracle_run("fork and join of 2", "Nelson and Tantawi 1988", 20, 431,
                   FORK("0.6/s", "'all'"));
    fork_claims(&o);
    oracle_accept(&o);
    struct oracle either = oracle_mutant(20, 431, FORK("0.6/s", "1"));
    fork_claims(&either);
    oracle_reject(&either);
    o = oracle_run("3 of 5, the others go on", "order statistics", 20, 432, COPIES("false"));
    copies_claims(&o, 5);
    oracle_accept(&o);
    o = oracle_run("3 of 5, the others withdrawn", "order statistics", 20, 433, COPIES("true"));
    copies_claims(&o, 3);
    oracle_accept(&o);
    struct oracle left = oracle_mutant(20, 433, COPIES("true"));
    copies_claims(&left, 5);
    oracle_reject(&left);
}

/* --- over time ---------------------------------------------------------------------------------
 */

/* NETWORK form's load test: 100 users come over 400 s. */
#define RAMP(think)                                                                                \
    "{'name': 'load test', 'network': {"                                                           \
    " 'sources': [{'name': 'users', 'population': [['0s', 0], ['400s', 100], ['900s', 100]],"      \
    "              'think': '" think "', 'route': 'ask'}],"                                        \
    " 'stations': [{'name': 'app', 'servers': 2}],"                                                \
    " 'routes': {'ask': [{'serve': 'app', 'demand': 'exp(150ms)'}]}},"                             \
    " 'horizon': '900s', 'sample_at': ['100s', '300s', '400s', '900s']}"

static void ramp_claims(struct oracle *o) {
    static const double at[] = {100, 300, 400, 900};
    double p[101];
    for (int i = 0; i < 4; i++) {
        char entity[64];
        snprintf(entity, sizeof entity, "%gs/station/app", at[i]);
        theory_ramp(100, 400, 8, 1 / 0.15, 2, at[i], p);
        double busy = 0;
        double waiting = 0;
        for (int n = 0; n <= 100; n++) {
            busy += p[n] * (n < 2 ? n : 2);
            waiting += p[n] * (n < 2 ? 0 : n - 2);
        }
        oracle_mean(o, "sample", entity, "present.mean", theory_mean(100, p));
        oracle_mean(o, "sample", entity, "present.empty", p[0]);
        oracle_mean(o, "sample", entity, "busy.mean", busy);
        oracle_mean(o, "sample", entity, "busy.full", 1 - p[0] - p[1]);
        oracle_mean(o, "sample", entity, "waiting.mean", waiting);
        snprintf(entity, sizeof entity, "%gs/source/users", at[i]);
        double users = fmin(100, floor(at[i] / 4));
        oracle_mean(o, "sample", entity, "thinking.mean", users - theory_mean(100, p));
    }
}

#define FROM_EMPTY(rate)                                                                           \
    "{'name': 'empty', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'q'}],"                                                                \
    " 'routes': {'r': [{'serve': 'q', 'demand': 'exp(1s)'}]}},"                                    \
    " 'horizon': '60s', 'sample_at': ['1s', '5s', '20s', '50s'], 'sample_customers': 20,"          \
    " 'windows': [['0s', '10s'], ['10s', '60s']]}"

static void from_empty_claims(struct oracle *o) {
    static const double at[] = {1, 5, 20, 50};
    static const int customers[] = {2, 3, 5, 10, 20};
    double number[4];
    for (int i = 0; i < 4; i++) {
        char entity[64];
        snprintf(entity, sizeof entity, "%gs/station/q", at[i]);
        number[i] = theory_mm1_number_at(0.9, 1, at[i]);
        oracle_mean(o, "sample", entity, "present.mean", number[i]);
        snprintf(entity, sizeof entity, "%gs/network", at[i]);
        oracle_mean(o, "sample", entity, "arrived.mean", 0.9 * at[i]);
        oracle_mean(o, "sample", entity, "ok.mean", 0.9 * at[i] - number[i]);
    }
    for (int i = 0; i < 5; i++) {
        char entity[64];
        snprintf(entity, sizeof entity, "%d", customers[i]);
        double wait = theory_mm1_wait_of(0.9, 1, customers[i]);
        oracle_mean(o, "customer", entity, "waiting", wait);
        oracle_mean(o, "customer", entity, "response", wait + 1);
    }
    oracle_mean(o, "window", "0s..10s/network", "count.arrived", 9);
    oracle_mean(o, "window", "10s..60s/network", "arrival_rate", 0.9);
    double done = 9 - theory_mm1_number_at(0.9, 1, 10);
    oracle_mean(o, "window", "0s..10s/network", "count.ok", done);
    oracle_mean(o, "window", "10s..60s/network", "throughput",
                (54 - theory_mm1_number_at(0.9, 1, 60) - done) / 50);
}

/* Until the n-th event: a Poisson source's n-th arrival comes at n / rate on average. */
#define UNTIL(of)                                                                                  \
    "{'name': 'until', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '0.5/s', 'route': 'r'}],"                                  \
    " 'stations': [{'name': 'q', 'discipline': 'delay'}],"                                         \
    " 'routes': {'r': [{'serve': 'q', 'demand': 'exp(1s)'}]}},"                                    \
    " 'horizon': '100000s', 'stop': {'after': 40, 'of': '" of "', 'at': 'q'}}"

static void over_time(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("population ramp, M/M/2", "Kolmogorov equations", 2000, 434, RAMP("exp(8s)"));
    ramp_claims(&o);
    oracle_accept(&o);
    struct oracle faster = oracle_mutant(2000, 434, RAMP("exp(7.8s)"));
    ramp_claims(&faster);
    oracle_reject(&faster);
    o = oracle_run("M/M/1 from empty, load 0.9", "Kolmogorov equations; Kelton and Law 1985", 10000,
                   435, FROM_EMPTY("0.9/s"));
    from_empty_claims(&o);
    oracle_accept(&o);
    struct oracle less = oracle_mutant(10000, 435, FROM_EMPTY("0.87/s"));
    from_empty_claims(&less);
    oracle_reject(&less);
    o = oracle_run("until the 40th arrival", "Poisson", 4000, 436, UNTIL("arrivals"));
    oracle_mean(&o, "network", "", "count.arrived", 40);
    oracle_mean(&o, "network", "", "arrival_rate", 0.5 * 40 / 39); /* E[n / T], T Erlang */
    oracle_accept(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks),
        cmocka_unit_test(over_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
