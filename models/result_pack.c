#include "models/result_pack.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base_arena.h"
#include "sim/random.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "integers are copied low bytes first");

/* --- how many ------------------------------------------------------------------------------- */

#define COUNT(name, expression)                                                                    \
    static size_t name(const struct mdl_program *p, const void *record) {                          \
        (void)p;                                                                                   \
        (void)record;                                                                              \
        return expression;                                                                         \
    }

COUNT(requests, (size_t)p->source_count * p->class_count)
COUNT(marks, p->mark_count)
COUNT(blocks, p->block_count)
COUNT(visits, (size_t)p->place_count * p->class_count)
COUNT(bays, p->bay_count)
COUNT(pools, p->pool_count)
COUNT(caches, p->cache_count)
COUNT(limiters, p->limiter_count)
COUNT(breakers, p->breaker_count)
COUNT(sources, p->source_count)
COUNT(classes, p->class_count)
COUNT(places, p->place_count)
COUNT(stations, p->station_count)
COUNT(withins, p->within_count)
COUNT(buckets, p->bucket_count)
COUNT(request_buckets,
      ((size_t)p->source_count * p->class_count + p->block_count) * p->bucket_count)
COUNT(request_hops, (size_t)p->source_count * p->class_count * p->hop_count)
COUNT(part_sections,
      (size_t)MDL_SECTIONS *(1 + p->station_count + p->pool_count + p->limiter_count))
COUNT(cache_buckets, (size_t)p->cache_count * p->bucket_count)
COUNT(source_buckets, (size_t)p->source_count * p->bucket_count)
COUNT(samples,
      (size_t)p->scenario->sample_count *(1 + p->source_count + p->station_count + p->pool_count))
COUNT(windows, (size_t)p->scenario->window_count)
COUNT(window_counts,
      (size_t)p->scenario->window_count * p->source_count * p->class_count * (1 + MDL_OUTCOMES))
COUNT(customers, p->scenario->sample_customers)
COUNT(log_lines, ((const struct mdl_result *)record)->log_count)
COUNT(shares, ((const struct mdl_level *)record)->share_count)
COUNT(bins, ((const struct sim_sparse *)record)->size)

static uint64_t below_bins(const struct mdl_program *p) {
    (void)p;
    return SIM_HISTOGRAM_BUCKETS;
}
static uint64_t below_two(const struct mdl_program *p) {
    (void)p;
    return 2; /* a bool */
}
static uint64_t below_sections(const struct mdl_program *p) {
    (void)p;
    return MDL_SECTIONS + 1;
}
static uint64_t below_sources(const struct mdl_program *p) { return p->source_count; }
static uint64_t below_classes(const struct mdl_program *p) { return p->class_count; }
static uint64_t below_stations(const struct mdl_program *p) { return p->station_count; }
static uint64_t below_log_lines(const struct mdl_program *p) {
    return p->scenario->log_of == NULL ? 1 : p->scenario->log_first + 1;
}
static uint64_t below_log_kinds(const struct mdl_program *p) {
    (void)p;
    return MDL_LOG_ABANDON + 1;
}

/* --- the tables ----------------------------------------------------------------------------- */

/* A member as it lies in the record; FIXED: an array there. ARRAY: what a pointer points to. */
#define MEMBER(type, member) #member, offsetof(type, member), sizeof((type){0}.member)
#define ITEM(type, member) sizeof(*(type){0}.member)
#define INTEGER(type, member)                                                                      \
    { MEMBER(type, member), MDL_PACK_INTEGER, sizeof((type){0}.member), NULL, NULL, NULL }
#define INDEX(type, member, below)                                                                 \
    { MEMBER(type, member), MDL_PACK_INTEGER, sizeof((type){0}.member), NULL, NULL, below }
#define REAL(type, member)                                                                         \
    { MEMBER(type, member), MDL_PACK_REAL, sizeof((type){0}.member), NULL, NULL, NULL }
#define RECORD(type, member, of)                                                                   \
    { MEMBER(type, member), MDL_PACK_RECORD, sizeof((type){0}.member), of, NULL, NULL }
#define INTEGERS(type, member, count)                                                              \
    { MEMBER(type, member), MDL_PACK_INTEGER, ITEM(type, member), NULL, count, NULL }
#define INDICES(type, member, count, below)                                                        \
    { MEMBER(type, member), MDL_PACK_INTEGER, ITEM(type, member), NULL, count, below }
#define REALS(type, member, count)                                                                 \
    { MEMBER(type, member), MDL_PACK_REAL, ITEM(type, member), NULL, count, NULL }
#define RECORDS(type, member, of, count)                                                           \
    { MEMBER(type, member), MDL_PACK_RECORD, ITEM(type, member), of, count, NULL }
#define FIXED(type, member)                                                                        \
    { MEMBER(type, member), MDL_PACK_INTEGER, sizeof((type){0}.member[0]), NULL, NULL, NULL }
#define NOTHING(type, member)                                                                      \
    { MEMBER(type, member), MDL_PACK_NOTHING, 0, NULL, NULL, NULL }
#define TABLE(type, list)                                                                          \
    { #type, sizeof(type), _Alignof(type), list, sizeof list / sizeof list[0] }

#define T struct sim_tally
static const struct mdl_pack_field tally_fields[] = {
    INTEGER(T, count),   INTEGER(T, plain),      INTEGER(T, sum), INTEGER(T, carry),
    INTEGER(T, squares), REAL(T, large_squares), INTEGER(T, min), INTEGER(T, max),
};
#undef T
static const struct mdl_pack_record tally = TABLE(struct sim_tally, tally_fields);

#define T struct sim_sparse
static const struct mdl_pack_field sparse_fields[] = {
    INTEGER(T, size), /* before what it counts */
    INDICES(T, bucket, bins, below_bins),
    INTEGERS(T, count, bins),
};
#undef T
static const struct mdl_pack_record sparse = TABLE(struct sim_sparse, sparse_fields);

#define T struct mdl_sojourn
static const struct mdl_pack_field sojourn_fields[] = {
    INTEGER(T, arrived),
    FIXED(T, outcome),
    INTEGER(T, attempts),
    INTEGER(T, waited),
    RECORD(T, response, &tally),
    RECORD(T, waiting, &tally),
    RECORD(T, all, &tally),
    RECORD(T, waiting_all, &tally),
    RECORD(T, responses, &sparse),
    RECORD(T, waits, &sparse),
    INTEGER(T, zero_waits),
    INTEGERS(T, within_response, withins),
    INTEGERS(T, within_waiting, withins),
};
#undef T
static const struct mdl_pack_record sojourn = TABLE(struct mdl_sojourn, sojourn_fields);

#define T struct mdl_level
static const struct mdl_pack_field level_fields[] = {
    INTEGER(T, share_count), /* before what it counts */
    REAL(T, mean),
    REAL(T, variance),
    REAL(T, busy),
    REAL(T, served),
    INTEGER(T, max),
    INTEGER(T, end),
    REALS(T, shares, shares),
    REALS(T, bucket_mean, buckets),
    REALS(T, bucket_busy, buckets),
};
#undef T
static const struct mdl_pack_record level = TABLE(struct mdl_level, level_fields);

#define T struct mdl_log_line
static const struct mdl_pack_field log_fields[] = {
    INTEGER(T, time),
    INTEGER(T, customer),
    INDEX(T, source, below_sources),
    INDEX(T, cls, below_classes),
    INDEX(T, station, below_stations),
    INTEGER(T, instance),
    INDEX(T, kind, below_log_kinds),
};
#undef T
static const struct mdl_pack_record log_line = TABLE(struct mdl_log_line, log_fields);

#define T struct mdl_sample
static const struct mdl_pack_field sample_fields[] = {
    REAL(T, present), REAL(T, waiting), REAL(T, busy),   REAL(T, thinking),
    REAL(T, arrived), REAL(T, ok),      REAL(T, errors), REAL(T, balance),
};
#undef T
static const struct mdl_pack_record sample = TABLE(struct mdl_sample, sample_fields);

#define T struct mdl_bucket
static const struct mdl_pack_field bucket_fields[] = {
    INTEGER(T, arrived),
    INTEGER(T, ok),
    INTEGER(T, errors),
    RECORD(T, responses, &sparse),
};
#undef T
static const struct mdl_pack_record bucket = TABLE(struct mdl_bucket, bucket_fields);

#define T struct mdl_balance
static const struct mdl_pack_field balance_fields[] = {
    REAL(T, taken), REAL(T, mean), REAL(T, least), REAL(T, end), REALS(T, bucket_mean, buckets),
};
#undef T
static const struct mdl_pack_record balance = TABLE(struct mdl_balance, balance_fields);

#define T struct mdl_breaker_result
static const struct mdl_pack_field breaker_fields[] = {
    INTEGER(T, calls),  INTEGER(T, refused),   INTEGER(T, ok),
    INTEGER(T, failed), INTEGER(T, withdrawn), INTEGER(T, opened),
    REAL(T, open),      REAL(T, half_open),    REALS(T, bucket_open, buckets),
};
#undef T
static const struct mdl_pack_record breaker = TABLE(struct mdl_breaker_result, breaker_fields);

#define T struct mdl_crashes
static const struct mdl_pack_field crashes_fields[] = {
    INTEGER(T, count),
    INTEGER(T, struck),
    REAL(T, down_s),
};
#undef T
static const struct mdl_pack_record crashes = TABLE(struct mdl_crashes, crashes_fields);

#define T struct mdl_credit_result
static const struct mdl_pack_field credit_fields[] = {
    INDEX(T, any, below_two),
    REAL(T, start),
    REAL(T, end),
    REAL(T, mean),
    REAL(T, lowest),
    REAL(T, emptied_s),
    REAL(T, spent),
    REAL(T, discarded),
    REAL(T, withheld),
    REAL(T, throttled_s),
    INTEGER(T, times),
    REAL(T, surplus),
    REAL(T, highest_surplus),
    REAL(T, charged),
    REAL(T, charged_if_stopped),
    REALS(T, bucket_balance, buckets),
    REALS(T, bucket_surplus, buckets),
    REALS(T, bucket_throttled, buckets),
};
#undef T
static const struct mdl_pack_record credit = TABLE(struct mdl_credit_result, credit_fields);

#define T struct mdl_hop_sum
static const struct mdl_pack_field hop_fields[] = {
    INTEGER(T, waiting),
    INTEGER(T, service),
    INTEGER(T, slowed),
};
#undef T
static const struct mdl_pack_record hop_sum = TABLE(struct mdl_hop_sum, hop_fields);

#define T struct mdl_trend
static const struct mdl_pack_field trend_fields[] = {
    INDEX(T, count, below_sections),
    REAL(T, from_s),
    REAL(T, width_s),
    REALS(T, means, part_sections),
};
#undef T
static const struct mdl_pack_record trend = TABLE(struct mdl_trend, trend_fields);

#define T struct mdl_result
static const struct mdl_pack_field result_fields[] = {
    NOTHING(T, arena),
    NOTHING(T, next),
    INTEGER(T, events),
    RECORDS(T, requests, &sojourn, requests),
    RECORDS(T, marks, &sojourn, marks),
    RECORDS(T, blocks, &sojourn, blocks),
    RECORDS(T, visits, &sojourn, visits),
    RECORDS(T, waits, &sojourn, bays),
    INTEGERS(T, hits, caches),
    INTEGERS(T, misses, caches),
    INTEGERS(T, live, caches),
    INTEGERS(T, joined, caches),
    INTEGERS(T, repeated, caches),
    INTEGERS(T, bucket_hits, cache_buckets),
    INTEGERS(T, bucket_lookups, cache_buckets),
    RECORDS(T, passages, &sojourn, limiters),
    RECORDS(T, delayed, &level, limiters),
    RECORDS(T, balances, &balance, limiters),
    RECORDS(T, breakers, &breaker, breakers),
    RECORDS(T, crashes, &crashes, bays),
    REAL(T, observed_s),
    RECORD(T, backoff, &level),
    RECORDS(T, source_backoff, &level, sources),
    RECORDS(T, class_backoff, &level, classes),
    RECORDS(T, samples, &sample, samples),
    REALS(T, window_s, windows),
    INTEGERS(T, windows, window_counts),
    REALS(T, customer_waits, customers),
    REALS(T, customer_responses, customers),
    INDEX(T, log_count, below_log_lines), /* before what it counts */
    RECORDS(T, log, &log_line, log_lines),
    RECORD(T, network, &level),
    RECORDS(T, sources, &level, sources),
    RECORDS(T, users, &level, sources),
    RECORDS(T, classes, &level, classes),
    RECORDS(T, places, &level, places),
    RECORDS(T, busy, &level, places),
    RECORDS(T, waiting, &level, places),
    RECORDS(T, totals, &level, stations),
    RECORDS(T, held, &level, bays),
    RECORDS(T, queued, &level, bays),
    RECORDS(T, busy_together, &level, stations),
    RECORDS(T, waiting_together, &level, stations),
    RECORDS(T, held_together, &level, pools),
    RECORDS(T, queued_together, &level, pools),
    INTEGERS(T, seen, bays),
    INTEGERS(T, seen_places, bays),
    RECORDS(T, credits, &credit, places),
    RECORDS(T, buckets, &bucket, request_buckets),
    REALS(T, arrivals, source_buckets),
    RECORD(T, trend, &trend),
    INDEX(T, overfull, below_two),
    REAL(T, end_s),
    REALS(T, work_s, places),
    REALS(T, place_refused_s, places),
    REALS(T, bay_full_s, bays),
    REALS(T, bay_refused_s, bays),
    RECORDS(T, hops, &hop_sum, request_hops),
};
#undef T
static const struct mdl_pack_record result_record = TABLE(struct mdl_result, result_fields);

const struct mdl_pack_record *const mdl_pack_records[] = {
    &result_record, &tally,   &sparse,  &sojourn, &level,  &log_line, &sample,
    &bucket,        &balance, &breaker, &crashes, &credit, &hop_sum,  &trend,
};
const size_t mdl_pack_record_count = sizeof mdl_pack_records / sizeof mdl_pack_records[0];

/* --- what the tables say -------------------------------------------------------------------- */

static size_t alignment_of(const struct mdl_pack_field *field) {
    if (field->count != NULL || field->kind == MDL_PACK_NOTHING) {
        return _Alignof(void *);
    }
    return field->kind == MDL_PACK_RECORD ? field->of->alignment : field->size;
}

static size_t aligned(size_t offset, size_t alignment) {
    return (offset + alignment - 1) / alignment * alignment;
}

/* The field that begins lowest at `offset` or above; NULL: none. */
static const struct mdl_pack_field *next_field(const struct mdl_pack_record *record,
                                               size_t offset) {
    const struct mdl_pack_field *next = NULL;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct mdl_pack_field *f = &record->fields[i];
        if (f->offset >= offset && (next == NULL || f->offset < next->offset)) {
            next = f;
        }
    }
    return next;
}

const char *mdl_pack_gap(const struct mdl_pack_record *record) {
    size_t end = 0;
    size_t covered = 0;
    for (const struct mdl_pack_field *f; (f = next_field(record, end)) != NULL; covered++) {
        if (f->offset > aligned(end, alignment_of(f))) {
            return f->name;
        }
        end = f->offset + f->bytes;
    }
    bool whole = covered == record->field_count && aligned(end, record->alignment) == record->size;
    return whole ? NULL : "end";
}

uint64_t mdl_pack_format(void) {
    uint64_t hash = sim_hash("jauge result 2");
    for (size_t i = 0; i < mdl_pack_record_count; i++) {
        const struct mdl_pack_record *record = mdl_pack_records[i];
        hash = sim_mix(hash, sim_hash(record->name));
        for (size_t k = 0; k < record->field_count; k++) {
            const struct mdl_pack_field *f = &record->fields[k];
            hash = sim_mix(hash, sim_hash(f->name));
            hash = sim_mix(hash, (uint64_t)f->kind << 32 | f->size);
            hash = sim_mix(hash, f->bytes);
        }
    }
    return hash;
}

/* --- packing -------------------------------------------------------------------------------- */

struct packer {
    const struct mdl_program *program;
    unsigned char *bytes;
    size_t size;
    size_t room;
};

static unsigned char *more(struct packer *out, size_t bytes) {
    if (out->size + bytes > out->room) {
        out->room = 2 * out->room + bytes;
        out->bytes = sim_realloc(out->bytes, out->room, 1);
    }
    unsigned char *at = out->bytes + out->size;
    out->size += bytes;
    return at;
}

static void put_integer(struct packer *out, uint64_t value) {
    while (value >= 0x80) {
        *more(out, 1) = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    *more(out, 1) = (unsigned char)value;
}

/* Sign, exponent and the first digits are in the high bytes; round values have zeros below. */
static void put_real(struct packer *out, const void *element) {
    uint64_t bits;
    memcpy(&bits, element, sizeof bits);
    int count = 0;
    for (uint64_t rest = bits; rest != 0; rest <<= 8) {
        count++;
    }
    unsigned char *at = more(out, (size_t)count + 1);
    *at++ = (unsigned char)count;
    for (int i = 0; i < count; i++) {
        *at++ = (unsigned char)(bits >> (56 - 8 * i));
    }
}

static void put_whole(struct packer *out, const void *element, size_t size) {
    uint64_t words[2] = {0, 0};
    memcpy(words, element, size);
    put_integer(out, words[0]);
    if (size > sizeof words[0]) {
        put_integer(out, words[1]);
    }
}

static void put_record(struct packer *out, const struct mdl_pack_record *record,
                       const void *values);

static void put_elements(struct packer *out, const struct mdl_pack_field *field, const char *at,
                         size_t count) {
    for (size_t i = 0; i < count; i++, at += field->size) {
        switch (field->kind) {
        case MDL_PACK_INTEGER:
            put_whole(out, at, field->size);
            break;
        case MDL_PACK_REAL:
            put_real(out, at);
            break;
        case MDL_PACK_RECORD:
            put_record(out, field->of, at);
            break;
        case MDL_PACK_NOTHING:
            break;
        }
    }
}

static void put_record(struct packer *out, const struct mdl_pack_record *record,
                       const void *values) {
    for (size_t i = 0; i < record->field_count; i++) {
        const struct mdl_pack_field *f = &record->fields[i];
        const char *at = (const char *)values + f->offset;
        if (f->kind == MDL_PACK_NOTHING) {
            continue;
        }
        if (f->count == NULL) {
            put_elements(out, f, at, f->bytes / f->size);
            continue;
        }
        const char *array;
        memcpy(&array, at, sizeof array);
        put_integer(out, array != NULL);
        if (array != NULL) {
            put_elements(out, f, array, f->count(out->program, values));
        }
    }
}

/* Of the bytes, so that a damaged file is seen. */
static uint64_t check_of(const unsigned char *bytes, size_t size) {
    uint64_t hash = size;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
        hash = sim_mix(hash, word);
    }
    return hash;
}

enum { HEAD = 16 }; /* format and check, 8 bytes each */

unsigned char *mdl_result_pack(const struct mdl_program *program, const struct mdl_result *result,
                               size_t *size) {
    struct packer out = {.program = program};
    more(&out, HEAD);
    put_record(&out, &result_record, result);
    uint64_t head[2] = {mdl_pack_format(), check_of(out.bytes + HEAD, out.size - HEAD)};
    memcpy(out.bytes, head, HEAD);
    *size = out.size;
    return out.bytes;
}

/* --- unpacking ------------------------------------------------------------------------------ */

struct unpacker {
    const struct mdl_program *program;
    struct sim_arena *arena;
    const unsigned char *at;
    const unsigned char *end;
    bool sound;
};

static uint64_t get_integer(struct unpacker *in) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && in->at < in->end; shift += 7) {
        unsigned char byte = *in->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    in->sound = false;
    return 0;
}

static void get_real(struct unpacker *in, void *element) {
    size_t count = in->at < in->end ? *in->at++ : 9;
    if (count > 8 || count > (size_t)(in->end - in->at)) {
        in->sound = false;
        return;
    }
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        bits |= (uint64_t)*in->at++ << (56 - 8 * i);
    }
    memcpy(element, &bits, sizeof bits);
}

static void get_whole(struct unpacker *in, const struct mdl_pack_field *field, void *element) {
    uint64_t words[2] = {get_integer(in), 0};
    if (field->size > sizeof words[0]) {
        words[1] = get_integer(in);
    } else if (field->size < sizeof words[0] && words[0] >> (8 * field->size) != 0) {
        in->sound = false;
    }
    if (field->below != NULL && words[0] >= field->below(in->program)) {
        in->sound = false;
    }
    memcpy(element, words, field->size);
}

static void get_record(struct unpacker *in, const struct mdl_pack_record *record, void *values);

static void get_elements(struct unpacker *in, const struct mdl_pack_field *field, char *at,
                         size_t count) {
    for (size_t i = 0; i < count && in->sound; i++, at += field->size) {
        switch (field->kind) {
        case MDL_PACK_INTEGER:
            get_whole(in, field, at);
            break;
        case MDL_PACK_REAL:
            get_real(in, at);
            break;
        case MDL_PACK_RECORD:
            get_record(in, field->of, at);
            break;
        case MDL_PACK_NOTHING:
            break;
        }
    }
}

static void get_record(struct unpacker *in, const struct mdl_pack_record *record, void *values) {
    for (size_t i = 0; i < record->field_count && in->sound; i++) {
        const struct mdl_pack_field *f = &record->fields[i];
        char *at = (char *)values + f->offset;
        if (f->kind == MDL_PACK_NOTHING) {
            continue;
        }
        if (f->count == NULL) {
            get_elements(in, f, at, f->bytes / f->size);
            continue;
        }
        if (get_integer(in) == 0) {
            continue; /* NULL, as the arena gave it */
        }
        size_t count = f->count(in->program, values);
        if (count > (size_t)(in->end - in->at)) { /* an element takes a byte at least */
            in->sound = false;
            return;
        }
        char *array = sim_arena_array(in->arena, count, f->size);
        memcpy(at, &array, sizeof array);
        get_elements(in, f, array, count);
    }
}

struct mdl_result *mdl_result_unpack(const struct mdl_program *program, const void *bytes,
                                     size_t size) {
    uint64_t head[2];
    if (size < HEAD) {
        return NULL;
    }
    memcpy(head, bytes, HEAD);
    const unsigned char *body = (const unsigned char *)bytes + HEAD;
    if (head[0] != mdl_pack_format() || head[1] != check_of(body, size - HEAD)) {
        return NULL;
    }
    struct sim_arena *arena = sim_arena_new();
    struct mdl_result *result = sim_arena_alloc(arena, sizeof *result);
    result->arena = arena;
    struct unpacker in = {program, arena, body, body + size - HEAD, true};
    get_record(&in, &result_record, result);
    if (!in.sound || in.at != in.end) {
        mdl_result_free(result);
        return NULL;
    }
    return result;
}
