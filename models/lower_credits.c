/* Lowering: CPU credits of burstable types: mode, and the balance that an idle time before the
 * launch has brought (docs/credits.md). */
#include <math.h>
#include <string.h>

#include "models/lower_parts.h"

/* The defaults of `launched`, by service: application servers are started for the occasion, a
 * database and a cache are there before. Assumptions. */
static const struct {
    const char *service;
    double launched_s;
    const char *likely;
    const char *source;
} services[] = {
    {"ec2", 3600, "1h", "assumption: started and checked an hour before the launch"},
    {"rds", 86400, "24h", "assumption: there, and idle, for a day before the launch"},
    {"elasticache", 86400, "24h", "assumption: there, and idle, for a day before the launch"},
};

static void derive_launched(struct mdl_lowering *l, const struct mdl_instance_type *type,
                            enum mdl_parameter_id launched) {
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (strcmp(services[i].service, type->service) == 0) {
            mdl_derive_number(l, launched, services[i].launched_s, services[i].likely, "0s", "24h",
                              services[i].source);
        }
    }
}

/* Whether `mode` is one of the words of "standard|unlimited". */
static bool allows(const char *modes, const char *mode) {
    size_t length = strlen(mode);
    for (const char *at = modes; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, mode, length) == 0 && (at[length] == '|' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

void mdl_derive_credits(struct mdl_lowering *l, const struct mdl_instance_type *type,
                        enum mdl_parameter_id mode, enum mdl_parameter_id launched) {
    const struct mdl_value *given = &l->scope.values[mode];
    if (isnan(type->credits_per_hour)) {
        if (given->given) {
            sim_diag_warn(l->diags, "no-credits", mdl_key(l, mode),
                          "CPU credits of a burstable type (T3, T3a, T4g)",
                          "leave it out: it has no effect", "\"%s\", and %s, which has none",
                          given->text, type->name);
        }
        return;
    }
    if (!given->given) {
        bool standard = strcmp(type->credit_mode, "standard") == 0;
        mdl_derive_number(l, mode, standard ? MDL_CREDITS_STANDARD : MDL_CREDITS_UNLIMITED,
                          type->credit_mode, NULL, NULL,
                          sim_arena_print(l->arena, "credits.csv: %s: the default of %s",
                                          type->credit_source, type->name));
    } else if (!allows(type->credit_modes, given->text)) {
        sim_diag_add(l->diags, "impossible-credits", mdl_key(l, mode),
                     sim_arena_print(l->arena, "\"%s\": AWS offers nothing else for %s",
                                     type->credit_modes, type->name),
                     "leave it out", "\"%s\"", given->text);
    }
    derive_launched(l, type, launched);
}

struct mdl_credits *mdl_credits_of(struct mdl_lowering *l, const struct mdl_instance_type *type,
                                   enum mdl_parameter_id mode, enum mdl_parameter_id launched) {
    if (isnan(type->credits_per_hour)) {
        return NULL;
    }
    struct mdl_credits *credits = sim_arena_alloc(l->arena, sizeof *credits);
    double idle_h = mdl_number(l, launched) / 3600;
    *credits = (struct mdl_credits){
        .earn_per_h = type->credits_per_hour,
        .cap = type->max_credits,
        .start = fmin(type->max_credits, type->credits_per_hour * idle_h),
        .unlimited = (int)mdl_number(l, mode) == MDL_CREDITS_UNLIMITED,
        .resume = mdl_credits_resume(type->credits_per_hour, type->max_credits),
    };
    return credits;
}

void mdl_tier_credits(const struct mdl_lowering *l, struct mdl_tier *tier,
                      const struct mdl_instance_type *type) {
    if (!isnan(type->credits_per_hour)) {
        tier->baseline_vcpus = type->credits_per_hour / 60;
        tier->surplus_usd_per_vcpu_hour = type->surplus_usd_per_vcpu_hour;
        tier->surplus_source = sim_arena_print(l->arena, "credits.csv: %s", type->credit_source);
    }
}
