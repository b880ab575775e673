/* The blocks of a draw's substream: Philox4x64 with 10 rounds, key {seed, replication}. The first
 * word comes from the block with counter {purpose, entity / 4, index, 0}, of which four neighbours
 * take a word each; the following ones from blocks of the draw's own, with counters {purpose,
 * entity, index, 1, 2, ...}. Private to sim/random.c and sim/dist.c, which need it inline.
 */
#ifndef SIM_RANDOM_BLOCK_H
#define SIM_RANDOM_BLOCK_H

#include <Random123/philox.h>

#include "sim/random.h"

static inline void sim_block(const struct sim_draw *draw, uint64_t entity, uint32_t block,
                             uint64_t words[4]) {
    philox4x64_ctr_t counter = {{draw->purpose, entity, draw->index, block}};
    philox4x64_key_t key = {{draw->key.seed, draw->key.replication}};
    philox4x64_ctr_t out = philox4x64_R(10, counter, key);
    words[0] = out.v[0];
    words[1] = out.v[1];
    words[2] = out.v[2];
    words[3] = out.v[3];
}

/* The first word of a draw; `recent` (or NULL) remembers the blocks of neighbours. */
static inline uint64_t sim_first_word(const struct sim_draw *draw, struct sim_recent *recent) {
    if (recent == NULL) {
        uint64_t words[4];
        sim_block(draw, draw->entity / 4, 0, words);
        return words[draw->entity % 4];
    }
    return sim_recent_word(recent, draw->key, draw->purpose, draw->entity, draw->index);
}

/* The odd multiples of 2^-53: never 0 or 1, and exactly 1/2 on average. */
static inline double sim_word_unit(uint64_t word) { return (double)((word >> 11) | 1) * 0x1p-53; }

#endif
