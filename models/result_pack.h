/* A replication's result as bytes, and back to the same bits: what the results database keeps of
 * each replication, so that an interrupted study goes on where it stopped.
 *
 * A table describes every field of struct mdl_result and of the records below it; packing and
 * unpacking walk that table. A field that is added to a record is added to its table, else
 * mdl_pack_gap tells of bytes that no field covers, and a test fails. Integers are written seven
 * bits a byte, least first; doubles as a count of bytes and these bytes, which is short for round
 * values; arrays without their lengths, which the program gives. Pure functions: any thread.
 */
#ifndef MODELS_RESULT_PACK_H
#define MODELS_RESULT_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "models/result.h"

enum mdl_pack_kind {
    MDL_PACK_INTEGER, /* 1, 4, 8 or 16 bytes; signed ones as their bits */
    MDL_PACK_REAL,    /* a double */
    MDL_PACK_RECORD,  /* of another table */
    MDL_PACK_NOTHING, /* the arena: not written */
};

struct mdl_pack_record;

/* One member of a record: one element or a fixed number of them, or a pointer to an array. */
struct mdl_pack_field {
    const char *name;
    size_t offset; /* in the record */
    size_t bytes;  /* that it takes there */
    enum mdl_pack_kind kind;
    size_t size;                      /* of one element, bytes */
    const struct mdl_pack_record *of; /* MDL_PACK_RECORD: its table */
    /* Elements that the pointer points to; NULL: the elements are in the record itself. */
    size_t (*count)(const struct mdl_program *program, const void *record);
    /* Integers that index something: unpacked values are below this. NULL: any. */
    uint64_t (*below)(const struct mdl_program *program);
};

struct mdl_pack_record {
    const char *name;
    size_t size;      /* bytes */
    size_t alignment; /* bytes */
    const struct mdl_pack_field *fields;
    size_t field_count;
};

/* The tables, struct mdl_result first. */
extern const struct mdl_pack_record *const mdl_pack_records[];
extern const size_t mdl_pack_record_count;

/* The name of the first field before which, or "end" after which, bytes of the record are covered
 * by no field or by two (gaps that only alignment explains aside); NULL: every byte is. */
const char *mdl_pack_gap(const struct mdl_pack_record *record);

/* A hash of the tables: bytes packed under another one are of no use. */
uint64_t mdl_pack_format(void);

/* The result of a replication of this program as bytes; caller frees with free(). */
unsigned char *mdl_result_pack(const struct mdl_program *program, const struct mdl_result *result,
                               size_t *size);

/* A result from bytes that mdl_result_pack made for this program; free with mdl_result_free. NULL
 * when they are damaged, cut, of another format or of another program's shape. */
struct mdl_result *mdl_result_unpack(const struct mdl_program *program, const void *bytes,
                                     size_t size);

#endif
