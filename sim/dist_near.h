/* A draw with its commonest case inline: an exponential whose first word falls in the inner part of
 * its layer. Half of the instructions of such a draw would be those of the call;
 * bench/bench_engine.c has one such draw for every event.
 */
#ifndef SIM_DIST_NEAR_H
#define SIM_DIST_NEAR_H

#include "sim/dist.h"
#include "sim/ziggurat_table.h"

/* sim_dist_draw(dist, &draw, recent); recent is not NULL. */
static inline double sim_dist_draw_near(const struct sim_dist *dist, struct sim_draw draw,
                                        struct sim_recent *recent) {
    if (dist->kind == SIM_DIST_EXP) {
        uint64_t word = sim_recent_word(recent, draw.key, draw.purpose, draw.entity, draw.index);
        uint64_t m = word >> 11;
        if (__builtin_expect(m < sim_ziggurat_exp.layer[word & 255].inside, 1)) {
            return dist->mean * ((double)m * sim_ziggurat_exp.layer[word & 255].step);
        }
    }
    struct sim_draw named = draw; /* in memory only here */
    return sim_dist_draw(dist, &named, recent);
}

#endif
