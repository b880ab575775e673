/* The network form: its document, classes and places. Sources are read in source_reader.c, routes
 * in route_reader.c. */
#include "inputs/network_reader.h"

#include <math.h>
#include <string.h>

#include "inputs/dist_text.h"
#include "inputs/document.h"

enum { SERVERS_MAX = 1000000, INSTANCES_MAX = 100000, PRIORITY_MAX = 1000000 };

static const int64_t PLACES_MAX = 1000000000000; /* capacity, pool size, waiting room */
static const double SPEED_MAX = 1e9;

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }
#define WORDS(list) list, (int)(sizeof(list) / sizeof(list)[0])

static const char *const discipline_words[] = {
    [MDL_FCFS] = "fcfs", [MDL_PS] = "ps", [MDL_DELAY] = "delay", [MDL_PRIORITY] = "priority"};
static const char *const balancer_words[] = {[MDL_RANDOM] = "random",
                                             [MDL_ROUND_ROBIN] = "round_robin",
                                             [MDL_LEAST_OUTSTANDING] = "least_outstanding"};
static const char *const ties_words[] = {
    [MDL_TIES_RANDOM] = "random", [MDL_TIES_LOWEST] = "lowest"};

static void read_balancer(struct in_json value, enum mdl_balancer *out) {
    int choice = (int)*out;
    in_json_choice(value, WORDS(balancer_words), &choice);
    *out = (enum mdl_balancer)choice;
}

static void read_ties(struct in_json value, enum mdl_ties *out) {
    int choice = (int)*out;
    in_json_choice(value, WORDS(ties_words), &choice);
    *out = (enum mdl_ties)choice;
}

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

/* --- stations ----------------------------------------------------------------------------- */

static void station_prepare(struct in_json value, void *record) {
    *(struct mdl_station *)record = (struct mdl_station){
        .where = value.path, .servers = 1, .capacity = -1, .speed = 1, .instances = 1};
}

static void station_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_station *)record)->name);
}

static void station_discipline(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int choice = (int)station->discipline;
    in_json_choice(value, WORDS(discipline_words), &choice);
    station->discipline = (enum mdl_discipline)choice;
}

static void station_servers(struct in_json value, void *record) {
    in_json_int(value, 1, SERVERS_MAX, &((struct mdl_station *)record)->servers);
}

static void station_capacity(struct in_json value, void *record) {
    in_json_integer(value, 1, PLACES_MAX, &((struct mdl_station *)record)->capacity);
}

static bool read_speed(struct in_json value, double *out) {
    double speed = 0;
    if (!in_json_number(value, 0, SPEED_MAX, &speed)) {
        return false;
    }
    if (speed <= 0) {
        in_json_wrong(value, "out-of-range", "a speed above 0", NULL);
        return false;
    }
    *out = speed;
    return true;
}

static void station_speed(struct in_json value, void *record) {
    read_speed(value, &((struct mdl_station *)record)->speed);
}

static void station_speeds(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int count = in_json_array(value) ? in_json_count(value) : 0;
    if (count == 0) {
        if (in_json_is_array(value)) {
            in_json_wrong(value, "empty-list", "the total speed at 1, 2, ... jobs", NULL);
        }
        return;
    }
    station->speeds = sim_arena_array(value.context->arena, (size_t)count, sizeof *station->speeds);
    station->speed_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        read_speed(item, &station->speeds[item.index]);
    }
}

static void station_instances(struct in_json value, void *record) {
    in_json_int(value, 1, INSTANCES_MAX, &((struct mdl_station *)record)->instances);
}

static void station_balancer(struct in_json value, void *record) {
    read_balancer(value, &((struct mdl_station *)record)->balancer);
}

static void station_ties(struct in_json value, void *record) {
    read_ties(value, &((struct mdl_station *)record)->ties);
}

static void station_with(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_station *)record)->with);
}

static void station_demand(struct in_json value, void *record) {
    struct mdl_station *station = record;
    if (!in_json_is_object(value)) {
        station->has_demand = in_json_dist(value, &station->demand);
        return;
    }
    size_t count = (size_t)in_json_count(value);
    struct sim_arena *arena = value.context->arena;
    station->demand_classes = sim_arena_array(arena, count, sizeof *station->demand_classes);
    station->demand_by_class = sim_arena_array(arena, count, sizeof *station->demand_by_class);
    station->demand_class_count = (int)count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        station->demand_classes[item.index] = in_json_key(item);
        station->demand_by_class[item.index] = sim_dist_constant(0);
        in_json_dist(item, &station->demand_by_class[item.index]);
    }
}

static const struct in_field station_fields[] = {
    {"name", true, station_name},
    {"discipline", false, station_discipline},
    {"servers", false, station_servers},
    {"capacity", false, station_capacity},
    {"speed", false, station_speed},
    {"speeds", false, station_speeds},
    {"instances", false, station_instances},
    {"balancer", false, station_balancer},
    {"ties", false, station_ties},
    {"with", false, station_with},
    {"demand", false, station_demand},
};
const struct in_form in_station_form = FORM("station", station_fields);

static void conflict(struct in_json object, const char *key, const char *expected) {
    struct in_json member = in_json_get(object, key);
    if (in_json_present(member)) {
        in_json_wrong(member, "conflicting-keys", expected, NULL);
    }
}

static void station_finish(struct in_json value, void *record) {
    const struct mdl_station *station = record;
    if (station->discipline == MDL_DELAY) {
        conflict(value, "servers", "no \"servers\" where the discipline is \"delay\": none waits");
        conflict(value, "speeds", "no \"speeds\" where the discipline is \"delay\"");
    }
    if (station->speeds) {
        conflict(value, "speed", "either \"speed\" or \"speeds\"");
    }
    if (station->with) {
        conflict(value, "balancer", "no \"balancer\" beside \"with\": the place held decides");
    }
}

void in_network_stations(struct in_json value, void *record) {
    static const struct in_record kind = {&in_station_form, sizeof(struct mdl_station),
                                          station_prepare, station_finish};
    struct mdl_network *network = record;
    network->stations = in_json_records(value, &kind, &network->station_count);
}

/* --- pools and caches --------------------------------------------------------------------- */

static void pool_prepare(struct in_json value, void *record) {
    *(struct mdl_pool *)record =
        (struct mdl_pool){.where = value.path, .size = 1, .queue = -1, .instances = 1};
}

static void pool_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_pool *)record)->name);
}

static void pool_size(struct in_json value, void *record) {
    in_json_integer(value, 1, PLACES_MAX, &((struct mdl_pool *)record)->size);
}

static void pool_queue(struct in_json value, void *record) {
    in_json_integer(value, 0, PLACES_MAX, &((struct mdl_pool *)record)->queue);
}

static void pool_patience(struct in_json value, void *record) {
    struct mdl_pool *pool = record;
    pool->has_patience = in_json_dist(value, &pool->patience);
}

static void pool_instances(struct in_json value, void *record) {
    in_json_int(value, 1, INSTANCES_MAX, &((struct mdl_pool *)record)->instances);
}

static void pool_balancer(struct in_json value, void *record) {
    read_balancer(value, &((struct mdl_pool *)record)->balancer);
}

static void pool_ties(struct in_json value, void *record) {
    read_ties(value, &((struct mdl_pool *)record)->ties);
}

static void pool_with(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_pool *)record)->with);
}

static const struct in_field pool_fields[] = {
    {"name", true, pool_name},
    {"size", true, pool_size},
    {"queue", false, pool_queue},
    {"patience", false, pool_patience},
    {"instances", false, pool_instances},
    {"balancer", false, pool_balancer},
    {"ties", false, pool_ties},
    {"with", false, pool_with},
};
const struct in_form in_pool_form = FORM("pool", pool_fields);

static void pool_finish(struct in_json value, void *record) {
    const struct mdl_pool *pool = record;
    if (pool->with) {
        conflict(value, "balancer", "no \"balancer\" beside \"with\": the place held decides");
    }
    if (pool->queue == 0) {
        conflict(value, "patience", "no \"patience\" where \"queue\" is 0: none waits");
    }
}

void in_network_pools(struct in_json value, void *record) {
    static const struct in_record kind = {&in_pool_form, sizeof(struct mdl_pool), pool_prepare,
                                          pool_finish};
    struct mdl_network *network = record;
    network->pools = in_json_records(value, &kind, &network->pool_count);
}

static void cache_prepare(struct in_json value, void *record) {
    *(struct mdl_cache *)record = (struct mdl_cache){.where = value.path};
}

static void cache_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_cache *)record)->name);
}

static void cache_hit(struct in_json value, void *record) {
    in_json_share(value, &((struct mdl_cache *)record)->hit);
}

static const struct in_field cache_fields[] = {
    {"name", true, cache_name},
    {"hit", true, cache_hit},
};
const struct in_form in_cache_form = FORM("cache", cache_fields);

void in_network_caches(struct in_json value, void *record) {
    static const struct in_record kind = {&in_cache_form, sizeof(struct mdl_cache), cache_prepare,
                                          NULL};
    struct mdl_network *network = record;
    network->caches = in_json_records(value, &kind, &network->cache_count);
}

/* --- network and document ----------------------------------------------------------------- */

static const struct in_field network_fields[] = {
    {"classes", false, in_network_classes},   {"sources", true, in_network_sources},
    {"stations", false, in_network_stations}, {"pools", false, in_network_pools},
    {"caches", false, in_network_caches},     {"routes", true, in_network_routes},
};
static const struct in_form network_form = FORM("network", network_fields);

static void document_network(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    in_json_read(value, &network_form, &scenario->network);
    complete_classes(value.context, &scenario->network);
}

static const struct in_field document_fields[] = {
    IN_DOCUMENT_FIELDS,
    {"horizon", true, in_document_horizon},
    {"network", true, document_network},
};
static const struct in_form document_form = FORM("network_document", document_fields);

void in_network_document_read(struct in_json root, struct mdl_scenario *scenario) {
    in_json_read(root, &document_form, scenario);
}

const struct in_form *const in_network_forms[] = {
    &document_form,        &network_form,       &in_class_form,   &in_source_form,
    &in_rate_steps_form,   &in_arrived_by_form, &in_session_form, &in_persona_form,
    &in_action_form,       &in_station_form,    &in_pool_form,    &in_cache_form,
    &in_branch_entry_form, &in_repeat_form};
const int in_network_form_count = sizeof in_network_forms / sizeof in_network_forms[0];
