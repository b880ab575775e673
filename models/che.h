/* Hit ratios of caches under independent references at a constant rate: Che's approximation.
 *
 * Keys 1..n are asked for independently, key i at rate x i^-zipf / sum. A cache of C places evicts
 * an entry when a time T has passed since its last use (lru) or its insertion (fifo), and T is
 * taken to be a constant, the root of "mean number of keys stored at a time = C":
 *
 *   lru   stored 1 - e^(-r T)            (Che, Tung and Wang, IEEE JSAC 2002, eq. 4-6; why it is
 *                                        so good: Fricker, Robert and Roberts, ITC 2012)
 *   fifo  stored r T / (1 + r T)         (Dan and Towsley, SIGMETRICS 1990; Martina, Garetto and
 *                                        Leonardi, INFOCOM 2014, section IV)
 *   ttl   r t / (1 + r t) from insertion, 1 - e^(-r t) from the last use (Jung, Berger and
 *         Balakrishnan, INFOCOM 2003): exact
 *
 * where r is the key's own rate, and the hit ratio is the average of what a key's requests find.
 * A time to live beside lru or fifo: an expired entry is a miss but keeps its place until it is
 * evicted or fetched again, as in the network form's store; see che.c.
 *
 * Insertion takes no time here. Errors are below 0.001 in the hit ratio from some hundred places on
 * (tests/stat_caches.c, tests/test_che.c); caches of two or three places are off by a few points.
 */
#ifndef MODELS_CHE_H
#define MODELS_CHE_H

#include "models/network.h"

struct mdl_che {
    double hit;    /* share of references that find a live entry, 0-1 */
    double stored; /* mean entries, expired ones included; ttl: live ones only */
    double age_s;  /* T: a cold cache of the kind lru has filled its places after it; INFINITY:
                      nothing is ever evicted */
};

/* The steady state of the cache when it is asked `rate_per_s` (> 0) times a second. For policy
 * MDL_PROBABILITY the given hit ratio (stored NAN, age INFINITY). False, and NAN in all fields,
 * where no approximation is known: fifo with a ttl that hits renew. */
bool mdl_che_solve(const struct mdl_cache *cache, double rate_per_s, struct mdl_che *out);

#endif
