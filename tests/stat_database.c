/* What the lowering of databases is made of, against exact theory: scattered queries, the lag of
 * replicas and their stale reads, a database that is paused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/oracle.h"

/* --- scatter and gather -----------------------------------------------------------------------
 */

#define SHARDS(instances, discipline, rate, branches, horizon)                                     \
    "{'name': 'scatter', 'network': {"                                                             \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'shard', 'instances': " instances ", 'discipline': '" discipline "',"  \
    "   'demand': 'exp(100ms)'}],"                                                                 \
    " 'routes': {'r': [{'fork': [" branches "]}]}}, 'horizon': '" horizon "', 'warmup': '500s'}"
#define AT(shard) "[{'serve': 'shard', 'instance': " shard "}]"

/* Flatto and Hahn (SIAM J. Appl. Math. 1984), Nelson and Tantawi (IEEE ToC 1988): two shards at
 * load rho, mean response (12 - rho) / 8 of that of M/M/1. */
static void two_shards(struct oracle *o, double rate) {
    double rho = rate / 10;
    oracle_mean(o, "network", "", "response.mean", (12 - rho) / 8 / (10 - rate));
    oracle_mean(o, "instance", "shard[0]", "utilization", rho);
    oracle_mean(o, "instance", "shard[1]", "response.mean", 1 / (10 - rate));
}

/* Shards without queueing: the longest of K exponentials, H(K) times the mean. */
static void four_shards(struct oracle *o) {
    oracle_mean(o, "network", "", "response.mean", 0.1 * (1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4));
}

static void scatter(void **state) {
    (void)state;
    struct oracle o = oracle_run("scatter to 2 shards, load 0.5", "Flatto and Hahn 1984", 20, 901,
                                 SHARDS("2", "fcfs", "5/s", AT("0") ", " AT("1"), "8000s"));
    two_shards(&o, 5);
    oracle_accept(&o);
    o = oracle_run("scatter to 2 shards, load 0.8", "Flatto and Hahn 1984", 20, 902,
                   SHARDS("2", "fcfs", "8/s", AT("0") ", " AT("1"), "16000s"));
    two_shards(&o, 8);
    oracle_accept(&o);
    struct oracle third = oracle_mutant(
        20, 901, SHARDS("3", "fcfs", "5/s", AT("0") ", " AT("1") ", " AT("2"), "8000s"));
    two_shards(&third, 5);
    oracle_reject(&third);
    o = oracle_run(
        "scatter to 4 shards, no queue", "longest of exponentials", 20, 903,
        SHARDS("4", "delay", "5/s", AT("0") ", " AT("1") ", " AT("2") ", " AT("3"), "8000s"));
    four_shards(&o);
    oracle_accept(&o);
    struct oracle same = oracle_mutant(
        20, 903, SHARDS("4", "delay", "5/s", AT("0") ", " AT("1") ", " AT("2"), "8000s"));
    four_shards(&same);
    oracle_reject(&same);
}

/* --- replicas ---------------------------------------------------------------------------------
 */

/* As lowered: each commit is held in `unreplayed` from its start to the end of its replay, which is
 * by one process; a delay comes first. Reads look at what is unreplayed. */
#define REPLICA(delay, replay, horizon)                                                            \
    "{'name': 'replica', 'network': {"                                                             \
    " 'sources': [{'name': 'commits', 'rate': '40/s', 'route': 'commit'},"                         \
    "   {'name': 'reads', 'rate': '50/s', 'route': 'read'}],"                                      \
    " 'stations': [{'name': 'cpu', 'discipline': 'ps', 'servers': 2, 'instances': 2}],"            \
    " 'pools': [{'name': 'unreplayed', 'size': 1000000, 'instances': 2},"                          \
    "   {'name': 'replay', 'size': 1, 'instances': 2},"                                            \
    "   {'name': 'readers', 'size': 1000, 'instances': 2, 'watch': 'unreplayed'}],"                \
    " 'routes': {'commit': [{'async': [{'call': 'replicate'}]}],"                                  \
    "   'replicate': [{'call': 'replay', 'name': 'lag'}],"                                         \
    "   'replay': [{'acquire': 'unreplayed', 'instance': 1}, {'delay': '" delay "'},"              \
    "     {'acquire': 'replay', 'instance': 1},"                                                   \
    "     {'serve': 'cpu', 'demand': '" replay "', 'instance': 1}, {'release': 'replay'},"         \
    "     {'release': 'unreplayed'}],"                                                             \
    "   'read': [{'acquire': 'readers', 'instance': 1}, {'release': 'readers'}]}},"                \
    " 'horizon': '" horizon "', 'warmup': '100s', 'within': [" ORACLE_WITHIN "]}"

/* D, then M/M/1 at rate 1 / m. What is on its way at a time is independent of who waits then, as
 * it came later; reads are Poisson and see time averages. */
static void lag_claims(struct oracle *o, double delay, double m) {
    double lambda = 40;
    double gap = 1 / m - lambda;
    double on_their_way = lambda * delay;
    double waiting = lambda / gap;
    oracle_mean(o, "block", "lag", "response.mean", delay + 1 / gap);
    oracle_percentile(o, "block", "lag", "response.p95", delay + log(20) / gap);
    oracle_percentile(o, "block", "lag", "response.p99", delay + log(100) / gap);
    oracle_within(o, "block", "lag", "response", delay + 1 / gap, 1 - exp(-1));
    oracle_mean(o, "pool_instance", "unreplayed[1]", "held.mean", on_their_way + waiting);
    oracle_mean(o, "pool_instance", "readers[1]", "watched.share",
                1 - exp(-on_their_way) * (1 - lambda * m));
    oracle_mean(o, "pool_instance", "readers[1]", "watched.mean", on_their_way + waiting);
}

/* Exponential delays instead: what they let through is Poisson again (Mirasol 1963), so that the
 * replay is M/M/1, and a commit's wait does not depend on its delay. */
static void random_delay_claims(struct oracle *o, double delay, double m) {
    double gap = 1 / m - 40;
    oracle_mean(o, "block", "lag", "response.mean", delay + 1 / gap);
    oracle_mean(o, "pool_instance", "readers[1]", "watched.share",
                1 - exp(-40 * delay) * (1 - 40 * m));
}

/* A constant replay is M/D/1: Pollaczek and Khinchine. */
static void constant_replay_claims(struct oracle *o, double delay, double m) {
    double rho = 40 * m;
    oracle_mean(o, "block", "lag", "response.mean", delay + m + rho * m / 2 / (1 - rho));
}

static void replicas(void **state) {
    (void)state;
    double d = 0.02;
    double m = 0.015;
    double within = d + 1 / (1 / m - 40);
    struct oracle o = oracle_run("lag of a replica, constant delay", "M/M/1 after a delay", 20, 911,
                                 REPLICA("20ms", "exp(15ms)", "4000s"), within);
    lag_claims(&o, d, m);
    oracle_accept(&o);
    struct oracle slower = oracle_mutant(20, 911, REPLICA("20800us", "exp(15ms)", "4000s"), within);
    lag_claims(&slower, d, m);
    oracle_reject(&slower);
    o = oracle_run("lag of a replica, random delay", "M/G/inf, then M/M/1", 20, 912,
                   REPLICA("exp(20ms)", "exp(15ms)", "4000s"), within);
    random_delay_claims(&o, d, m);
    oracle_accept(&o);
    struct oracle less =
        oracle_mutant(20, 912, REPLICA("exp(20ms)", "exp(14500us)", "4000s"), within);
    random_delay_claims(&less, d, m);
    oracle_reject(&less);
    o = oracle_run("lag of a replica, constant replay", "Pollaczek-Khinchine", 20, 913,
                   REPLICA("20ms", "15ms", "4000s"), within);
    constant_replay_claims(&o, d, m);
    oracle_accept(&o);
    struct oracle varied =
        oracle_mutant(20, 913, REPLICA("20ms", "erlang(15ms, k=8)", "4000s"), within);
    constant_replay_claims(&varied, d, m);
    oracle_reject(&varied);
}

/* --- a pause ----------------------------------------------------------------------------------
 */

/* A database at half its capacity does nothing from 100 to 110 s. The backlog is a fluid's: one
 * job on average as the pause begins (M/M/1 at load 1/2), 50 more a second, and from 110 s on 100
 * fewer, as long as the database is busy, which it is all but surely for the first 8 of 10 s. */
#define PAUSED(level)                                                                              \
    "{'name': 'pause', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '50/s', 'route': 'r'}],"                                   \
    " 'stations': [{'name': 'database', 'discipline': 'ps', 'demand': 'exp(10ms)',"                \
    "   'schedule': {'points': [['0s', 1], ['100s', " level "], ['110s', 1]]}}],"                  \
    " 'routes': {'r': [{'serve': 'database'}]}}, 'horizon': '130s',"                               \
    " 'sample_at': ['100s', '105s', '110s', '114s', '116s']}"

static void pause_claims(struct oracle *o) {
    oracle_mean(o, "sample", "100s/station/database", "present.mean", 1);
    oracle_mean(o, "sample", "105s/station/database", "present.mean", 1 + 250);
    oracle_mean(o, "sample", "110s/station/database", "present.mean", 1 + 500);
    oracle_mean(o, "sample", "114s/station/database", "present.mean", 1 + 500 - 200);
    oracle_mean(o, "sample", "116s/station/database", "present.mean", 1 + 500 - 300);
}

static void pauses(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("database paused for 10 s", "fluid backlog", 2000, 921, PAUSED("0"));
    pause_claims(&o);
    oracle_accept(&o);
    struct oracle slow = oracle_mutant(2000, 921, PAUSED("0.01"));
    pause_claims(&slow);
    oracle_reject(&slow);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scatter),
        cmocka_unit_test(replicas),
        cmocka_unit_test(pauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
