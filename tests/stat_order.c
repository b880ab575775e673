/* Who is served next, and where: priorities, balancers and pools against exact theory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"
#include "tests/theory.h"

/* --- non-preemptive priorities ------------------------------------------------------------ */

#define TWO_CLASSES(discipline, urgent, patient)                                                   \
    "{'name': 'two', 'network': {"                                                                 \
    " 'classes': {'urgent': {'priority': " urgent "}, 'patient': {'priority': " patient "}},"      \
    " 'sources': [{'name': 'u', 'class': 'urgent', 'rate': '0.3/s', 'route': 'r'},"                \
    "             {'name': 'p', 'class': 'patient', 'rate': '0.25/s', 'route': 'r'}],"             \
    " 'stations': [{'name': 'desk', 'discipline': '" discipline "', 'demand':"                     \
    "    {'urgent': 'lognormal(0.8s, cv=0.5)', 'patient': 'erlang(2s, k=2)'}}],"                   \
    " 'routes': {'r': [{'serve': 'desk'}]}}, 'horizon': '200000s', 'warmup': '1000s'}"

static void two_class_claims(struct oracle *o) {
    static const double lambda[] = {0.3, 0.25}, mean[] = {0.8, 2};
    const double cv[] = {0.5, sqrt(0.5)};
    double wait[2];
    theory_cobham(2, lambda, mean, cv, wait);
    oracle_mean(o, "station_class", "desk/urgent", "waiting.mean", wait[0]);
    oracle_mean(o, "station_class", "desk/patient", "waiting.mean", wait[1]);
    oracle_mean(o, "class", "urgent", "response.mean", wait[0] + mean[0]);
    oracle_mean(o, "class", "patient", "response.mean", wait[1] + mean[1]);
    oracle_mean(o, "station_class", "desk/urgent", "waited", 0.74);
    oracle_mean(o, "station", "desk", "utilization", 0.74);
    oracle_mean(o, "class", "patient", "number.mean", lambda[1] * (wait[1] + mean[1]));
}

#define THREE_CLASSES(servers, a, b, c)                                                            \
    "{'name': 'three', 'network': {"                                                               \
    " 'classes': {'a': {'priority': " a "}, 'b': {'priority': " b "}, 'c': {'priority': " c "}},"  \
    " 'sources': [{'name': 'c', 'class': 'c', 'rate': '0.6/s', 'route': 'r'},"                     \
    "             {'name': 'a', 'class': 'a', 'rate': '0.4/s', 'route': 'r'},"                     \
    "             {'name': 'b', 'class': 'b', 'rate': '0.5/s', 'route': 'r'}],"                    \
    " 'stations': [{'name': 'desk', 'discipline': 'priority', 'servers': " servers ","             \
    "               'demand': 'exp(1s)'}],"                                                        \
    " 'routes': {'r': [{'serve': 'desk'}]}}, 'horizon': '150000s', 'warmup': '1000s'}"

static void three_class_claims(struct oracle *o) {
    static const double lambda[] = {0.4, 0.5, 0.6};
    double wait[3];
    theory_cobham_servers(3, lambda, 1, 2, wait);
    oracle_mean(o, "station_class", "desk/a", "waiting.mean", wait[0]);
    oracle_mean(o, "station_class", "desk/b", "waiting.mean", wait[1]);
    oracle_mean(o, "station_class", "desk/c", "waiting.mean", wait[2]);
    oracle_mean(o, "source", "c", "response.mean", wait[2] + 1);
    oracle_mean(o, "station", "desk", "waited", theory_erlang_c(2, 1.5));
}

static void priorities(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/G/1, 2 priorities", "Cobham, K2 ch. 3", 20, 201,
                                 TWO_CLASSES("priority", "1", "2"));
    two_class_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/M/2, 3 priorities", "Kella and Yechiali 1985", 20, 202,
                   THREE_CLASSES("2", "1", "4", "9"));
    three_class_claims(&o);
    oracle_accept(&o);
    struct oracle swapped = oracle_mutant(20, 201, TWO_CLASSES("priority", "2", "1"));
    two_class_claims(&swapped);
    oracle_reject(&swapped);
    struct oracle queue = oracle_mutant(20, 201, TWO_CLASSES("fcfs", "1", "2"));
    two_class_claims(&queue);
    oracle_reject(&queue);
    struct oracle equal = oracle_mutant(20, 202, THREE_CLASSES("2", "1", "4", "4"));
    three_class_claims(&equal);
    oracle_reject(&equal);
}

/* --- balancers ---------------------------------------------------------------------------- */

#define FLEET(rate, balancer, ties)                                                                \
    "{'name': 'fleet', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'app', 'instances': 2, 'balancer': '" balancer "',"                    \
    "               'ties': '" ties "'}],"                                                         \
    " 'routes': {'r': [{'serve': 'app', 'demand': 'exp(1s)'}]}},"                                  \
    " 'horizon': '100000s', 'warmup': '500s'}"

static void fleet_claims(struct oracle *o, double number, double share) {
    oracle_mean(o, "network", "", "response.mean", number / 1.5);
    oracle_mean(o, "station", "app", "number.mean", number);
    oracle_mean(o, "station", "app", "utilization", 0.75);
    oracle_mean(o, "instance", "app[0]", "arrival_share", share);
    oracle_mean(o, "instance", "app[0]", "utilization", 1.5 * share);
    oracle_mean(o, "instance", "app[1]", "utilization", 1.5 * (1 - share));
}

static void balancers(void **state) {
    (void)state;
    double by_chance = 2 * 0.75 / 0.25;
    double in_turn = 1.5 * theory_e2m1_response(0.75, 1);
    struct oracle o =
        oracle_run("2 instances, random", "two M/M/1", 20, 203, FLEET("1.5/s", "random", "random"));
    fleet_claims(&o, by_chance, 0.5);
    oracle_accept(&o);
    o = oracle_run("2 instances, round robin", "two E2/M/1, K1 ch. 6", 20, 204,
                   FLEET("1.5/s", "round_robin", "random"));
    fleet_claims(&o, in_turn, 0.5);
    oracle_accept(&o);
    double number, share;
    theory_shorter_queue(1.5, 1, 0.5, &number, &share);
    o = oracle_run("2 instances, least outstanding", "Markov chain", 20, 205,
                   FLEET("1.5/s", "least_outstanding", "random"));
    fleet_claims(&o, number, share);
    oracle_accept(&o);
    struct oracle lowest = oracle_mutant(20, 205, FLEET("1.5/s", "least_outstanding", "lowest"));
    fleet_claims(&lowest, number, share);
    oracle_reject(&lowest);
    theory_shorter_queue(1.5, 1, 1, &number, &share);
    o = oracle_run("the same, ties to the first", "Markov chain", 20, 206,
                   FLEET("1.5/s", "least_outstanding", "lowest"));
    fleet_claims(&o, number, share);
    oracle_accept(&o);
    struct oracle chance = oracle_mutant(20, 204, FLEET("1.5/s", "random", "random"));
    fleet_claims(&chance, in_turn, 0.5);
    oracle_reject(&chance);
    struct oracle turn = oracle_mutant(20, 203, FLEET("1.5/s", "round_robin", "random"));
    fleet_claims(&turn, by_chance, 0.5);
    oracle_reject(&turn);
}

/* Each visit is balanced anew: of N customers with two visits each, the visits to one instance have
 * the binomial variance 2 N / 4, and not the N of customers who keep their instance (the mutant:
 * both visits follow the place held in a pool). */
#define TWICE(balance, before, after)                                                              \
    "{'name': 'twice', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '100/s', 'limit': 400, 'route': 'r'}],"                    \
    " 'pools': [{'name': 'place', 'size': 400, 'instances': 2, 'balancer': 'random'}],"            \
    " 'stations': [{'name': 'app', 'discipline': 'delay', 'instances': 2, " balance "}],"          \
    " 'routes': {'r': [" before ", {'serve': 'app', 'demand': '10ms'},"                            \
    "                  {'serve': 'app', 'demand': '10ms'}, " after "]}}, 'horizon': '100s'}"
#define TAKE "{'acquire': 'place'}"
#define GIVE "{'release': 'place'}"

static void each_visit_anew(void **state) {
    (void)state;
    struct oracle o = oracle_run("random, two visits", "binomial", 1000, 207,
                                 TWICE("'balancer': 'random'", TAKE, GIVE));
    oracle_mean(&o, "instance", "app[0]", "arrival_share", 0.5);
    oracle_variance(&o, "instance", "app[0]", "count.arrived", 200);
    oracle_accept(&o);
    o = oracle_mutant(1000, 207, TWICE("'with': 'place'", TAKE, GIVE));
    oracle_variance(&o, "instance", "app[0]", "count.arrived", 200);
    oracle_reject(&o);
}

/* --- pools -------------------------------------------------------------------------------- */

#define POOL(rate, pool, hold)                                                                     \
    "{'name': 'pool', 'network': {"                                                                \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'db', 'discipline': 'ps'}],"                                           \
    " 'pools': [{'name': 'c', " pool "}],"                                                         \
    " 'routes': {'r': [{'acquire': 'c'}, " hold ", {'release': 'c'},"                              \
    "                  {'branch': [{'p': 0}, {'p': 1, 'steps': [{'delay': '1s'}]}]}]}},"           \
    " 'horizon': '60000s', 'warmup': '200s', 'within': ['500ms']}"
#define UNUSED "{'branch': [{'p': 0, 'steps': [{'serve': 'db', 'demand': '1s'}]}, {'p': 1}]}"
#define HELD(law) "{'delay': '" law "'}, " UNUSED

/* A pool of 4 held for a time of its own: M/M/4, or M/G/4/4 without waiting room. */
static void waiting_claims(struct oracle *o) {
    double wait = theory_erlang_c(4, 3);
    oracle_mean(o, "pool", "c", "waited", wait);
    oracle_mean(o, "pool", "c", "waiting.mean", wait);
    oracle_within(o, "pool", "c", "waiting", 0.5, 1 - wait * exp(-0.5));
    oracle_mean(o, "pool", "c", "held.mean", 3);
    oracle_mean(o, "pool", "c", "utilization", 0.75);
    oracle_mean(o, "pool", "c", "waiting_number.mean", 3 * wait);
    oracle_mean(o, "network", "", "response.mean", wait + 2);
    oracle_mean(o, "network", "", "waiting.mean", wait);
}

static void loss_claims(struct oracle *o) {
    double blocked = theory_erlang_b(4, 3);
    oracle_mean(o, "pool", "c", "error_rate", blocked);
    oracle_mean(o, "network", "", "error_rate", blocked);
    oracle_mean(o, "pool", "c", "held.mean", 3 * (1 - blocked));
    oracle_mean(o, "network", "", "throughput", 3 * (1 - blocked));
    oracle_mean(o, "network", "", "response.mean", 2);
}

static void pools(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("pool of 4", "Erlang C", 20, 208, POOL("3/s", "'size': 4", HELD("exp(1s)")));
    waiting_claims(&o);
    oracle_accept(&o);
    struct oracle law = oracle_mutant(20, 208, POOL("3/s", "'size': 4", HELD("gamma(1s, cv=0.9)")));
    waiting_claims(&law);
    oracle_reject(&law);
    o = oracle_run("pool of 4, no waiting room", "Erlang B, insensitive", 20, 209,
                   POOL("3/s", "'size': 4, 'queue': 0", HELD("lognormal(1s, cv=2)")));
    loss_claims(&o);
    oracle_accept(&o);
    struct oracle room =
        oracle_mutant(20, 209, POOL("3/s", "'size': 4, 'queue': 1", HELD("lognormal(1s, cv=2)")));
    loss_claims(&room);
    oracle_reject(&room);
}

/* Patience: the pool's gauge has those who leave as timed out. */
static void patience_claims(struct oracle *o, double left, double wait_all) {
    double served = 3.5 * (1 - left);
    oracle_mean(o, "pool", "c", "error_rate", left);
    oracle_mean(o, "network", "", "error_rate", left);
    oracle_mean(o, "pool", "c", "waiting_number.mean", 3.5 * wait_all);
    oracle_mean(o, "pool", "c", "held.mean", served);
    oracle_mean(o, "network", "", "throughput", served);
}

static void patience(void **state) {
    (void)state;
    double wait;
    double left = theory_patience_constant(3.5, 1, 4, 0.75, &wait);
    struct oracle o = oracle_run("pool of 4, patience 0.75 s", "M/M/4+D, Barrer 1957", 20, 210,
                                 POOL("3.5/s", "'size': 4, 'patience': '0.75s'", HELD("exp(1s)")));
    patience_claims(&o, left, wait);
    oracle_mean(&o, "pool", "c", "waiting.mean", (wait - 0.75 * left) / (1 - left));
    oracle_accept(&o);
    struct oracle longer =
        oracle_mutant(20, 210, POOL("3.5/s", "'size': 4, 'patience': '0.8s'", HELD("exp(1s)")));
    patience_claims(&longer, left, wait);
    oracle_reject(&longer);
    left = theory_patience_exp(3.5, 1, 4, 2, &wait);
    o = oracle_run("pool of 4, patience exp(2 s)", "M/M/4+M (Erlang A)", 20, 211,
                   POOL("3.5/s", "'size': 4, 'patience': 'exp(2s)'", HELD("exp(1s)")));
    patience_claims(&o, left, wait);
    oracle_accept(&o);
    struct oracle constant =
        oracle_mutant(20, 211, POOL("3.5/s", "'size': 4, 'patience': '2s'", HELD("exp(1s)")));
    patience_claims(&constant, left, wait);
    oracle_reject(&constant);
}

/* Connections in front of a database of one processor: with exponential demands the number in both
 * is that of M/M/1 whatever the size of the pool; what waits outside is what exceeds it. */
static void connection_claims(struct oracle *o) {
    double rho = 0.75;
    double outside = pow(rho, 6) / (1 - rho);
    oracle_mean(o, "pool", "c", "waiting_number.mean", outside * rho);
    oracle_mean(o, "pool", "c", "waited", pow(rho, 6));
    oracle_mean(o, "pool", "c", "held.mean", rho / (1 - rho) - outside * rho);
    oracle_mean(o, "station", "db", "number.mean", rho / (1 - rho) - outside * rho);
    oracle_mean(o, "station", "db", "utilization", rho);
    oracle_mean(o, "network", "", "response.mean", 1 / (1 - rho) + 1);
}

static void connections(void **state) {
    (void)state;
    static const char *const source = "M/M/1, K1 ch. 3";
    struct oracle o =
        oracle_run("6 connections, PS database", source, 30, 212,
                   POOL("0.75/s", "'size': 6", "{'serve': 'db', 'demand': 'exp(1s)'}"));
    connection_claims(&o);
    oracle_accept(&o);
    struct oracle smaller =
        oracle_mutant(30, 212, POOL("0.75/s", "'size': 5", "{'serve': 'db', 'demand': 'exp(1s)'}"));
    connection_claims(&smaller);
    oracle_reject(&smaller);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(priorities),      cmocka_unit_test(balancers),
        cmocka_unit_test(each_visit_anew), cmocka_unit_test(pools),
        cmocka_unit_test(patience),        cmocka_unit_test(connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
