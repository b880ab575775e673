/* Who comes when: rates over time, cumulative curves, batches, sessions, against exact theory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"
#include "tests/theory.h"

/* --- renewal arrivals and batches --------------------------------------------------------- */

#define RENEWAL(arrivals, demand)                                                                  \
    "{'name': 'renewal', 'network': {"                                                             \
    " 'sources': [{'name': 's', " arrivals ", 'route': 'r'}], 'stations': [{'name': 'q'}],"        \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '200000s', 'warmup': '1000s'}"

static void renewal_claims(struct oracle *o) {
    double response = theory_e2m1_response(0.7, 1);
    oracle_mean(o, "network", "", "response.mean", response);
    oracle_mean(o, "station", "q", "waited", 1 - 1 / response);
    oracle_mean(o, "station", "q", "utilization", 0.7);
}

/* M[3]/M/1: customers of a batch of b wait for each other: mean response (b + 1) / (2 (mu -
 * lambda)) (K1 ch. 4). */
static void batch_claims(struct oracle *o) {
    oracle_mean(o, "network", "", "response.mean", 4 / (2 * (1 - 0.6)));
    oracle_mean(o, "station", "q", "number.mean", 0.6 * 4 / (2 * (1 - 0.6)));
    oracle_mean(o, "station", "q", "arrival_rate", 0.6);
    oracle_mean(o, "station", "q", "number.share.0", 0.4);
}

static void renewals(void **state) {
    (void)state;
    struct oracle o = oracle_run("E2/M/1, load 0.7", "GI/M/1, K1 ch. 6", 20, 401,
                                 RENEWAL("'arrivals': 'erlang(1428571.429us, k=2)'", "exp(1s)"));
    renewal_claims(&o);
    oracle_accept(&o);
    struct oracle poisson =
        oracle_mutant(20, 401, RENEWAL("'arrivals': 'exp(1428571.429us)'", "exp(1s)"));
    renewal_claims(&poisson);
    oracle_reject(&poisson);
    o = oracle_run("M[3]/M/1, load 0.6", "K1 ch. 4", 20, 402,
                   RENEWAL("'rate': '0.2/s', 'batch': 3", "exp(1s)"));
    batch_claims(&o);
    oracle_accept(&o);
    struct oracle single = oracle_mutant(20, 402, RENEWAL("'rate': '0.6/s'", "exp(1s)"));
    batch_claims(&single);
    oracle_reject(&single);
}

/* --- M(t)/G/infinity ---------------------------------------------------------------------- */

#define RAMP(rate, stay)                                                                           \
    "{'name': 'ramp', 'network': {"                                                                \
    " 'sources': [{'name': 's', 'rate': " rate ", 'route': 'r'}],"                                 \
    " 'stations': [{'name': 'place', 'discipline': 'delay'}],"                                     \
    " 'routes': {'r': [{'serve': 'place', 'demand': '" stay "'}]}},"                               \
    " 'horizon': '600s', 'buckets': '150s'}"
#define RISING "[['0s', '0.4/s'], ['600s', '2/s']]"

typedef double survival(const void *context, double x);

/* The mean number at the end, its Poisson variance, and the mean over each bucket. */
static void ramp_claims(struct oracle *o, survival *beyond, const void *law) {
    double slope = 1.6 / 600;
    double end = theory_infinite_server(slope, 0.4, 600, beyond, law);
    oracle_mean(o, "station", "place", "number.end", end);
    oracle_variance(o, "station", "place", "number.end", end);
    for (int bucket = 0; bucket < 4; bucket++) {
        enum { PIECES = 40 };
        double sum = 0;
        for (int i = 0; i <= PIECES; i++) {
            double t = 150 * (bucket + (double)i / PIECES);
            double weight = i == 0 || i == PIECES ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * theory_infinite_server(slope, 0.4, t, beyond, law);
        }
        oracle_series(o, "station", "place", "number", bucket, sum / (3 * PIECES));
        oracle_series(o, "network", "", "arrivals", bucket, 0.4 + slope * 150 * (bucket + 0.5));
    }
    oracle_mean(o, "network", "", "count.arrived", 720);
    oracle_variance(o, "network", "", "count.arrived", 720);
}

static void ramp(void **state) {
    (void)state;
    static const char *const source = "Eick, Massey and Whitt 1993";
    static const double mean = 200;
    static const struct theory_lognormal law = {200, 1};
    struct oracle o =
        oracle_run("M(t)/M/infinity, ramp", source, 1000, 403, RAMP(RISING, "exp(200s)"));
    ramp_claims(&o, theory_exp_beyond, &mean);
    oracle_accept(&o);
    o = oracle_run("M(t)/lognormal/infinity, ramp", source, 1000, 404,
                   RAMP(RISING, "lognormal(200s, cv=1)"));
    ramp_claims(&o, theory_lognormal_beyond, &law);
    oracle_accept(&o);
    struct oracle constant = oracle_mutant(1000, 403, RAMP("'1.2/s'", "exp(200s)"));
    ramp_claims(&constant, theory_exp_beyond, &mean);
    oracle_reject(&constant);
    struct oracle shape = oracle_mutant(1000, 403, RAMP(RISING, "lognormal(200s, cv=1)"));
    ramp_claims(&shape, theory_exp_beyond, &mean);
    oracle_reject(&shape);
    struct oracle more =
        oracle_mutant(1000, 403, RAMP("[['0s', '0.408/s'], ['600s', '2.04/s']]", "exp(200s)"));
    ramp_claims(&more, theory_exp_beyond, &mean);
    oracle_reject(&more);
}

static void step_claims(struct oracle *o) {
    static const double rates[] = {0.5, 0.5, 3, 0};
    for (int bucket = 0; bucket < 3; bucket++) {
        oracle_series(o, "network", "", "arrivals", bucket, rates[bucket]);
    }
    oracle_mean(o, "network", "", "count.arrived", 150 * 4);
    oracle_variance(o, "network", "", "count.arrived", 150 * 4);
}

static void rate_steps(void **state) {
    (void)state;
    struct oracle o = oracle_run(
        "rate in steps", "Poisson", 1000, 405,
        RAMP("{'steps': [['0s', '0.5/s'], ['300s', '3/s'], ['450s', '0/s']]}", "exp(20s)"));
    step_claims(&o);
    oracle_accept(&o);
    struct oracle linear = oracle_mutant(
        1000, 405, RAMP("[['0s', '0.5/s'], ['300s', '3/s'], ['450s', '0/s']]", "exp(20s)"));
    step_claims(&linear);
    oracle_reject(&linear);
}

/* --- the launch day ----------------------------------------------------------------------- */

#define LAUNCH(total, at_1h, count, shape, warmup, horizon)                                        \
    "{'name': 'launch', 'network': {"                                                              \
    " 'sources': [{'name': 's', 'route': 'r', 'arrived_by': {'total': " total ","                  \
    "   'curve': [['1h', '" at_1h "'], ['4h', '50%%'], ['24h', '100%%']],"                         \
    "   'count': '" count "', 'shape': '" shape "'}}],"                                            \
    " 'routes': {'r': [{'delay': '1s'}]}},"                                                        \
    " 'warmup': '" warmup "', 'horizon': '" horizon "'}"

static void launch_claims(struct oracle *o, double share, bool fixed) {
    oracle_mean(o, "network", "", "count.arrived", 10000 * share);
    oracle_variance(o, "network", "", "count.arrived", 10000 * share * (fixed ? 1 - share : 1));
}

static void launch_day(void **state) {
    (void)state;
    enum { DAYS = 250 };
    struct oracle o = oracle_run("launch, Poisson, 1 h", "Poisson", DAYS, 406,
                                 LAUNCH("10000", "15%%", "poisson", "linear", "0s", "1h"));
    launch_claims(&o, 0.15, false);
    oracle_accept(&o);
    o = oracle_run("launch, Poisson, 4 h", "Poisson", DAYS, 407,
                   LAUNCH("10000", "15%%", "poisson", "linear", "0s", "4h"));
    launch_claims(&o, 0.5, false);
    oracle_accept(&o);
    o = oracle_run("launch, Poisson, hours 2 to 4", "Poisson", DAYS, 407,
                   LAUNCH("10000", "15%%", "poisson", "linear", "1h", "4h"));
    launch_claims(&o, 0.35, false);
    oracle_accept(&o);
    o = oracle_run("launch, Poisson, 24 h", "Poisson", DAYS, 408,
                   LAUNCH("10000", "15%%", "poisson", "linear", "0s", "24h"));
    launch_claims(&o, 1, false);
    oracle_accept(&o);
    o = oracle_run("launch, fixed, 1 h", "binomial", DAYS, 409,
                   LAUNCH("10000", "15%%", "fixed", "linear", "0s", "1h"));
    launch_claims(&o, 0.15, true);
    oracle_accept(&o);
    o = oracle_run("launch, fixed, 4 h", "binomial", DAYS, 410,
                   LAUNCH("10000", "15%%", "fixed", "linear", "0s", "4h"));
    launch_claims(&o, 0.5, true);
    oracle_accept(&o);
    o = oracle_run("launch, fixed, 24 h", "exactly N", DAYS, 411,
                   LAUNCH("10000", "15%%", "fixed", "linear", "0s", "24h"));
    launch_claims(&o, 1, true);
    oracle_accept(&o);
    o = oracle_run("launch, smooth, 1 h", "binomial", DAYS, 412,
                   LAUNCH("10000", "15%%", "fixed", "smooth", "0s", "1h"));
    launch_claims(&o, 0.15, true);
    oracle_accept(&o);
    o = oracle_run("launch, smooth, Poisson, 4 h", "Poisson", DAYS, 413,
                   LAUNCH("10000", "15%%", "poisson", "smooth", "0s", "4h"));
    launch_claims(&o, 0.5, false);
    oracle_accept(&o);
}

static void launch_mutants(void **state) {
    (void)state;
    enum { DAYS = 250 };
    struct oracle poisson =
        oracle_mutant(DAYS, 410, LAUNCH("10000", "15%%", "poisson", "linear", "0s", "4h"));
    launch_claims(&poisson, 0.5, true);
    oracle_reject(&poisson);
    struct oracle fixed =
        oracle_mutant(DAYS, 407, LAUNCH("10000", "15%%", "fixed", "linear", "0s", "4h"));
    launch_claims(&fixed, 0.5, false);
    oracle_reject(&fixed);
    struct oracle total =
        oracle_mutant(DAYS, 406, LAUNCH("10200", "15%%", "poisson", "linear", "0s", "1h"));
    launch_claims(&total, 0.15, false);
    oracle_reject(&total);
    struct oracle curve =
        oracle_mutant(DAYS, 409, LAUNCH("10000", "15.3%%", "fixed", "linear", "0s", "1h"));
    launch_claims(&curve, 0.15, true);
    oracle_reject(&curve);
}

/* --- sessions ----------------------------------------------------------------------------- */

#define ACTIONS(duration)                                                                          \
    "'actions': [{'name': 'create', 'p': 0.3, 'duration': '2m', 'requests': 5, 'class': 'write'}," \
    "            {'name': 'view', 'p': 0.6, 'duration': '" duration "', 'requests': 3},"           \
    "            {'name': 'export', 'p': 0.1, 'duration': '1m', 'class': 'export'}]"
#define SESSIONS(rate, rate_of_actions, warmup, horizon)                                           \
    "{'name': 'sessions', 'network': {"                                                            \
    " 'classes': {'read': {}, 'write': {}, 'export': {}},"                                         \
    " 'sources': [{'name': 'visitors', 'class': 'read', 'rate': '" rate "', 'route': 'r',"         \
    "   'session': {'stay': 'lognormal(12m, cv=1)', 'start': 'poisson', 'personas': ["             \
    "     {'name': 'manager', 'p': 0.7, 'rate': '" rate_of_actions "'},"                           \
    "     {'name': 'marketing', 'p': 0.3, 'rate': '5/h'}], " ACTIONS(                              \
        "1m") "}}],"                                                                               \
              " 'routes': {'r': [{'delay': 'exp(2s)'}]}},"                                         \
              " 'warmup': '" warmup "', 'horizon': '" horizon "', 'buckets': '" horizon "'}"

/* Means by Little's law and Wald's: users = rate x stay, actions = users x 8.5/h. */
static void session_claims(struct oracle *o) {
    double users = 0.1 * 720;
    double actions = users * 8.5 / 3600;
    oracle_mean(o, "source", "visitors", "users.mean", users);
    oracle_mean(o, "network", "", "throughput", actions * 3.4);
    oracle_mean(o, "class", "read", "throughput", actions * 1.8);
    oracle_mean(o, "class", "write", "throughput", actions * 1.5);
    oracle_mean(o, "class", "export", "throughput", actions * 0.1);
    oracle_mean(o, "network", "", "number.mean", actions * 3.4 * 2);
    oracle_mean(o, "class", "read", "response.mean", 2);
}

/* From empty, the users present at time t are Poisson (M/G/infinity). */
static void presence_claims(struct oracle *o) {
    static const struct theory_lognormal stay = {720, 1};
    double users = theory_infinite_server(0, 0.1, 1800, theory_lognormal_beyond, &stay);
    oracle_mean(o, "source", "visitors", "users.end", users);
    oracle_variance(o, "source", "visitors", "users.end", users);
    oracle_series(o, "source", "visitors", "arrivals", 0, 0.1);
}

static void sessions(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("sessions", "Little", 40, 414, SESSIONS("0.1/s", "10/h", "20000s", "120000s"));
    session_claims(&o);
    oracle_accept(&o);
    struct oracle actions =
        oracle_mutant(40, 414, SESSIONS("0.1/s", "10.3/h", "20000s", "120000s"));
    session_claims(&actions);
    oracle_reject(&actions);
    o = oracle_run("sessions, 30 min after opening", "M/G/infinity", 1000, 415,
                   SESSIONS("0.1/s", "10/h", "0s", "1800s"));
    presence_claims(&o);
    oracle_accept(&o);
    struct oracle more = oracle_mutant(1000, 415, SESSIONS("0.103/s", "10/h", "0s", "1800s"));
    presence_claims(&more);
    oracle_reject(&more);
}

#define LOAD_TEST(duration)                                                                        \
    "{'name': 'load test', 'network': {"                                                           \
    " 'classes': {'read': {}, 'write': {}, 'export': {}},"                                         \
    " 'sources': [{'name': 'users', 'class': 'read', 'population': 300, 'route': 'r',"             \
    "   'session': {'start': 'back_to_back', " ACTIONS(                                            \
        duration) "}}],"                                                                           \
                  " 'routes': {'r': [{'delay': 'exp(500ms)'}]}}, 'warmup': '20m', 'horizon': "     \
                  "'200m'}"

/* Renewal reward: 3.4 requests every 78 s and user, for answers that are faster than the pace. */
static void load_test_claims(struct oracle *o) {
    oracle_mean(o, "network", "", "throughput", 300 * 3.4 / 78);
    oracle_mean(o, "class", "read", "throughput", 300 * 1.8 / 78);
    oracle_mean(o, "class", "write", "throughput", 300 * 1.5 / 78);
    oracle_mean(o, "class", "export", "throughput", 300 * 0.1 / 78);
    oracle_mean(o, "source", "users", "users.mean", 300);
}

static void back_to_back(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("300 users, back to back", "renewal reward", 20, 416, LOAD_TEST("1m"));
    load_test_claims(&o);
    oracle_accept(&o);
    struct oracle slower = oracle_mutant(20, 416, LOAD_TEST("61s"));
    load_test_claims(&slower);
    oracle_reject(&slower);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renewals),       cmocka_unit_test(ramp),
        cmocka_unit_test(rate_steps),     cmocka_unit_test(launch_day),
        cmocka_unit_test(launch_mutants), cmocka_unit_test(sessions),
        cmocka_unit_test(back_to_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
