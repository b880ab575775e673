#include "studies/validate_suite.h"

#include <stddef.h>

#define SOLVED .exact = 0
#define IS .exact =

/* K1, K2: Kleinrock, "Queueing Systems" I (1975) and II (1976), by section. */
const struct std_suite_model std_suite[] = {
    /* one station */
    {"mm1",
     {{"busy", "station", "desk", "utilization", "K1 3.2", SOLVED, .averaged = true},
      {"mean response", "station", "desk", "response.mean", "K1 3.2", SOLVED},
      {"std. deviation", "station", "desk", "response.deviation", "K1 3.2", IS 10.0 / 3},
      {"p95 response", "station", "desk", "response.p95", "K1 3.2", SOLVED, .percentile = true}}},
    {"md1", {{"mean wait", "station", "desk", "waiting.mean", "K1 5.6", SOLVED}}},
    {"mg1", {{"mean wait", "station", "desk", "waiting.mean", "K1 5.6", SOLVED}}},
    {"batches", {{"mean response", "station", "till", "response.mean", "K1 ch. 5", SOLVED}}},
    {"mm5",
     {{"share that waits", "station", "desk", "waited", "K1 3.5", SOLVED},
      {"mean wait", "station", "desk", "waiting.mean", "K1 3.5", SOLVED}}},
    {"erlang-b", {{"lost", "station", "desk", "error_rate", "K1 3.6", SOLVED}}},
    {"room",
     {{"turned away", "station", "shop", "error_rate", "K1 3.6", SOLVED},
      {"mean response", "station", "shop", "response.mean", "K1 3.6", SOLVED}}},
    {"erlang-a",
     {{"hang up", "station", "agents", "error_rate", "Palm 57", SOLVED},
      {"share that waits", "station", "agents", "waited", "Palm 57", SOLVED}}},
    {"patience", {{"leave", "station", "desk", "error_rate", "Barrer 57", IS 0.256718868902}}},
    {"timeout",
     {{"hang up", "network", "", "error_rate", "Barrer 57", IS 0.195671970737},
      {"busy", "station", "desk", "utilization", "Barrer 57", IS 0.64346242341, .averaged = true}}},
    {"warmup", {{"present", "station", "desk", "number.mean", "K1 3.4", SOLVED, .averaged = true}}},
    {"uniform",
     {{"median response", "station", "desk", "response.p50", "by its law", IS 1.1,
       .percentile = true}}},
    /* disciplines */
    {"ps", {{"mean response", "station", "desk", "response.mean", "K2 4.4", SOLVED}}},
    {"threads",
     {{"mean response", "station", "desk", "response.mean", "Kelly 79", SOLVED},
      {"busy", "station", "desk", "utilization", "Kelly 79", SOLVED, .averaged = true}}},
    {"priorities",
     {{"mean, urgent", "source", "urgent", "response.mean", "Cobham 54", SOLVED},
      {"mean, patient", "source", "patient", "response.mean", "Cobham 54", SOLVED}}},
    {"preemption",
     {{"mean, urgent", "source", "urgent", "response.mean", "K2 3.6", SOLVED},
      {"mean, patient", "source", "patient", "response.mean", "K2 3.6", SOLVED}}},
    /* 80 x (0.8 + 0.015 / (1 - exp(-0.1 / 0.8))) - 25: the processor is never idle */
    {"round-robin",
     {{"mean response", "network", "", "response.mean", "Law, Kelton", IS 49.212496746}}},
    /* several instances, pools, parts of requests */
    {"two-queues",
     {{"by chance", "source", "by chance", "response.mean", "K1 3.2", SOLVED},
      {"in turn", "source", "by turn", "response.mean", "K1 6.4", IS 3.84397976699},
      {"the shorter", "source", "by length", "response.mean", "Markov chain", IS 2.95573661176}}},
    {"pool",
     {{"share that waits", "pool", "connections", "waited", "K1 3.5", IS 4.0 / 9},
      {"mean wait", "pool", "connections", "waiting.mean", "K1 3.5", IS 4.0 / 9}}},
    {"both-answers", {{"mean response", "network", "", "response.mean", "Flatto 84", IS 2.875}}},
    /* 1/5 + 1/4 + 1/3; 10/s x 5 x 3/5 */
    {"quorum",
     {{"mean response", "network", "", "response.mean", "harmonic", IS 47.0 / 60},
      {"replicas busy", "station", "replicas", "number.mean", "harmonic", IS 30,
       .averaged = true}}},
    /* networks */
    {"feedback",
     {{"mean response", "network", "", "response.mean", "Jackson 57", SOLVED},
      {"busy, second desk", "station", "second", "utilization", "Jackson 57", SOLVED,
       .averaged = true}}},
    {"tiers",
     {{"mean response", "network", "", "response.mean", "BCMP 75", SOLVED},
      {"mean, readers", "source", "readers", "response.mean", "BCMP 75", SOLVED},
      {"busy, database", "station", "database", "utilization", "BCMP 75", SOLVED,
       .averaged = true}}},
    {"machines",
     {{"mean time down", "source", "machines", "response.mean", "K1 3.8", SOLVED},
      {"repairers busy", "station", "repairers", "utilization", "K1 3.8", SOLVED,
       .averaged = true}}},
    {"interactive",
     {{"throughput", "source", "users", "throughput", "MVA 80", SOLVED},
      {"mean response", "source", "users", "response.mean", "MVA 80", SOLVED}}},
    {"circuit",
     {{"rate, users", "source", "users", "throughput", "MVA 80", SOLVED},
      {"mean, jobs", "source", "jobs", "response.mean", "MVA 80", SOLVED}}},
    {"mixed",
     {{"mean, requests", "source", "requests", "response.mean", "BCMP 75", SOLVED},
      {"rate, jobs", "source", "jobs", "throughput", "BCMP 75", SOLVED}}},
    /* overload */
    {"try-again",
     {{"in backoff", "network", "", "backoff.mean", "Falin 97", IS 2.7, .averaged = true},
      {"mean response", "network", "", "response.mean", "Falin 97", IS 5.5}}},
    {"bucket-of-five", {{"refused", "network", "", "error_rate", "M/D/1/5", IS 0.103448941252}}},
    /* caches */
    {"ttl-cache", {{"hit ratio", "cache", "store", "hit_ratio", "Jung 03", IS 2.0 / 3}}},
    {"small-caches",
     {{"hit ratio, LRU", "cache", "lru", "hit_ratio", "King 71", IS 0.460502825678},
      {"hit ratio, FIFO", "cache", "fifo", "hit_ratio", "King 71", IS 0.445812807882}}},
    /* over time: 1500/h for an hour, 3500/3 for three, 250 for twenty */
    {"launch-day",
     {{"users at 10 min", "sample", "600s/source/users", "users.mean", "Eick 93", IS 184.238453061},
      {"users at 1 h", "sample", "3600s/source/users", "users.mean", "Eick 93", IS 294.706912055},
      {"users at 4 h", "sample", "14400s/source/users", "users.mean", "Eick 93", IS 233.322926928},
      {"users at 24 h", "sample", "86400s/source/users", "users.mean", "Eick 93",
       IS 50.0018752238}}},
    /* 864 / (120 - 36) h */
    {"credits",
     {{"credits end at", "station", "t3.large", "credits.first_empty", "by hand",
       IS 864.0 / 84 * 3600}}},
};
const int std_suite_models = sizeof std_suite / sizeof *std_suite;

int std_suite_rows_of(const struct std_suite_model *model) {
    int count = 0;
    while (count < STD_SUITE_ROWS && model->rows[count].figure != NULL) {
        count++;
    }
    return count;
}

int std_suite_rows(void) {
    int count = 0;
    for (int i = 0; i < std_suite_models; i++) {
        count += std_suite_rows_of(&std_suite[i]);
    }
    return count;
}
