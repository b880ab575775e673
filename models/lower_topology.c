/* Lowering: the sites and fleets of an architecture (DESIGN 5.9).
 *
 * Without services one fleet, "app", does everything; without regions there is one site. Every site
 * has every service. The site of `infrastructure.region` is home, and comes first.
 */
#include <stdlib.h>
#include <string.h>

#include "models/lower_parts.h"

/* Names that the lowering gives to places of its own. */
static const char *const taken[] = {"client",   "load_balancer", "cache",    "database",
                                    "replicas", "home_link",     "services", "users"};

/* --- fleets ------------------------------------------------------------------------------- */

static const struct mdl_arch_service *own_service(const struct mdl_arch_region *region,
                                                  const char *name) {
    for (int i = 0; region != NULL && i < region->service_count; i++) {
        if (strcmp(region->services[i].name, name) == 0) {
            return &region->services[i];
        }
    }
    return NULL;
}

/* Values of a service in a region: the region's own, else the service's. */
static struct mdl_scope service_scope(struct mdl_lowering *l, const struct mdl_site *site,
                                      const struct mdl_arch_service *whole,
                                      const struct mdl_arch_region *region) {
    const struct mdl_arch_service *own = own_service(region, whole->name);
    struct mdl_scope scope = {
        .values = sim_arena_array(l->arena, MDL_PARAMETERS, sizeof *scope.values),
        .table = "infrastructure.app.",
        .document = sim_arena_print(l->arena, "%s.", own ? own->where : whole->where),
    };
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        scope.values[i] = own != NULL && own->values[i].given ? own->values[i] : whole->values[i];
    }
    scope.values[MDL_P_REGION].number = site->region;
    return scope;
}

static void add_fleets(struct mdl_lowering *l, struct mdl_site *site,
                       const struct mdl_arch_region *region) {
    const struct mdl_arch *arch = l->arch;
    size_t room = (size_t)arch->service_count + 1;
    site->fleets = sim_arena_array(l->arena, room, sizeof *site->fleets);
    for (int i = 0; i < arch->service_count; i++) {
        site->fleets[site->fleet_count++] = (struct mdl_fleet){
            .name = arch->services[i].name,
            .scope = service_scope(l, site, &arch->services[i], region),
        };
    }
    if (arch->service_count == 0) {
        site->fleets[site->fleet_count++] = (struct mdl_fleet){.name = "app", .scope = site->scope};
    }
}

static struct mdl_fleet *find_fleet(const struct mdl_site *site, const char *name) {
    for (int i = 0; i < site->fleet_count; i++) {
        if (name == NULL || strcmp(site->fleets[i].name, name) == 0) {
            return &site->fleets[i];
        }
    }
    return NULL;
}

const struct mdl_fleet *mdl_site_fleet(const struct mdl_site *site, const char *name) {
    return find_fleet(site, name);
}

/* --- sites -------------------------------------------------------------------------------- */

/* Mean round trip of two regions, by the catalog's pings. */
static void derive_home_round_trip(struct mdl_lowering *l, int home, int region) {
    const char *pair[2];
    pair[0] =
        sim_arena_print(l->arena, "%s -> %s", mdl_region_names[home], mdl_region_names[region]);
    pair[1] =
        sim_arena_print(l->arena, "%s -> %s", mdl_region_names[region], mdl_region_names[home]);
    for (int i = 0; i < 2; i++) {
        const struct mdl_fact *fact =
            mdl_catalog_fact(l->catalog, "rtt", pair[i], "ping_avg", NULL);
        if (fact != NULL) {
            double seconds = strtod(fact->value, NULL) / 1e3;
            mdl_derive_dist(l, MDL_P_HOME_ROUND_TRIP, sim_dist_constant(seconds),
                            mdl_duration_text(l->arena, seconds),
                            mdl_duration_text(l->arena, seconds * 0.95),
                            mdl_duration_text(l->arena, seconds * 1.5),
                            sim_arena_print(l->arena, "lb_network.csv: rtt %s (%s); high assumed",
                                            pair[i], fact->source));
            return;
        }
    }
    if (!l->scope.values[MDL_P_HOME_ROUND_TRIP].given) {
        sim_diag_add(l->diags, "bad-catalog", mdl_key(l, MDL_P_HOME_ROUND_TRIP),
                     "a round trip, such as \"20ms\"", NULL, "no rtt of %s in lb_network.csv",
                     pair[0]);
    }
}

static void add_site(struct mdl_lowering *l, const struct mdl_arch_region *region, int home) {
    struct mdl_site *site = &l->sites[l->site_count++];
    *site = (struct mdl_site){
        .at = l->arch->region_count > 1
                  ? sim_arena_print(l->arena, "@%s", mdl_region_names[region->region])
                  : "",
        .region = region->region,
        .users = region->users,
        .scope = {sim_arena_array(l->arena, MDL_PARAMETERS, sizeof(struct mdl_value)),
                  "infrastructure.", sim_arena_print(l->arena, "%s.", region->where)},
    };
    memcpy(site->scope.values, region->values, sizeof region->values);
    site->scope.values[MDL_P_REGION].number = region->region;
    add_fleets(l, site, region);
    if (region->region != home) {
        struct mdl_scope whole = l->scope;
        l->scope = site->scope;
        derive_home_round_trip(l, home, region->region);
        l->scope = whole;
    }
}

static void add_sites(struct mdl_lowering *l) {
    const struct mdl_arch *arch = l->arch;
    int home = (int)mdl_number(l, MDL_P_REGION);
    l->sites = sim_arena_array(l->arena, (size_t)arch->region_count + 1, sizeof *l->sites);
    if (arch->region_count == 0) {
        l->site_count = 1;
        *l->sites = (struct mdl_site){.at = "", .region = home, .users = 1, .scope = l->scope};
        add_fleets(l, l->sites, NULL);
        return;
    }
    for (int others = 0; others < 2; others++) {
        for (int i = 0; i < arch->region_count; i++) {
            if ((arch->regions[i].region != home) == (others == 1)) {
                add_site(l, &arch->regions[i], home);
            }
        }
    }
    if (l->sites[0].region != home) {
        sim_diag_add(l->diags, "missing-home", "infrastructure.regions",
                     sim_arena_print(l->arena, "the region of the database, %s, among the regions",
                                     mdl_region_names[home]),
                     "add it, or set \"region\" to one of them", "no region %s",
                     mdl_region_names[home]);
    }
}

/* --- who does what ------------------------------------------------------------------------ */

const char *mdl_data_service(const struct mdl_request_kind *kind) {
    if (kind->data_service != NULL) {
        return kind->data_service;
    }
    return kind->job_service != NULL ? kind->job_service : kind->service;
}

/* Finds the fleet of that name in every site; a diagnostic when there is none. */
static void use(struct mdl_lowering *l, const char *name, const char *where, bool data) {
    for (int s = 0; s < l->site_count; s++) {
        struct mdl_fleet *fleet = find_fleet(&l->sites[s], name);
        if (fleet != NULL) {
            fleet->is_used = true;
            fleet->has_data = fleet->has_data || data;
            continue;
        }
        const char **names =
            sim_arena_array(l->arena, (size_t)l->arch->service_count + 1, sizeof *names);
        for (int i = 0; i < l->arch->service_count; i++) {
            names[i] = l->arch->services[i].name;
        }
        const char *nearest = sim_nearest(name, names, l->arch->service_count);
        sim_diag_add(l->diags, "unknown-service", where, "a service of infrastructure.services",
                     nearest ? sim_arena_print(l->arena, "did you mean \"%s\"?", nearest) : NULL,
                     "\"%s\"", name);
        return;
    }
}

/* A fleet that works off a queue takes nothing else: its accept queue has no limit. */
static void use_job(struct mdl_lowering *l, const struct mdl_request_kind *kind) {
    const char *where = sim_arena_print(l->arena, "%s.job_service", kind->where);
    use(l, kind->job_service, where, kind->data_service == NULL);
    l->uses_jobs = true;
    for (int s = 0; s < l->site_count; s++) {
        struct mdl_fleet *fleet = find_fleet(&l->sites[s], kind->job_service);
        if (fleet != NULL) {
            fleet->has_jobs = true;
        }
    }
}

/* Refuses a fleet that works off a queue and takes requests or calls, too. */
static void check_jobs(struct mdl_lowering *l) {
    for (int i = 0; i < l->arch->kind_count; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        const struct mdl_fleet *fleet = mdl_site_fleet(&l->sites[0], kind->service);
        bool is_mixed = fleet->has_jobs;
        if (kind->data_service != NULL) {
            is_mixed = is_mixed || mdl_site_fleet(&l->sites[0], kind->data_service)->has_jobs;
        }
        for (int k = 0; k < kind->call_count; k++) {
            is_mixed = is_mixed || mdl_site_fleet(&l->sites[0], kind->calls[k])->has_jobs;
        }
        if (is_mixed) {
            sim_diag_add(l->diags, "job-service", kind->where,
                         "a service that works off a queue (job_service) and takes nothing else",
                         "give the jobs a service of their own in infrastructure.services",
                         "one that also takes requests or calls");
        }
    }
}

static void use_services(struct mdl_lowering *l) {
    const struct mdl_arch *arch = l->arch;
    for (int i = 0; i < arch->kind_count; i++) {
        struct mdl_request_kind *kind = &arch->kinds[i];
        if (kind->service == NULL && find_fleet(&l->sites[0], "app") != NULL) {
            kind->service = "app";
        }
        if (kind->service == NULL && arch->service_count > 1) {
            sim_diag_add(l->diags, "missing-service",
                         sim_arena_print(l->arena, "%s.service", kind->where),
                         "the service that takes these requests", NULL,
                         "%d services and none named", arch->service_count);
            continue;
        }
        use(l, kind->service, sim_arena_print(l->arena, "%s.service", kind->where),
            kind->data_service == NULL && kind->job_service == NULL);
        if (kind->data_service != NULL) {
            use(l, kind->data_service, sim_arena_print(l->arena, "%s.data_service", kind->where),
                true);
        }
        if (kind->job_service != NULL) {
            use_job(l, kind);
        }
        const char *owner = mdl_data_service(kind);
        const char *server = kind->job_service != NULL ? kind->job_service : kind->service;
        l->uses_calls = l->uses_calls || kind->call_count > 0 ||
                        (owner != NULL && server != NULL && strcmp(owner, server) != 0);
        for (int k = 0; k < kind->call_count; k++) {
            use(l, kind->calls[k], sim_arena_print(l->arena, "%s.calls[%d]", kind->where, k),
                false);
        }
    }
}

static void check_services(struct mdl_lowering *l) {
    const struct mdl_arch *arch = l->arch;
    for (int i = 0; i < arch->service_count; i++) {
        const struct mdl_arch_service *service = &arch->services[i];
        bool is_taken = strpbrk(service->name, ".@") != NULL;
        for (size_t k = 0; k < sizeof taken / sizeof taken[0]; k++) {
            is_taken = is_taken || strcmp(service->name, taken[k]) == 0;
        }
        if (is_taken) {
            sim_diag_add(l->diags, "bad-name", service->where,
                         "a name without \".\" and \"@\" that is none of client, load_balancer, "
                         "cache, database, replicas, home_link, services, users",
                         NULL, "\"%s\"", service->name);
        } else if (!l->sites[0].fleets[i].is_used && arch->kind_count > 0) {
            sim_diag_add(l->diags, "unused-service", service->where,
                         "a service that takes or is called by some kind of requests",
                         "name it in requests.KIND.service, data_service or calls",
                         "no request that comes to it");
        }
    }
    for (int r = 0; r < arch->region_count; r++) {
        const struct mdl_arch_region *region = &arch->regions[r];
        for (int i = 0; i < region->service_count; i++) {
            use(l, region->services[i].name, region->services[i].where, false);
        }
    }
}

bool mdl_lower_topology(struct mdl_lowering *l) {
    int errors = l->diags->errors;
    add_sites(l);
    use_services(l);
    if (l->diags->errors == errors) {
        check_services(l);
        check_jobs(l);
    }
    return l->diags->errors == errors;
}
