/* Open and closed networks against product form: Jackson, BCMP, exact mean-value analysis. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"
#include "tests/theory.h"

/* --- open, with feedback ------------------------------------------------------------------ */

/* app (M/M/2) -> 0.5: disk (M/M/1) -> app; 0.3: log (infinite server) -> out; 0.2: out. Half of the
 * ways through app go back, by a goto. */
#define JACKSON(to_disk, to_log)                                                                   \
    "{'name': 'jackson', 'network': {"                                                             \
    " 'sources': [{'name': 's', 'rate': '1/s', 'route': 'page'}],"                                 \
    " 'stations': [{'name': 'app', 'servers': 2}, {'name': 'disk'},"                               \
    "              {'name': 'log', 'discipline': 'delay'}],"                                       \
    " 'routes': {'page': [{'serve': 'app', 'demand': 'exp(0.7s)'},"                                \
    "   {'branch': ["                                                                              \
    "     {'p': " to_disk ", 'steps': [{'serve': 'disk', 'demand': 'exp(0.6s)'},"                  \
    "                                  {'goto': 'page'}]},"                                        \
    "     {'p': " to_log ", 'steps': [{'serve': 'log', 'demand': 'erlang(3s, k=2)'},"              \
    "                                 {'mark': 'logged'}]},"                                       \
    "     {'p': 0.2}]}]}}, 'horizon': '150000s', 'warmup': '1000s'}"

/* The same feedback as a loop with a probability. */
#define LOOP(again, disk)                                                                          \
    "{'name': 'loop', 'network': {"                                                                \
    " 'sources': [{'name': 's', 'rate': '1/s', 'route': 'page'}],"                                 \
    " 'stations': [{'name': 'app', 'servers': 2}, {'name': 'disk', 'discipline': '" disk "'}],"    \
    " 'routes': {'page': [{'repeat': {'again': " again "}, 'steps': ["                             \
    "   {'serve': 'app', 'demand': 'exp(0.7s)'}, {'call': 'store'}]}],"                            \
    "  'store': [{'serve': 'disk', 'demand': 'hyperexp(0.35s, cv=2)'}]}},"                         \
    " 'horizon': '150000s', 'warmup': '1000s'}"

static double mm2_number(double load) {
    return load + theory_erlang_c(2, load) * load / (2 - load);
}

static void jackson_claims(struct oracle *o) {
    static const double entry[] = {1, 0, 0};
    static const double routing[] = {0, 0.5, 0.3, 1, 0, 0, 0, 0, 0};
    double visits[3];
    theory_visits(3, entry, routing, visits);
    double app = mm2_number(0.7 * visits[0]);
    double disk = 0.6 * visits[1] / (1 - 0.6 * visits[1]);
    double log = 3 * visits[2];
    oracle_mean(o, "station", "app", "arrival_rate", visits[0]);
    oracle_mean(o, "station", "disk", "arrival_rate", visits[1]);
    oracle_mean(o, "station", "app", "number.mean", app);
    oracle_mean(o, "station", "disk", "number.mean", disk);
    oracle_mean(o, "station", "log", "number.mean", log);
    oracle_mean(o, "station", "app", "utilization", 0.35 * visits[0]);
    oracle_mean(o, "station", "app", "response.mean", app / visits[0]);
    oracle_mean(o, "station", "disk", "number.share.0", 1 - 0.6 * visits[1]);
    oracle_mean(o, "network", "", "response.mean", app + disk + log);
    oracle_mean(o, "mark", "logged", "response.mean", app + disk + 3);
    oracle_mean(o, "mark", "logged", "throughput", 0.6);
}

static void loop_claims(struct oracle *o) {
    double app = mm2_number(0.7 * 2);
    double disk = 0.7 / (1 - 0.7);
    oracle_mean(o, "station", "app", "arrival_rate", 2);
    oracle_mean(o, "station", "app", "number.mean", app);
    oracle_mean(o, "station", "disk", "number.mean", disk);
    oracle_mean(o, "network", "", "response.mean", app + disk);
}

static void open_networks(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("Jackson, goto", "Jackson, K1 ch. 4", 20, 301, JACKSON("0.5", "0.3"));
    jackson_claims(&o);
    oracle_accept(&o);
    struct oracle o2 = oracle_run("loop, PS disk", "BCMP 1975", 20, 302, LOOP("0.5", "ps"));
    loop_claims(&o2);
    oracle_accept(&o2);
    struct oracle shifted = oracle_mutant(20, 301, JACKSON("0.49", "0.31"));
    jackson_claims(&shifted);
    oracle_reject(&shifted);
    struct oracle queue = oracle_mutant(20, 302, LOOP("0.5", "fcfs"));
    loop_claims(&queue);
    oracle_reject(&queue);
}

/* --- closed, one class -------------------------------------------------------------------- */

#define CLOSED(users, app, disk, disk_law)                                                         \
    "{'name': 'closed', 'network': {"                                                              \
    " 'sources': [{'name': 's', 'population': " users ", 'think': 'lognormal(5s, cv=1)',"          \
    "              'route': 'r'}],"                                                                \
    " 'stations': [{'name': 'app', " app "}, {'name': 'disk', " disk "}],"                         \
    " 'routes': {'r': [{'serve': 'app', 'demand': 'exp(0.5s)', 'times': 2},"                       \
    "                  {'serve': 'disk', 'demand': '" disk_law "'}]}},"                            \
    " 'horizon': '60000s', 'warmup': '500s'}"

enum { USERS = 12 };

static void closed_claims(struct oracle *o, const double *speed) {
    static const double demand[] = {1, 0.8};
    double throughput, number[2];
    theory_mva(2, demand, speed, USERS, 5, &throughput, number);
    oracle_mean(o, "network", "", "throughput", throughput);
    oracle_mean(o, "network", "", "response.mean", USERS / throughput - 5);
    oracle_mean(o, "station", "app", "number.mean", number[0]);
    oracle_mean(o, "station", "disk", "number.mean", number[1]);
    oracle_mean(o, "station", "disk", "response.mean", number[1] / throughput);
    oracle_mean(o, "network", "", "number.mean", number[0] + number[1]);
}

static void speeds_of(int from, const double *given, int count, double *speed) {
    for (int j = 0; j < USERS; j++) {
        speed[from * USERS + j] = given[j < count ? j : count - 1];
    }
}

static void closed_networks(void **state) {
    (void)state;
    static const char *const source = "exact MVA";
    static const double one[] = {1}, two[] = {1, 2}, pair[] = {1, 1.436}, three[] = {1, 1.6, 2};
    double speed[2 * USERS];
    speeds_of(0, one, 1, speed);
    speeds_of(1, one, 1, speed);
    struct oracle o = oracle_run(
        "12 users, FCFS and PS", source, 20, 303,
        CLOSED("12", "'discipline': 'fcfs'", "'discipline': 'ps'", "hyperexp(0.8s, cv=3)"));
    closed_claims(&o, speed);
    oracle_accept(&o);
    struct oracle queue = oracle_mutant(
        20, 303,
        CLOSED("12", "'discipline': 'fcfs'", "'discipline': 'fcfs'", "hyperexp(0.8s, cv=3)"));
    closed_claims(&queue, speed);
    oracle_reject(&queue);
    struct oracle more = oracle_mutant(
        20, 303,
        CLOSED("13", "'discipline': 'fcfs'", "'discipline': 'ps'", "hyperexp(0.8s, cv=3)"));
    closed_claims(&more, speed);
    oracle_reject(&more);
    speeds_of(0, two, 2, speed);
    speeds_of(1, pair, 2, speed);
    o = oracle_run("12 users, two servers and SMT", source, 20, 304,
                   CLOSED("12", "'servers': 2",
                          "'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436]",
                          "lognormal(0.8s, cv=2)"));
    closed_claims(&o, speed);
    oracle_accept(&o);
    speeds_of(0, three, 3, speed);
    speeds_of(1, one, 1, speed);
    o = oracle_run(
        "12 users, FCFS with speeds", source, 20, 305,
        CLOSED("12", "'servers': 3, 'speeds': [1, 1.6, 2]", "'discipline': 'fcfs'", "exp(0.8s)"));
    closed_claims(&o, speed);
    oracle_accept(&o);
    struct oracle slower = oracle_mutant(
        20, 305,
        CLOSED("12", "'servers': 3, 'speeds': [1, 1.6, 1.9]", "'discipline': 'fcfs'", "exp(0.8s)"));
    closed_claims(&slower, speed);
    oracle_reject(&slower);
}

/* Nobody thinks, and demands are long: the stations are hardly ever idle, so that their virtual
 * time grows and is rebased. */
#define CYCLE(app_demand)                                                                          \
    "{'name': 'cycle', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'population': 12, 'route': 'r'}],"                                 \
    " 'stations': [{'name': 'app', 'discipline': 'ps'}, {'name': 'disk', 'discipline': 'ps'}],"    \
    " 'routes': {'r': [{'serve': 'app', 'demand': '" app_demand "'},"                              \
    "                  {'serve': 'disk', 'demand': 'erlang(450s, k=2)'}]}},"                       \
    " 'horizon': '20000000s', 'warmup': '500000s'}"

static void cycle_claims(struct oracle *o) {
    static const double demand[] = {500, 450};
    double throughput, number[2];
    theory_mva(2, demand, NULL, USERS, 0, &throughput, number);
    oracle_mean(o, "network", "", "throughput", throughput);
    oracle_mean(o, "station", "app", "number.mean", number[0]);
    oracle_mean(o, "station", "disk", "number.mean", number[1]);
    oracle_mean(o, "station", "app", "utilization", 500 * throughput);
}

static void busy_cycle(void **state) {
    (void)state;
    struct oracle o = oracle_run("12 users, no thinking, PS", "exact MVA", 20, 307,
                                 CYCLE("lognormal(500s, cv=1)"));
    cycle_claims(&o);
    oracle_accept(&o);
    struct oracle longer = oracle_mutant(20, 307, CYCLE("lognormal(510s, cv=1)"));
    cycle_claims(&longer);
    oracle_reject(&longer);
}

/* --- closed, two classes ------------------------------------------------------------------ */

#define TWO_CHAINS(discipline, others)                                                             \
    "{'name': 'chains', 'network': {"                                                              \
    " 'classes': {'read': {}, 'write': {}},"                                                       \
    " 'sources': [{'name': 'readers', 'class': 'read', 'population': 8, 'think': 'exp(4s)',"       \
    "              'route': 'r'},"                                                                 \
    "             {'name': 'writers', 'class': 'write', 'population': " others ","                 \
    "              'think': '6s', 'route': 'r'}],"                                                 \
    " 'stations': [{'name': 'app', 'discipline': '" discipline "',"                                \
    "               'demand': {'read': 'exp(0.2s)', 'write': 'lognormal(0.6s, cv=2)'}},"           \
    "              {'name': 'db', 'discipline': 'ps',"                                             \
    "               'demand': {'read': '0.3s', 'write': 'hyperexp(0.5s, cv=2)'}}],"                \
    " 'routes': {'r': [{'serve': 'app'}, {'serve': 'db'}]}},"                                      \
    " 'horizon': '60000s', 'warmup': '500s'}"

static void chain_claims(struct oracle *o) {
    static const double demand[] = {0.2, 0.6, 0.3, 0.5}, think[] = {4, 6};
    static const int users[] = {8, 5};
    double throughput[2], number[2];
    theory_mva_two(2, demand, users, think, throughput, number);
    oracle_mean(o, "source", "readers", "throughput", throughput[0]);
    oracle_mean(o, "source", "writers", "throughput", throughput[1]);
    oracle_mean(o, "class", "read", "response.mean", 8 / throughput[0] - 4);
    oracle_mean(o, "class", "write", "response.mean", 5 / throughput[1] - 6);
    oracle_mean(o, "station", "app", "number.mean", number[0]);
    oracle_mean(o, "station", "db", "number.mean", number[1]);
    oracle_mean(o, "station", "app", "utilization", 0.2 * throughput[0] + 0.6 * throughput[1]);
}

static void two_chains(void **state) {
    (void)state;
    struct oracle o = oracle_run("8 readers, 5 writers, PS", "exact MVA, BCMP 1975", 20, 306,
                                 TWO_CHAINS("ps", "5"));
    chain_claims(&o);
    oracle_accept(&o);
    struct oracle queue = oracle_mutant(20, 306, TWO_CHAINS("fcfs", "5"));
    chain_claims(&queue);
    oracle_reject(&queue);
    struct oracle more = oracle_mutant(20, 306, TWO_CHAINS("ps", "6"));
    chain_claims(&more);
    oracle_reject(&more);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_networks),
        cmocka_unit_test(closed_networks),
        cmocka_unit_test(busy_cycle),
        cmocka_unit_test(two_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
