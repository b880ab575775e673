/* The network form: its document and classes. Sources are read in source_reader.c, stations in
 * station_reader.c, pools, caches and limiters in place_reader.c, breakers in breaker_reader.c,
 * routes in route_reader.c. */
#include "inputs/network_reader.h"

#include <string.h>

#include "inputs/document.h"

enum { PRIORITY_MAX = 1000000 };

/* Where only "stop" says when the run ends: 100 years of 365 days. */
static const double HORIZON_OF_STOP_S = 100 * 365 * 86400.0;

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }

/* --- classes ------------------------------------------------------------------------------ */

static void class_priority(struct in_json value, void *record) {
    in_json_int(value, 1, PRIORITY_MAX, &((struct mdl_class *)record)->priority);
}

static const struct in_field class_fields[] = {{"priority", false, class_priority}};
const struct in_form in_class_form = FORM("class", class_fields);

void in_network_classes(struct in_json value, void *record) {
    struct mdl_network *network = record;
    int count = in_json_object(value) ? in_json_count(value) : 0;
    if (count == 0) {
        return;
    }
    network->classes =
        sim_arena_array(value.context->arena, (size_t)count, sizeof *network->classes);
    network->class_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        struct mdl_class *cls = &network->classes[item.index];
        *cls = (struct mdl_class){in_json_key(item), item.path, 1};
        if (!in_name_ok(cls->name)) {
            in_json_wrong(item, "bad-name", "a name of 1 to 100 bytes without control characters",
                          NULL);
        }
        in_json_read(item, &in_class_form, cls);
    }
}

/* Who names no class is of class "default", which needs no declaration. */
static void complete_classes(struct in_context *context, struct mdl_network *network) {
    static const char name[] = "default";
    bool wanted = network->class_count == 0;
    bool declared = false;
    for (int i = 0; i < network->source_count; i++) {
        struct mdl_source *source = &network->sources[i];
        source->cls = source->cls ? source->cls : name;
        wanted = wanted || strcmp(source->cls, name) == 0;
    }
    for (int i = 0; i < network->class_count; i++) {
        const char *class_name = network->classes[i].name;
        declared = declared || strcmp(class_name, name) == 0;
    }
    if (wanted && !declared) {
        size_t count = (size_t)network->class_count;
        struct mdl_class *classes = sim_arena_array(context->arena, count + 1, sizeof *classes);
        for (size_t i = 0; i < count; i++) {
            classes[i] = network->classes[i];
        }
        classes[count] = (struct mdl_class){name, "network.classes", 1};
        network->classes = classes;
        network->class_count++;
    }
}

/* --- network and document ----------------------------------------------------------------- */

static const struct in_field network_fields[] = {
    {"classes", false, in_network_classes},   {"sources", true, in_network_sources},
    {"stations", false, in_network_stations}, {"pools", false, in_network_pools},
    {"caches", false, in_network_caches},     {"limiters", false, in_network_limiters},
    {"breakers", false, in_network_breakers}, {"routes", true, in_network_routes},
};
static const struct in_form network_form = FORM("network", network_fields);

static void document_network(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    in_json_read(value, &network_form, &scenario->network);
    complete_classes(value.context, &scenario->network);
}

static const struct in_field document_fields[] = {
    IN_DOCUMENT_FIELDS,
    {"horizon", false, in_document_horizon},
    {"breakdown", false, in_document_breakdown},
    {"network", true, document_network},
};
static const struct in_form document_form = FORM("network_document", document_fields);

void in_network_document_read(struct in_json root, struct mdl_scenario *scenario) {
    in_json_read(root, &document_form, scenario);
    if (in_json_present(in_json_get(root, "horizon"))) {
        return;
    }
    if (in_json_present(in_json_get(root, "stop"))) {
        scenario->horizon_s = HORIZON_OF_STOP_S;
    } else {
        in_json_need(root, "horizon",
                     "\"horizon\": how long to simulate, such as \"45m\", or \"stop\"");
    }
}

const struct in_form *const in_network_forms[] = {
    &document_form,      &network_form,       &in_class_form,        &in_source_form,
    &in_rate_steps_form, &in_arrived_by_form, &in_session_form,      &in_persona_form,
    &in_action_form,     &in_station_form,    &in_schedule_form,     &in_instance_form,
    &in_credits_form,    &in_pool_form,       &in_cache_form,        &in_limiter_form,
    &in_breaker_form,    &in_crash_form,      &in_branch_entry_form, &in_block_form,
    &in_repeat_form,     &in_retry_form,      &in_backoff_form,      &in_budget_form,
    &in_stop_form,       &in_log_form,        &in_precision_form,    &in_slo_form,
    &in_slo_k6_form};
const int in_network_form_count = sizeof in_network_forms / sizeof in_network_forms[0];
