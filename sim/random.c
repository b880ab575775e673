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

/* The draw's row goes on where `before` ends, with its first block there: as many entities again as
 * were asked for in succession, as far as the row goes. */
static __attribute__((noinline)) void row_go_on(struct sim_row *row, const struct sim_row *before,
                                                const struct sim_draw *draw, uint64_t from) {
    uint64_t left = SIM_ROW - from % SIM_ROW;
    uint64_t growth = before->count < left ? before->count : left;
    for (uint64_t i = from + 4; i < from + growth; i += 4) {
        sim_block(draw, i / 4, 0, &row->words[i % SIM_ROW]);
    }
    row->from = row == before ? row->from : from;
    row->count = row == before ? row->count + growth : growth;
}

void sim_recent_fill(struct sim_recent *recent, struct sim_key key, uint64_t purpose,
                     uint64_t entity, uint32_t index) {
    const struct sim_draw draw = {.key = key, .purpose = purpose, .index = index};
    uint64_t from = entity - entity % 4;
    struct sim_row *row = sim_row_of(recent, from);
    sim_block(&draw, from / 4, 0, &row->words[from % SIM_ROW]);
    const struct sim_row *before = sim_row_of(recent, from - 1);
    if (before->from + before->count == from && before->count > 0 && before->purpose == purpose &&
        before->index == index) {
        row_go_on(row, before, &draw, from);
    } else {
        row->from = from;
        row->count = 4;
    }
    row->purpose = purpose;
    row->index = index;
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
