/* Counter-based random streams on Philox4x64-10 (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", SC11; library Random123).
 *
 * A draw is a pure function of (seed, replication; purpose, entity, index): the first two are the
 * cipher's key, the last three its counter with a block number. A purpose is the hash of a *name*,
 * never an order of compilation, so adding a station shifts nothing and the order of events does
 * not matter. Each draw has a substream of its own (blocks 0, 1, 2, ...), so that samplers by
 * rejection may take as many words as they like. Pure functions: any thread.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

/* Names one replication's chance. */
struct sim_key {
    uint64_t seed;
    uint64_t replication;
};

/* Names one draw. */
struct sim_draw {
    struct sim_key key;
    uint64_t purpose; /* sim_hash of a name, or a sum of such hashes */
    uint64_t entity;  /* which customer, user, request, ... */
    uint32_t index;   /* which of its draws for this purpose */
    uint64_t ordinal; /* 0-based rank for dist "sequence": the k-th customer of its source */
};

/* First words of a row of neighbouring entities: those of `from` to `from` + `count` - 1. */
enum { SIM_ROW = 32 };
struct sim_row {
    uint64_t purpose;
    uint64_t from;  /* a multiple of 4 */
    uint64_t count; /* a multiple of 4 */
    uint32_t index;
    uint64_t words[SIM_ROW]; /* of entity e: words[e % SIM_ROW] */
};

/* Remembers a few rows, as entities may pass each other, so that draws of neighbouring entities for
 * one purpose share the cost of a block, and those of many in succession are computed side by side
 * ahead of their use. It changes no value: a draw stays a pure function of its name. Serves one
 * key: clear it (all zero) when the seed or the replication changes. */
enum { SIM_ROWS = 4 };
struct sim_recent {
    struct sim_row rows[SIM_ROWS];
};

static inline struct sim_row *sim_row_of(struct sim_recent *recent, uint64_t entity) {
    return &recent->rows[entity / SIM_ROW % SIM_ROWS];
}

/* Makes the draw's row hold its first word. */
void sim_recent_fill(struct sim_recent *recent, struct sim_key key, uint64_t purpose,
                     uint64_t entity, uint32_t index);

/* The first word of a draw. */
static inline uint64_t sim_recent_word(struct sim_recent *recent, struct sim_key key,
                                       uint64_t purpose, uint64_t entity, uint32_t index) {
    const struct sim_row *row = sim_row_of(recent, entity);
    if (entity - row->from >= row->count || row->purpose != purpose || row->index != index) {
        sim_recent_fill(recent, key, purpose, entity, index);
    }
    return row->words[entity % SIM_ROW];
}

/* The substream of one draw. */
struct sim_stream {
    struct sim_draw draw;
    uint64_t words[4];
    uint32_t block; /* blocks of its own taken so far */
    uint32_t used;  /* words taken of the present block */
    bool begun;     /* the first word was taken */
};

/* 64-bit hash of a text (FNV-1a, finished by the splitmix64 mixer). Same on every machine. */
uint64_t sim_hash(const char *text);

/* Mixes two 64-bit values into one (splitmix64 finalizer over a ^ rotated b). For entities of
 * entities: the 3rd request of the 2nd action of user 4211. */
uint64_t sim_mix(uint64_t a, uint64_t b);

void sim_stream_init(struct sim_stream *stream, const struct sim_draw *draw);

/* The next 64 random bits. */
uint64_t sim_stream_next(struct sim_stream *stream);

/* Uniform in the open interval (0, 1), 53 bits. */
double sim_stream_unit(struct sim_stream *stream);

/* Shorthand: the first uniform of a draw. `recent` may be NULL. */
double sim_draw_unit(const struct sim_draw *draw, struct sim_recent *recent);

/* A gsl_rng_type whose state is a struct sim_stream: fill a gsl_rng {sim_gsl_rng_type(), &stream}.
 */
const gsl_rng_type *sim_gsl_rng_type(void);

#endif
