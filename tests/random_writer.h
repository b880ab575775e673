/* What the files of the random networks share. */
#ifndef TESTS_RANDOM_WRITER_H
#define TESTS_RANDOM_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    RANDOM_CLASSES = 3, /* at most */
    RANDOM_STATIONS = 4,
    RANDOM_POOLS = 3,
    RANDOM_CACHES = 2,
    RANDOM_LIMITERS = 2,
    RANDOM_BREAKERS = 2,
    RANDOM_ROUTES = 4,
};

struct random_writer {
    uint64_t state;
    FILE *out;
    bool plain; /* common parts only: no preemption, forks, timeouts, retries, limiters, ... */
    int classes, stations, pools, caches, limiters, breakers, routes;
    int station_with[RANDOM_STATIONS]; /* pool + 1, or 0 */
    int instances[RANDOM_POOLS];
    bool station_used[RANDOM_STATIONS], pool_used[RANDOM_POOLS], cache_used[RANDOM_CACHES];
    bool limiter_used[RANDOM_LIMITERS], breaker_used[RANDOM_BREAKERS], route_used[RANDOM_ROUTES];
    int route; /* being written */
};

/* A number from 0 to n - 1; true in so many cases of a hundred. */
unsigned random_below(struct random_writer *w, unsigned n);
bool random_chance(struct random_writer *w, unsigned percent);

/* 0 to 2000, by halves of a second, so that events meet. */
unsigned random_grid_ms(struct random_writer *w);

__attribute__((format(printf, 2, 3))) void random_put(struct random_writer *w, const char *format,
                                                      ...);
void random_put_dist(struct random_writer *w, bool positive);
const char *random_comma(int index); /* before each but the first */

void random_put_routes(struct random_writer *w);

#endif
