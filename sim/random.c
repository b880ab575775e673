#include "sim/random.h"

#include <limits.h>

#include "sim/random_block.h"

/* The finalizer of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014), after one step of its counter so that 0 does not stay 0. */
static uint64_t finish(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t sim_hash(const char *text) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = text; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    }
    return finish(hash);
}

/* Rotating by half a word keeps pairs of numbers below 2^32 apart for sure. */
uint64_t sim_mix(uint64_t a, uint64_t b) { return finish(a ^ (b << 32 | b >> 32)); }

void sim_recent_fill(struct sim_recent *recent, struct sim_key key, uint64_t purpose,
                     uint64_t entity, uint32_t index) {
    const struct sim_draw draw = {.key = key, .purpose = purpose, .index = index};
    sim_block(&draw, entity / 4, 0, recent->words);
    recent->purpose = purpose;
    recent->group = entity / 4 + 1;
    recent->index = index;
}

void sim_stream_init(struct sim_stream *stream, const struct sim_draw *draw) {
    *stream = (struct sim_stream){.draw = *draw, .used = 4};
}

uint64_t sim_stream_next(struct sim_stream *stream) {
    if (!stream->begun) {
        stream->begun = true;
        return sim_first_word(&stream->draw, NULL);
    }
    if (stream->used == 4) {
        sim_block(&stream->draw, stream->draw.entity, ++stream->block, stream->words);
        stream->used = 0;
    }
    return stream->words[stream->used++];
}

double sim_stream_unit(struct sim_stream *stream) { return sim_word_unit(sim_stream_next(stream)); }

double sim_draw_unit(const struct sim_draw *draw, struct sim_recent *recent) {
    return sim_word_unit(sim_first_word(draw, recent));
}

/* GSL's own seeding: the substream of a nameless draw under that seed. */
static void gsl_set(void *state, unsigned long seed) {
    const struct sim_draw draw = {.key = {.seed = seed}};
    sim_stream_init(state, &draw);
}

static unsigned long gsl_get(void *state) { return (unsigned long)sim_stream_next(state); }

static double gsl_get_double(void *state) { return sim_stream_unit(state); }

const gsl_rng_type *sim_gsl_rng_type(void) {
    static const gsl_rng_type type = {
        .name = "philox4x64-10 substream",
        .max = ULONG_MAX,
        .min = 0,
        .size = sizeof(struct sim_stream),
        .set = gsl_set,
        .get = gsl_get,
        .get_double = gsl_get_double,
    };
    return &type;
}
