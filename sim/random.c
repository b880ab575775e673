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

/* How many entities from `from` on to compute: as many again as were asked for in succession. */
static uint64_t row_growth(const struct sim_recent *recent, const struct sim_draw *draw,
                           uint64_t from) {
    uint64_t left = SIM_ROW - from % SIM_ROW;
    const struct sim_row *before = &recent->rows[(from - 1) / SIM_ROW % SIM_ROWS];
    bool goes_on = before->count > 0 && before->from + before->count == from &&
                   before->purpose == draw->purpose && before->index == draw->index;
    uint64_t growth = goes_on ? before->count : 4;
    return growth < left ? growth : left;
}

void sim_recent_fill(struct sim_recent *recent, struct sim_key key, uint64_t purpose,
                     uint64_t entity, uint32_t index) {
    const struct sim_draw draw = {.key = key, .purpose = purpose, .index = index};
    uint64_t from = entity - entity % 4;
    uint64_t growth = row_growth(recent, &draw, from);
    struct sim_row *row = sim_row_of(recent, from);
    for (uint64_t i = from; i < from + growth; i += 4) {
        sim_block(&draw, i / 4, 0, &row->words[i % SIM_ROW]);
    }
    bool same = row->from + row->count == from && row->purpose == purpose && row->index == index;
    if (same && row->count > 0 && from % SIM_ROW != 0) {
        row->count += growth;
        return;
    }
    row->purpose = purpose;
    row->index = index;
    row->from = from;
    row->count = growth;
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
