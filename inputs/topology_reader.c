/* See inputs/topology_reader.h. */
#include "inputs/topology_reader.h"

#include <math.h>
#include <string.h>

#include "inputs/dist_text.h"
#include "inputs/quantity.h"

static const double SHARE_TOLERANCE = 1e-6;

/* A region under construction. */
struct region_record {
    struct in_arch_reading *reading;
    struct mdl_arch_region *region;
};

/* --- services ----------------------------------------------------------------------------- */

/* What was not given is as in the whole. */
static void inherit(struct mdl_value *values, const struct mdl_value *whole) {
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        if (!values[i].given) {
            values[i] = whole[i];
        }
    }
}

static struct mdl_arch_service *read_services(struct in_arch_reading *reading,
                                              struct in_json services, int *count) {
    *count = 0;
    if (!in_json_object(services)) {
        return NULL;
    }
    struct sim_arena *arena = reading->context->arena;
    size_t room = (size_t)in_json_count(services) + 1;
    struct mdl_arch_service *list = sim_arena_array(arena, room, sizeof *list);
    for (struct in_json item = {0}; in_json_next(services, &item);) {
        struct mdl_arch_service *service = &list[(*count)++];
        service->name = sim_arena_copy(arena, in_json_key(item));
        service->where = sim_arena_copy(arena, item.path);
        struct in_arch_part part = {reading, service->values, "infrastructure.app", service->where};
        in_arch_read_part(item, &part);
    }
    return list;
}

/* --- regions ------------------------------------------------------------------------------ */

static void read_users(struct in_json value, void *record) {
    struct mdl_arch_region *region = ((struct region_record *)record)->region;
    region->has_users = in_json_share(value, &region->users);
}

/* A part of the region that has a namesake in the whole. */
static void read_part(struct in_json value, void *record) {
    struct region_record *r = record;
    struct sim_arena *arena = r->reading->context->arena;
    struct in_arch_part part = {r->reading, r->region->values,
                                sim_arena_print(arena, "infrastructure.%s", in_json_key(value)),
                                sim_arena_copy(arena, value.path)};
    in_arch_read_part(value, &part);
}

static void read_own_services(struct in_json value, void *record) {
    struct region_record *r = record;
    r->region->services = read_services(r->reading, value, &r->region->service_count);
}

static void read_home_round_trip(struct in_json value, void *record) {
    struct mdl_value *values = ((struct region_record *)record)->region->values;
    values[MDL_P_HOME_ROUND_TRIP].given = true;
    values[MDL_P_HOME_ROUND_TRIP].known = in_json_dist(value, &values[MDL_P_HOME_ROUND_TRIP].dist);
}

static const struct in_field region_fields[] = {
    {"users", true, read_users},
    {"client", false, read_part},
    {"load_balancer", false, read_part},
    {"app", false, read_part},
    {"services", false, read_own_services},
    {"cache", false, read_part},
    {"home_round_trip", false, read_home_round_trip},
};
const struct in_form in_topology_region_form = {"infrastructure_region", region_fields,
                                                sizeof region_fields / sizeof region_fields[0]};

static void read_regions(struct in_arch_reading *reading, struct in_json regions) {
    struct mdl_arch *arch = reading->arch;
    if (!in_json_object(regions)) {
        return;
    }
    struct sim_arena *arena = reading->context->arena;
    int errors = reading->context->diags->errors;
    size_t room = (size_t)in_json_count(regions) + 1;
    double sum = 0;
    arch->regions = sim_arena_array(arena, room, sizeof *arch->regions);
    for (struct in_json item = {0}; in_json_next(regions, &item);) {
        struct mdl_arch_region *region = &arch->regions[arch->region_count++];
        const char *name = in_json_key(item);
        region->where = sim_arena_copy(arena, item.path);
        region->region = -1;
        for (int i = 0; i < MDL_REGIONS; i++) {
            region->region = strcmp(name, mdl_region_names[i]) == 0 ? i : region->region;
        }
        if (region->region < 0) {
            sim_diag_add(reading->context->diags, "unknown-value", item.path,
                         "a region of the catalog: eu-west-3, eu-west-1, us-east-1", NULL, "\"%s\"",
                         name);
        }
        struct region_record record = {reading, region};
        in_json_read(item, &in_topology_region_form, &record);
        sum += region->users;
    }
    if (reading->context->diags->errors == errors && arch->region_count > 0 &&
        fabs(sum - 1) > SHARE_TOLERANCE) {
        sim_diag_add(reading->context->diags, "shares", regions.path,
                     "shares of the users that sum to 100%", NULL, "a sum of %.6g%%", sum * 100);
    }
}

void in_topology_read(struct in_arch_reading *reading, struct in_json infrastructure) {
    struct mdl_arch *arch = reading->arch;
    arch->services =
        read_services(reading, in_json_get(infrastructure, "services"), &arch->service_count);
    read_regions(reading, in_json_get(infrastructure, "regions"));
    for (int i = 0; i < arch->service_count; i++) {
        inherit(arch->services[i].values, arch->values);
    }
    for (int i = 0; i < arch->region_count; i++) {
        inherit(arch->regions[i].values, arch->values);
    }
}
