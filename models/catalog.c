/* See models/catalog.h. */
#include "models/catalog.h"

#include <string.h>

const char *const mdl_region_names[MDL_REGIONS] = {"eu-west-3", "eu-west-1", "us-east-1"};

const struct mdl_instance_type *mdl_catalog_type(const struct mdl_catalog *catalog,
                                                 const char *name) {
    for (int i = 0; i < catalog->type_count; i++) {
        if (strcmp(catalog->types[i].name, name) == 0) {
            return &catalog->types[i];
        }
    }
    return NULL;
}

const struct mdl_fact *mdl_catalog_fact(const struct mdl_catalog *catalog, const char *category,
                                        const char *item, const char *parameter,
                                        const char *platform) {
    for (int i = 0; i < catalog->fact_count; i++) {
        const struct mdl_fact *fact = &catalog->facts[i];
        if (strcmp(fact->category, category) == 0 && strcmp(fact->item, item) == 0 &&
            strcmp(fact->parameter, parameter) == 0 &&
            (!platform || strcmp(fact->platform, platform) == 0)) {
            return fact;
        }
    }
    return NULL;
}

/* With T = C y(t3.large) the rate of all v threads and s = T / y that of one, in units of one
 * thread of t3.large: s n up to p busy threads (one a core), then a straight line to T at v. When
 * every thread has a core of its own (p = v) cores still share memory bandwidth, and y < v says how
 * much: the straight line goes from s at 1 to T at v. */
void mdl_cpu_rates(const struct mdl_cpu *cpu, double *rates) {
    double all = cpu->capacity * MDL_REFERENCE_YIELD;
    double one = all / cpu->thread_yield;
    int straight_from = cpu->physical_cores < cpu->vcpus ? cpu->physical_cores : 1;
    for (int n = 1; n <= cpu->vcpus; n++) {
        if (n <= straight_from) {
            rates[n - 1] = one * n;
            continue;
        }
        double start = one * straight_from;
        rates[n - 1] = start + (all - start) * (n - straight_from) / (cpu->vcpus - straight_from);
    }
}
