/* See inputs/arch_reader.h. */
#include "inputs/arch_reader.h"

#include <math.h>
#include <string.h>

#include "inputs/dist_text.h"
#include "inputs/quantity.h"
#include "inputs/topology_reader.h"
#include "inputs/workload_reader.h"

const char *const in_arch_keys[IN_ARCH_KEYS] = {"workload", "requests",      "infrastructure",
                                                "policies", "optimizations", "starts"};

enum { COUNT_MAX = 1000000000, EXPONENT_MAX = 20 };

/* --- one value ---------------------------------------------------------------------------- */

static bool read_bandwidth(struct in_json value, double *out) {
    const char *expected = "a size per second such as \"2.5MB/s\", above 0";
    const char *text = NULL;
    if (!in_json_is_string(value)) {
        in_json_wrong(value, in_json_is_number(value) ? "missing-unit" : "wrong-type", expected,
                      NULL);
        return false;
    }
    if (!in_json_string(value, &text)) {
        return false;
    }
    size_t length = strlen(text);
    bool per_second = length > 2 && strcmp(text + length - 2, "/s") == 0;
    const char *size =
        per_second ? sim_arena_print(value.context->arena, "%.*s", (int)length - 2, text) : "";
    double bytes = 0;
    if (!in_quantity_parse(size, IN_SIZE, &bytes)) {
        in_json_wrong(value, "wrong-unit", expected, NULL);
        return false;
    }
    if (!(bytes > 0)) {
        in_json_wrong(value, "out-of-range", expected, NULL);
        return false;
    }
    *out = bytes;
    return true;
}

static bool read_ratio(struct in_json value, double *out) {
    double number = 0;
    if (!in_json_number(value, 0, 1e9, &number)) {
        return false;
    }
    if (!(number > 0)) {
        in_json_wrong(value, "out-of-range", "a number above 0", NULL);
        return false;
    }
    *out = number;
    return true;
}

/* Whether they are kinds of the workload is for the lowering to say. */
static bool read_kinds(struct in_json value, struct mdl_value *out) {
    if (!in_json_array(value)) {
        return false;
    }
    int count = in_json_count(value);
    out->names = sim_arena_array(value.context->arena, (size_t)count + 1, sizeof *out->names);
    out->name_count = 0;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        if (!in_json_name(item, &out->names[out->name_count++])) {
            return false;
        }
    }
    return true;
}

static bool read_count(struct in_json value, int low, double *out) {
    int number = 0;
    if (!in_json_int(value, low, COUNT_MAX, &number)) {
        return false;
    }
    *out = number;
    return true;
}

static bool read_word(struct in_json value, enum mdl_parameter_id id, struct mdl_value *out) {
    int count = 0;
    int place = 0;
    const char *const *words = mdl_parameter_words(id, &count);
    if (!in_json_choice(value, words, count, &place)) {
        return false;
    }
    out->number = place;
    out->text = words[place];
    return true;
}

/* A switch is "on" or "off"; true and false say the same. */
static bool read_switch(struct in_json value, enum mdl_parameter_id id, struct mdl_value *out) {
    bool on = false;
    if (!in_json_is_bool(value)) {
        return read_word(value, id, out);
    }
    in_json_bool(value, &on);
    out->number = on;
    out->text = on ? "on" : "off";
    return true;
}

/* `id` is for words and switches only. */
static void read_value(struct in_json value, enum mdl_value_kind kind, enum mdl_parameter_id id,
                       struct mdl_value *out) {
    switch (kind) {
    case MDL_COUNT:
        out->known = read_count(value, 1, &out->number);
        return;
    case MDL_COUNT0:
        out->known = read_count(value, 0, &out->number);
        return;
    case MDL_RATIO:
        out->known = read_ratio(value, &out->number);
        return;
    case MDL_EXPONENT:
        out->known = in_json_number(value, 0, EXPONENT_MAX, &out->number);
        return;
    case MDL_SWITCH:
        out->known = read_switch(value, id, out);
        return;
    case MDL_SHARE:
        out->known = in_json_share(value, &out->number);
        return;
    case MDL_DURATION:
        out->known = in_json_duration(value, 0, &out->number);
        return;
    case MDL_RATE:
        out->known = in_json_rate(value, &out->number);
        return;
    case MDL_SIZE:
        out->known = in_json_size(value, &out->number);
        return;
    case MDL_BANDWIDTH:
        out->known = read_bandwidth(value, &out->number);
        return;
    case MDL_TIME_DIST:
        out->known = in_json_dist(value, &out->dist);
        return;
    case MDL_NAME:
        out->known = in_json_name(value, &out->text);
        return;
    case MDL_WORD:
        out->known = read_word(value, id, out);
        return;
    case MDL_KINDS:
        out->known = read_kinds(value, out);
        return;
    case MDL_POINTS:
        out->known = in_json_array(value); /* read by inputs/workload_reader.c */
        return;
    }
}

/* --- defaults ----------------------------------------------------------------------------- */

/* Whether a value of this kind is written in JSON without quotes. */
static bool is_bare(enum mdl_value_kind kind) {
    return kind == MDL_COUNT || kind == MDL_COUNT0 || kind == MDL_RATIO || kind == MDL_EXPONENT ||
           kind == MDL_POINTS || kind == MDL_KINDS;
}

static const char *default_text(struct sim_arena *arena, const char *text, const char *prefix,
                                const struct mdl_parameter *parameter) {
    if (!parameter->likely) {
        return text;
    }
    const char *quote = is_bare(parameter->kind) ? "" : "\"";
    return sim_arena_print(arena, "%s%s\"%s%s\": %s%s%s", text, *text ? ", " : "", prefix,
                           parameter->key, quote, parameter->likely, quote);
}

static const char *request_prefix(struct sim_arena *arena, const char *kind) {
    return sim_arena_print(arena, "requests.%s.", kind);
}

void in_arch_begin(struct in_arch_reading *reading, struct in_context *context) {
    struct sim_arena *arena = context->arena;
    *reading = (struct in_arch_reading){.context = context};
    reading->arch = sim_arena_alloc(arena, sizeof *reading->arch);
    const char *text = "";
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        text = default_text(arena, text, "", &mdl_parameters[i]);
    }
    for (int k = 0; k < MDL_DEFAULT_KINDS; k++) {
        const char *prefix = request_prefix(arena, mdl_default_kinds[k]);
        for (int i = 0; i < MDL_REQUEST_PARAMETERS; i++) {
            text = default_text(arena, text, prefix, &mdl_request_parameters[k][i]);
        }
    }
    text = sim_arena_print(arena, "{%s}", text);
    in_context_init(&reading->default_values, arena, context->diags, "defaults");
    reading->defaults = in_json_parse(&reading->default_values, text, strlen(text));
}

struct mdl_arch *in_arch_end(struct in_arch_reading *reading, int errors) {
    in_context_fini(&reading->default_values);
    return reading->context->diags->errors == errors ? reading->arch : NULL;
}

struct in_json in_arch_default(const struct in_arch_reading *reading, enum mdl_parameter_id id) {
    return in_json_get(reading->defaults, mdl_parameters[id].key);
}

static void take_given(struct mdl_value *values, enum mdl_parameter_id id, struct in_json given) {
    values[id].given = true;
    read_value(given, mdl_parameters[id].kind, id, &values[id]);
}

void in_arch_take(struct in_arch_reading *reading, enum mdl_parameter_id id, struct in_json given) {
    struct mdl_value *value = &reading->arch->values[id];
    enum mdl_value_kind kind = mdl_parameters[id].kind;
    if (in_json_present(given)) {
        take_given(reading->arch->values, id, given);
        return;
    }
    if (value->given) {
        return;
    }
    reading->arch->used[id] = true;
    if (mdl_parameters[id].likely) {
        read_value(in_arch_default(reading, id), kind, id, value);
    }
}

static bool begins_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

void in_arch_take_rest(struct in_arch_reading *reading) {
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        if (!begins_with(mdl_parameters[i].key, "workload.")) {
            in_arch_take(reading, (enum mdl_parameter_id)i, (struct in_json){0});
        }
    }
}

/* --- forms from the table ----------------------------------------------------------------- */

static const struct in_form *object_form(struct sim_arena *arena, const char *path);

/* Objects whose members are named by the user: in_workload_read and in_topology_read read them. */
static bool is_map(const char *path) {
    return strcmp(path, "workload.personas") == 0 || strcmp(path, "workload.actions") == 0 ||
           strcmp(path, "workload.mix") == 0;
}

/* A member of an object of the form: a parameter, or an object inside. */
static void read_member(struct in_json value, void *record) {
    struct in_arch_part *part = record;
    struct sim_arena *arena = part->reading->context->arena;
    const char *key =
        sim_arena_print(arena, "%s%s", part->table, value.path + strlen(part->document));
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        if (strcmp(mdl_parameters[i].key, key) == 0) {
            take_given(part->values, (enum mdl_parameter_id)i, value);
            return;
        }
    }
    if (!is_map(key)) {
        in_json_read(value, object_form(arena, key), part);
    }
}

/* Members of the infrastructure that in_topology_read reads. */
static void leave(struct in_json value, void *record) {
    (void)value;
    (void)record;
}

/* The form of the object at `path`: the next parts of all keys below it. */
static const struct in_form *object_form(struct sim_arena *arena, const char *path) {
    const char *prefix = sim_arena_print(arena, "%s.", path);
    struct in_field *fields = NULL;
    size_t room = 0;
    int count = 0;
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        if (!begins_with(mdl_parameters[i].key, prefix)) {
            continue;
        }
        const char *rest = mdl_parameters[i].key + strlen(prefix);
        const char *key = sim_arena_print(arena, "%.*s", (int)strcspn(rest, "."), rest);
        bool known = false;
        for (int k = 0; k < count; k++) {
            known = known || strcmp(fields[k].key, key) == 0;
        }
        if (!known) {
            fields = sim_arena_grow(arena, fields, (size_t)count, &room, sizeof *fields);
            fields[count++] = (struct in_field){key, false, read_member};
        }
    }
    static const char *const maps[] = {"services", "regions"};
    for (int i = 0; i < 2 && strcmp(path, "infrastructure") == 0; i++) {
        fields = sim_arena_grow(arena, fields, (size_t)count, &room, sizeof *fields);
        fields[count++] = (struct in_field){maps[i], false, leave};
    }
    char *name = sim_arena_copy(arena, path);
    for (char *c = name; *c; c++) {
        *c = *c == '.' ? '_' : *c;
    }
    struct in_form *form = sim_arena_alloc(arena, sizeof *form);
    *form = (struct in_form){name, fields, count};
    return form;
}

void in_arch_read_part(struct in_json object, struct in_arch_part *part) {
    in_json_read(object, object_form(part->reading->context->arena, part->table), part);
}

/* --- request kinds ------------------------------------------------------------------------ */

static void read_demand(struct in_json value, void *record) {
    struct mdl_request_kind *kind = record;
    for (int i = 0; i < MDL_REQUEST_PARAMETERS; i++) {
        const struct mdl_parameter *parameter = &mdl_request_parameters[0][i];
        if (strcmp(parameter->key, in_json_key(value)) == 0) {
            kind->values[i].given = true;
            read_value(value, parameter->kind, MDL_PARAMETERS, &kind->values[i]);
        }
    }
}

static void read_service(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_request_kind *)record)->service);
}

static void read_data_service(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_request_kind *)record)->data_service);
}

static void read_calls(struct in_json value, void *record) {
    struct mdl_request_kind *kind = record;
    if (!in_json_array(value)) {
        return;
    }
    kind->calls = sim_arena_array(value.context->arena, (size_t)in_json_count(value) + 1,
                                  sizeof *kind->calls);
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        if (in_json_name(item, &kind->calls[kind->call_count])) {
            kind->call_count++;
        }
    }
}

static void read_job_service(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_request_kind *)record)->job_service);
}

static const struct in_form *request_form(struct sim_arena *arena, bool required) {
    static const struct in_field own[] = {{"service", false, read_service},
                                          {"data_service", false, read_data_service},
                                          {"calls", false, read_calls},
                                          {"job_service", false, read_job_service}};
    enum { OWN = sizeof own / sizeof own[0] };
    struct in_field *fields = sim_arena_array(arena, MDL_REQUEST_PARAMETERS + OWN, sizeof *fields);
    for (int i = 0; i < MDL_REQUEST_PARAMETERS; i++) {
        fields[i] = (struct in_field){mdl_request_parameters[0][i].key, required, read_demand};
    }
    memcpy(fields + MDL_REQUEST_PARAMETERS, own, sizeof own);
    struct in_form *form = sim_arena_alloc(arena, sizeof *form);
    *form = (struct in_form){"request", fields, MDL_REQUEST_PARAMETERS + OWN};
    return form;
}

static int default_kind(const char *name) {
    for (int k = 0; k < MDL_DEFAULT_KINDS; k++) {
        if (strcmp(mdl_default_kinds[k], name) == 0) {
            return k;
        }
    }
    return -1;
}

static bool has_kind(const struct mdl_arch *arch, const char *name) {
    for (int i = 0; i < arch->kind_count; i++) {
        if (strcmp(arch->kinds[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the kind unless it is there. */
static void take_kind(struct in_arch_reading *reading, const char *name, struct in_json requests) {
    struct sim_arena *arena = reading->context->arena;
    struct mdl_arch *arch = reading->arch;
    if (has_kind(arch, name)) {
        return;
    }
    struct in_json given = in_json_get(requests, name);
    struct mdl_request_kind *kind = &arch->kinds[arch->kind_count++];
    *kind = (struct mdl_request_kind){.name = name,
                                      .where = sim_arena_print(arena, "requests.%s", name),
                                      .defaults = default_kind(name)};
    const char *prefix = request_prefix(arena, name);
    if (in_json_present(given)) {
        in_json_read(given, request_form(arena, kind->defaults < 0), kind);
    } else if (kind->defaults < 0) {
        sim_diag_add(
            reading->context->diags, "missing-demands", sim_arena_print(arena, "requests.%s", name),
            "what a request of that kind asks of app, cache and database",
            "only read, write and export have defaults", "a kind \"%s\" without demands", name);
    }
    for (int i = 0; i < MDL_REQUEST_PARAMETERS && kind->defaults >= 0; i++) {
        const struct mdl_parameter *parameter = &mdl_request_parameters[kind->defaults][i];
        if (!kind->values[i].given) {
            const char *key = sim_arena_print(arena, "%s%s", prefix, parameter->key);
            read_value(in_json_get(reading->defaults, key), parameter->kind, MDL_PARAMETERS,
                       &kind->values[i]);
        }
    }
}

void in_arch_take_kinds(struct in_arch_reading *reading, struct in_json requests) {
    struct mdl_arch *arch = reading->arch;
    const struct mdl_workload *workload = &arch->workload;
    arch->kinds = sim_arena_array(reading->context->arena, (size_t)workload->action_count + 1,
                                  sizeof *arch->kinds);
    for (int k = 0; k < MDL_DEFAULT_KINDS; k++) { /* read, write, export first, in this order */
        for (int i = 0; i < workload->action_count; i++) {
            if (default_kind(workload->actions[i].kind) == k) {
                take_kind(reading, mdl_default_kinds[k], requests);
            }
        }
    }
    for (int i = 0; i < workload->action_count; i++) {
        take_kind(reading, workload->actions[i].kind, requests);
    }
    if (!in_json_object(requests) || workload->action_count == 0) {
        return;
    }
    for (struct in_json item = {0}; in_json_next(requests, &item);) {
        if (!has_kind(arch, in_json_key(item))) {
            in_json_wrong(item, "unused-kind", "a kind that some action of the workload asks for",
                          NULL);
        }
    }
}

/* --- documents ---------------------------------------------------------------------------- */

bool in_arch_is(struct in_json document) {
    for (int i = 0; i < IN_ARCH_KEYS; i++) {
        if (in_json_present(in_json_get(document, in_arch_keys[i]))) {
            return true;
        }
    }
    return false;
}

struct mdl_arch *in_arch_read(struct in_json document) {
    struct in_arch_reading reading;
    struct sim_arena *arena = document.context->arena;
    int errors = document.context->diags->errors;
    in_arch_begin(&reading, document.context);
    reading.arch->starts = "09:00 Europe/Paris";
    struct in_json starts = in_json_get(document, "starts");
    in_json_string(starts, &reading.arch->starts);
    struct in_json infrastructure = in_json_get(document, "infrastructure");
    struct in_arch_part whole = {&reading, reading.arch->values, "", ""};
    in_json_read(infrastructure, object_form(arena, "infrastructure"), &whole);
    in_json_read(in_json_get(document, "policies"), object_form(arena, "policies"), &whole);
    in_json_read(in_json_get(document, "optimizations"), object_form(arena, "optimizations"),
                 &whole);
    in_arch_take_rest(&reading);
    in_topology_read(&reading, infrastructure);
    struct in_json workload =
        in_json_need(document, "workload", "a workload with \"launch_day\" or \"load_test\"");
    if (in_json_read(workload, object_form(arena, "workload"), &whole)) {
        in_workload_read(&reading, workload);
        in_arch_take_kinds(&reading, in_json_get(document, "requests"));
    }
    return in_arch_end(&reading, errors);
}

const struct in_form *in_arch_forms(struct sim_arena *arena, int *count) {
    static const char *const paths[] = {
        "workload",           "workload.launch_day",     "workload.load_test",
        "infrastructure",     "infrastructure.client",   "infrastructure.load_balancer",
        "infrastructure.app", "infrastructure.database", "infrastructure.cache",
        "policies",           "policies.breaker",        "optimizations",
    };
    enum { PATHS = sizeof paths / sizeof paths[0] };
    struct in_form *forms = sim_arena_array(arena, PATHS + 4, sizeof *forms);
    for (int i = 0; i < PATHS; i++) {
        forms[i] = *object_form(arena, paths[i]);
    }
    forms[PATHS] = *request_form(arena, false);
    forms[PATHS + 1] = in_workload_persona_form;
    forms[PATHS + 2] = in_workload_action_form;
    forms[PATHS + 3] = in_topology_region_form;
    *count = PATHS + 4;
    return forms;
}
