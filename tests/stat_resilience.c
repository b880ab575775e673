/* Timeouts, retries, retrials, limiters and what they do to an overloaded server, against exact
 * theory. */
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

#define ROUTE(rate, parts, steps, horizon)                                                         \
    "{'name': 'resilience', 'network': {"                                                          \
    " 'sources': [{'name': 's', 'rate': '" rate "', 'route': 'r'}], " parts                        \
    " 'routes': {'r': [" steps "]}}, 'horizon': '" horizon "', 'warmup': '500s'}"

/* --- timeouts ----------------------------------------------------------------------------------
 */

#define HALL(cancel, limit)                                                                        \
    ROUTE("2/s", "'stations': [{'name': 'x', 'discipline': 'delay'}],",                            \
          "{'timeout': '" limit "', 'cancel': '" cancel                                            \
          "', 'steps': [{'serve': 'x', 'demand': 'exp(1s)'}]}",                                    \
          "30000s")

/* Everybody is served at once, exp(1 s), for 1.5 s at most. Orphans go on to their end. */
static void hall_claims(struct oracle *o, double there) {
    double late = exp(-1.5);
    oracle_mean(o, "network", "", "error_rate", late);
    oracle_mean(o, "network", "", "response.mean", 1 - 1.5 * late / (1 - late));
    oracle_mean(o, "network", "", "response_all.mean", 1 - late);
    oracle_mean(o, "network", "", "number.mean", 2 * (1 - late));
    oracle_mean(o, "network", "", "waited", 0); /* in service, if not to its end */
    oracle_mean(o, "network", "", "waiting_all.mean", 0);
    oracle_mean(o, "station", "x", "number.mean", there);
}

#define SERVER(cancel, limit)                                                                      \
    ROUTE("1.2/s", "'stations': [{'name': 'x'}],",                                                 \
          "{'timeout': '" limit "', 'cancel': '" cancel                                            \
          "', 'steps': [{'serve': 'x', 'demand': 'exp(1s)'}]}",                                    \
          "60000s")

static void server_claims(struct oracle *o) {
    double busy;
    double served = theory_sojourn_limit(1.2, 1, 3, &busy);
    oracle_mean(o, "network", "", "error_rate", 1 - served);
    oracle_mean(o, "network", "", "throughput", 1.2 * served);
    oracle_mean(o, "station", "x", "utilization", busy);
    oracle_mean(o, "station", "x", "number.share.0", 1 - busy);
}

/* Withdrawn only where they wait: those in service go on, so that the server sees constant
 * patience.
 */
static void waiting_claims(struct oracle *o) {
    double wait;
    double lost = theory_patience_constant(1.2, 1, 1, 3, &wait);
    oracle_mean(o, "station", "x", "error_rate", lost);
    oracle_mean(o, "station", "x", "utilization", 1.2 * (1 - lost));
    oracle_mean(o, "station", "x", "waiting_number.mean", 1.2 * wait);
}

static void timeouts(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("timeout, nothing cancelled", "exponential", 20, 501, HALL("none", "1500ms"));
    hall_claims(&o, 2);
    oracle_accept(&o);
    o = oracle_run("timeout, all cancelled", "exponential", 20, 502, HALL("all", "1500ms"));
    hall_claims(&o, 2 * (1 - exp(-1.5)));
    oracle_accept(&o);
    struct oracle kept = oracle_mutant(20, 502, HALL("none", "1500ms"));
    hall_claims(&kept, 2 * (1 - exp(-1.5)));
    oracle_reject(&kept);
    struct oracle later = oracle_mutant(20, 501, HALL("none", "1530ms"));
    hall_claims(&later, 2);
    oracle_reject(&later);
    o = oracle_run("M/M/1, timeout, all cancelled", "Barrer 1957", 20, 503, SERVER("all", "3s"));
    server_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/M/1, timeout, the waiting cancelled", "Barrer 1957", 20, 504,
                   SERVER("waiting", "3s"));
    waiting_claims(&o);
    oracle_accept(&o);
    struct oracle waiting = oracle_mutant(20, 503, SERVER("waiting", "3s"));
    server_claims(&waiting);
    oracle_reject(&waiting);
    /* Nothing cancelled: the server is M/M/1 as if there were no timeouts. */
    o = oracle_run("M/M/1, timeout, nothing cancelled", "M/M/1, K1 ch. 3", 20, 505,
                   ROUTE("0.7/s", "'stations': [{'name': 'x'}],",
                         "{'timeout': '3s', 'steps': [{'serve': 'x', 'demand': 'exp(1s)'}]}",
                         "100000s"));
    oracle_mean(&o, "network", "", "error_rate", exp(-0.3 * 3));
    oracle_mean(&o, "station", "x", "number.mean", 0.7 / 0.3);
    oracle_mean(&o, "network", "", "response_all.mean", (1 - exp(-0.9)) / 0.3);
    oracle_accept(&o);
}

/* --- retries -----------------------------------------------------------------------------------
 */

#define RETRY(rules, fails, works)                                                                 \
    ROUTE("2/s", "",                                                                               \
          "{'retry': {" rules "}, 'steps': [{'delay': 'exp(200ms)'},"                              \
          " {'branch': [{'p': " fails ", 'steps': [{'fail': true}]}, {'p': " works "}]}]}",        \
          "50000s")

/* Each attempt takes 0.2 s and fails with probability f; a pause of mean b s before each retry. */
static void unlimited_claims(struct oracle *o, double f, double pause) {
    double retries = f / (1 - f);
    oracle_mean(o, "network", "", "attempts.mean", 1 + retries);
    oracle_mean(o, "network", "", "backoff.mean", 2 * retries * pause);
    oracle_mean(o, "network", "", "response.mean", 0.2 * (1 + retries) + retries * pause);
    oracle_mean(o, "network", "", "waiting.mean", retries * pause);
    oracle_mean(o, "network", "", "waited", f);
    oracle_mean(o, "network", "", "throughput", 2);
}

/* At most `attempts`; the pause before retry k is pauses[k - 1] on average. */
static void limited_claims(struct oracle *o, double f, int attempts, const double *pauses) {
    double tries = 0;
    double paused = 0;
    double going = 1;
    double response = 0; /* of those that succeed, times their share */
    double sum = 0;
    for (int k = 0; k < attempts; k++) {
        tries += going;
        paused += k > 0 ? going * pauses[k - 1] : 0;
        sum += k > 0 ? pauses[k - 1] : 0;
        response += going * (1 - f) * (0.2 * (k + 1) + sum);
        going *= f;
    }
    oracle_mean(o, "network", "", "error_rate", going);
    oracle_mean(o, "network", "", "attempts.mean", tries);
    oracle_mean(o, "network", "", "backoff.mean", 2 * paused);
    oracle_mean(o, "network", "", "response.mean", response / (1 - going));
    oracle_mean(o, "network", "", "response_all.mean", 0.2 * tries + paused);
}

static void retries(void **state) {
    (void)state;
    struct oracle o =
        oracle_run("retries without end", "geometric", 20, 506,
                   RETRY("'attempts': 'unlimited', 'backoff': 'exp(1s)'", "0.4", "0.6"));
    unlimited_claims(&o, 0.4, 1);
    oracle_accept(&o);
    struct oracle more = oracle_mutant(
        20, 506, RETRY("'attempts': 'unlimited', 'backoff': 'exp(1s)'", "0.41", "0.59"));
    unlimited_claims(&more, 0.4, 1);
    oracle_reject(&more);
    static const double twos[] = {1, 2, 4};
    o = oracle_run("4 attempts, exponential backoff", "geometric", 20, 507,
                   RETRY("'attempts': 4, 'backoff': {'base': '1s'}", "0.4", "0.6"));
    limited_claims(&o, 0.4, 4, twos);
    oracle_accept(&o);
    static const double half[] = {0.5, 1, 1.5};
    o = oracle_run("4 attempts, full jitter, at most 3 s", "geometric", 20, 508,
                   RETRY("'attempts': 4, 'backoff': {'base': '1s', 'max': '3s', 'jitter': 'full'}",
                         "0.4", "0.6"));
    limited_claims(&o, 0.4, 4, half);
    oracle_accept(&o);
    static const double three[] = {0.75, 2.25, 6.75};
    o = oracle_run("4 attempts, equal jitter, factor 3", "geometric", 20, 509,
                   RETRY("'attempts': 4, 'backoff': {'base': '1s', 'factor': 3, 'jitter': 'equal'}",
                         "0.4", "0.6"));
    limited_claims(&o, 0.4, 4, three);
    oracle_accept(&o);
    static const double list[] = {0.5, 2, 2};
    o = oracle_run("4 attempts, a list of backoffs", "geometric", 20, 510,
                   RETRY("'attempts': 4, 'backoff': ['500ms', 'exp(2s)']", "0.4", "0.6"));
    limited_claims(&o, 0.4, 4, list);
    oracle_accept(&o);
    struct oracle none = oracle_mutant(
        20, 508,
        RETRY("'attempts': 4, 'backoff': {'base': '1s', 'max': '3s', 'jitter': 'equal'}", "0.4",
              "0.6"));
    limited_claims(&none, 0.4, 4, half);
    oracle_reject(&none);
    /* A budget of a quarter: half of the first attempts fail and want to go on without end, but as
     * many retries as a quarter of the requests are allowed. */
    o = oracle_run("budget of 25 %", "balance of tokens", 20, 511,
                   RETRY("'attempts': 'unlimited', 'backoff': 'exp(1s)',"
                         " 'budget': {'ratio': 0.25, 'burst': 10}",
                         "0.5", "0.5"));
    oracle_mean(&o, "network", "", "error_rate", 1 - 0.5 * 1.25);
    oracle_mean(&o, "network", "", "backoff.mean", 2 * 0.25);
    oracle_accept(&o);
}

/* --- retrials ----------------------------------------------------------------------------------
 */

#define ORBIT(attempts, pause)                                                                     \
    ROUTE("0.6/s", "'stations': [{'name': 'x', 'capacity': 1}],",                                  \
          "{'retry': {'attempts': " attempts ", 'backoff': 'exp(" pause ")'}, 'steps': ["          \
          "{'serve': 'x', 'demand': 'exp(1s)'}]}",                                                 \
          "100000s")

static void orbit_claims(struct oracle *o) {
    double orbit, busy;
    theory_retrials(0.6, 1, 0.5, &orbit, &busy);
    oracle_mean(o, "network", "", "backoff.mean", orbit);
    oracle_mean(o, "station", "x", "utilization", busy);
    oracle_mean(o, "network", "", "response.mean", (orbit + busy) / 0.6);
    oracle_mean(o, "network", "", "attempts.mean", 1 + orbit * 0.5 / 0.6);
    oracle_mean(o, "station", "x", "error_rate", orbit * 0.5 / (0.6 + orbit * 0.5));
}

static void once_claims(struct oracle *o) {
    double orbit, busy, lost;
    theory_one_retrial(0.6, 1, 0.5, &orbit, &busy, &lost);
    oracle_mean(o, "network", "", "backoff.mean", orbit);
    oracle_mean(o, "station", "x", "utilization", busy);
    oracle_mean(o, "network", "", "error_rate", lost);
    oracle_mean(o, "network", "", "count.rejected", lost * 0.6 * 99500);
    oracle_mean(o, "network", "", "attempts.mean", 1 + orbit * 0.5 / 0.6);
}

static void retrials(void **state) {
    (void)state;
    struct oracle o = oracle_run("M/M/1 with retrials", "Falin and Templeton 1997", 20, 512,
                                 ORBIT("'unlimited'", "2s"));
    orbit_claims(&o);
    oracle_accept(&o);
    o = oracle_run("M/M/1 with one retrial", "Markov chain", 20, 513, ORBIT("2", "2s"));
    once_claims(&o);
    oracle_accept(&o);
    struct oracle sooner = oracle_mutant(20, 512, ORBIT("'unlimited'", "1.9s"));
    orbit_claims(&sooner);
    oracle_reject(&sooner);
    struct oracle twice = oracle_mutant(20, 513, ORBIT("3", "2s"));
    once_claims(&twice);
    oracle_reject(&twice);
}

/* --- limiters ----------------------------------------------------------------------------------
 */

#define GATE(rate, burst)                                                                          \
    ROUTE(rate, "'limiters': [{'name': 'gate', 'rate': '10/s', 'burst': " burst "}],",             \
          "{'limit': 'gate'}, {'delay': '10ms'}", "20000s")

static void gate_claims(struct oracle *o, double rate, int burst) {
    double lost = theory_md1_loss(rate, 0.1, burst);
    oracle_mean(o, "limiter", "gate", "refused_share", lost);
    oracle_mean(o, "limiter", "gate", "pass_rate", rate * (1 - lost));
    oracle_mean(o, "network", "", "error_rate", lost);
}

static void limiters(void **state) {
    (void)state;
    struct oracle o = oracle_run("token bucket of 1", "M/D/1 loss", 20, 514, GATE("8/s", "1"));
    gate_claims(&o, 8, 1);
    oracle_accept(&o);
    o = oracle_run("token bucket of 2", "M/D/1 loss", 20, 515, GATE("8/s", "2"));
    gate_claims(&o, 8, 2);
    oracle_accept(&o);
    o = oracle_run("token bucket of 5", "M/D/1 loss", 20, 516, GATE("9/s", "5"));
    gate_claims(&o, 9, 5);
    oracle_accept(&o);
    o = oracle_run("token bucket of 8, overloaded", "M/D/1 loss", 20, 517, GATE("12/s", "8"));
    gate_claims(&o, 12, 8);
    oracle_accept(&o);
    struct oracle larger = oracle_mutant(20, 516, GATE("9/s", "6"));
    gate_claims(&larger, 9, 5);
    oracle_reject(&larger);
    /* Against its fluid, at ten times its rate: the burst, and its rate from the first arrival, at
     * 1 ms, on: 50 + 100 x 9.999, of which whole tokens count. */
    o = oracle_run("token bucket, fluid", "burst + rate x time", 20, 518,
                   "{'network': {'sources': [{'name': 's', 'arrivals': '1ms', 'route': 'r'}],"
                   " 'limiters': [{'name': 'gate', 'rate': '100/s', 'burst': 50}],"
                   " 'routes': {'r': [{'limit': 'gate'}, {'delay': '1ms'}]}}, 'horizon': '10s'}");
    oracle_mean(&o, "limiter", "gate", "count.passed", 1049);
    oracle_accept(&o);
}

/* A bucket of one token that makes wait is a server: the next one passes a token's time after the
 * last at the earliest. M/D/1 then, at 80 %. */
#define WAIT(rate)                                                                                 \
    ROUTE("8/s",                                                                                   \
          "'limiters': [{'name': 'gate', 'rate': '" rate "', 'burst': 1, 'when_empty':"            \
          " 'wait'}],",                                                                            \
          "{'limit': 'gate'}", "20000s")

static void wait_claims(struct oracle *o) {
    oracle_mean(o, "limiter", "gate", "waiting.mean", 0.8 / (2 * 10 * (1 - 0.8)));
    oracle_mean(o, "limiter", "gate", "waiting_number.mean", 8 * 0.8 / (2 * 10 * (1 - 0.8)));
    oracle_mean(o, "limiter", "gate", "waiting_number.share.0", (1 - 0.8) * exp(0.8));
}

static void limiters_that_make_wait(void **state) {
    (void)state;
    struct oracle o = oracle_run("waiting bucket of 1", "M/D/1", 20, 520, WAIT("10/s"));
    wait_claims(&o);
    oracle_accept(&o);
    struct oracle faster = oracle_mutant(20, 520, WAIT("10.2/s"));
    wait_claims(&faster);
    oracle_reject(&faster);
}

/* --- a retry storm ------------------------------------------------------------------------------
 */

/* 67 requests a second can be served; 40 come, but for 40 s of 130. Three attempts of 2 s each. */
#define STORM(cancel)                                                                              \
    "{'name': 'retry storm', 'network': {"                                                         \
    " 'sources': [{'name': 'clients', 'route': 'ask',"                                             \
    "   'rate': {'steps': [['0s','40/s'], ['200s','130/s'], ['240s','40/s']]}}],"                  \
    " 'stations': [{'name': 'api', 'servers': 1, 'discipline': 'fcfs'}],"                          \
    " 'routes': {'ask': [{'retry': {'attempts': 3, 'backoff': '0s'}, 'steps': ["                   \
    "   {'timeout': '2s', 'cancel': '" cancel "', 'steps': ["                                      \
    "     {'serve': 'api', 'demand': 'exp(15ms)'}]}]}]}},"                                         \
    " 'horizon': '800s', 'windows': [['100s','200s'], ['250s','350s'], ['500s','800s']]}"

static void storm(const char *text, double *before, double *after, double *late) {
    struct harness_run run = harness_run(text, 10, 519);
    *before = harness_value(&run, "window", "100s..200s/network", "error_rate");
    *after = harness_value(&run, "window", "250s..350s/network", "error_rate");
    *late = harness_value(&run, "window", "500s..800s/network", "error_rate");
    double work = harness_value(&run, "station", "api", "utilization");
    print_message("retry storm: errors %.4f before, %.4f after, %.4f late; utilization %.3f\n",
                  *before, *after, *late, work);
    harness_free(&run);
}

/* The queue of what nobody waits for any more keeps every answer late, and each late answer makes
 * two more attempts: without cancellation the storm outlives its cause; with it, it ends with it.
 */
static void a_retry_storm(void **state) {
    (void)state;
    double before, after, late;
    storm(STORM("none"), &before, &after, &late);
    assert_true(before < 0.001 && after > 0.99 && late > 0.99);
    storm(STORM("all"), &before, &after, &late);
    assert_true(before < 0.001 && late < 0.001);
    storm(STORM("waiting"), &before, &after, &late);
    assert_true(before < 0.001 && late < 0.001);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeouts),
        cmocka_unit_test(retries),
        cmocka_unit_test(retrials),
        cmocka_unit_test(limiters),
        cmocka_unit_test(limiters_that_make_wait),
        cmocka_unit_test(a_retry_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
