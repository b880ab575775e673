/* The architecture form (DESIGN 4.1): `workload`, `requests`, `infrastructure`, `policies`,
 * `starts`.
 *
 * Every key but `workload` has a default in the table of models/assumptions.h, written there as a
 * scenario would write it and read by the same code as the document's own values. The forms of the
 * document's objects are built from that table, so that a new parameter is one line there.
 */
#ifndef INPUTS_ARCH_READER_H
#define INPUTS_ARCH_READER_H

#include "inputs/json.h"
#include "models/arch.h"

/* The document's keys that in_arch_read takes; the caller reads all others (name, horizon, ...). */
enum { IN_ARCH_KEYS = 6 };
extern const char *const in_arch_keys[IN_ARCH_KEYS];

/* Whether the document is in architecture form: an object with one of in_arch_keys. */
bool in_arch_is(struct in_json document);

/* Reads these keys of `document`. Returns the record in the context's arena, or NULL after
 * diagnostics. Lower it with mdl_lower. */
struct mdl_arch *in_arch_read(struct in_json document);

/* The forms of the architecture's objects, for the test that holds the schema equal to them; in
 * `arena`. Each form's name is its "$defs" entry. */
const struct in_form *in_arch_forms(struct sim_arena *arena, int *count);

/* --- parts, for the readers of workloads -------------------------------------------------- */

/* The reading of one architecture. */
struct in_arch_reading {
    struct mdl_arch *arch;
    struct in_context *context;       /* of the document */
    struct in_context default_values; /* of the table's defaults, as a document of their own */
    struct in_json defaults;
};

/* Begins: parses the defaults. Always end with in_arch_end. */
void in_arch_begin(struct in_arch_reading *reading, struct in_context *context);

/* Ends. Returns the record, or NULL when diagnostics were added since `errors` of them. */
struct mdl_arch *in_arch_end(struct in_arch_reading *reading, int errors);

/* The parameter's value: `given` when it is present, else the default (then marked as used; not
 * known when it has to be computed). */
void in_arch_take(struct in_arch_reading *reading, enum mdl_parameter_id id, struct in_json given);

/* The default of a parameter as a JSON value. */
struct in_json in_arch_default(const struct in_arch_reading *reading, enum mdl_parameter_id id);

/* Takes the defaults of all keys but the workload's that were not given. */
void in_arch_take_rest(struct in_arch_reading *reading);

/* Values of a part of the architecture that stand in for those of another place in the table. */
struct in_arch_part {
    struct in_arch_reading *reading;
    struct mdl_value *values; /* MDL_PARAMETERS of them; those given are set */
    const char *table;        /* prefix of the keys in the table: "infrastructure.app" */
    const char *document;     /* the same in the document: "infrastructure.services.data" */
};

/* Reads the object at the part's place in the document by the form of its place in the table. */
void in_arch_read_part(struct in_json object, struct in_arch_part *part);

/* Makes the request kinds of the workload's actions, from `requests` (may be absent). */
void in_arch_take_kinds(struct in_arch_reading *reading, struct in_json requests);

#endif
