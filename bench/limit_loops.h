/* Hand-written loops for two models: the least that each can cost on this machine. No generality,
 * no percentiles: a heap of events, a ring of arrival times, one mean. Time in double seconds,
 * chance by xoshiro256++ (Blackman and Vigna 2019) and a ziggurat (Marsaglia and Tsang 2000).
 */
#ifndef BENCH_LIMIT_LOOPS_H
#define BENCH_LIMIT_LOOPS_H

#include <stdint.h>

struct limit_answer {
    uint64_t events;      /* arrivals + service completions */
    double mean_response; /* s */
};

/* M/M/1, arrivals at 1/s, mean service `load` s. */
struct limit_answer limit_mm1(uint64_t customers, double load, uint64_t seed);

/* Three stations in a row of 6, 2 and 1 servers, each at `load`, arrivals at 1/s, exponential. */
struct limit_answer limit_tandem(uint64_t customers, double load, uint64_t seed);

#endif
