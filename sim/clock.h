/* Simulated time: int64 nanoseconds since the start of the run. This header alone knows the unit.
 *
 * The range is 292 years. Integrals of a count over time need 128 bits (struct sim_dwell).
 */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include <math.h>
#include <stdint.h>

typedef int64_t sim_time;
__extension__ typedef __int128 sim_wide; /* sums of times and of times x counts, exact */
__extension__ typedef unsigned __int128 sim_wide_u;

#define SIM_NS_PER_S 1000000000LL
#define SIM_TIME_MAX INT64_MAX /* never */
#define SIM_TIME_LIMIT                                                                             \
    4000000000.0 /* s; longer spans than this (126 years) are refused in input                     \
                  */

/* Seconds (>= 0) to nanoseconds, nearest; anything from SIM_TIME_LIMIT up is SIM_TIME_MAX / 2. */
static inline sim_time sim_time_from_s(double seconds) {
    if (!(seconds < SIM_TIME_LIMIT)) {
        return SIM_TIME_MAX / 2;
    }
    return (sim_time)llrint(seconds * 1e9);
}

static inline double sim_time_to_s(sim_time t) { return (double)t / 1e9; }

#endif
