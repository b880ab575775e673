/* CPU credits: of each instance, of a station over its instances, and of tiers in money. Metrics
 * "credits.*" (docs/credits.md): balances are means over a station's instances, its lowest is the
 * least of any; times and amounts are sums over them. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"

struct places {
    uint32_t first, count;
};

typedef double field_of(const struct mdl_credit_result *c);
static double start_of(const struct mdl_credit_result *c) { return c->start; }
static double end_of(const struct mdl_credit_result *c) { return c->end; }
static double mean_of(const struct mdl_credit_result *c) { return c->mean; }
static double lowest_of(const struct mdl_credit_result *c) { return c->lowest; }
static double emptied_of(const struct mdl_credit_result *c) { return c->emptied_s; }
static double spent_of(const struct mdl_credit_result *c) { return c->spent; }
static double discarded_of(const struct mdl_credit_result *c) { return c->discarded; }
static double withheld_of(const struct mdl_credit_result *c) { return c->withheld; }
static double throttled_of(const struct mdl_credit_result *c) { return c->throttled_s; }
static double times_of(const struct mdl_credit_result *c) { return (double)c->times; }
static double surplus_of(const struct mdl_credit_result *c) { return c->surplus; }
static double highest_of(const struct mdl_credit_result *c) { return c->highest_surplus; }
static double charged_of(const struct mdl_credit_result *c) { return c->charged; }
static double if_stopped_of(const struct mdl_credit_result *c) { return c->charged_if_stopped; }

enum join { MEAN, SUM, LEAST }; /* of the instances; NAN is left out by LEAST */

static double joined(const struct std_builder *b, int replication, const struct places *s,
                     field_of *field, enum join join) {
    double all = join == LEAST ? NAN : 0;
    for (uint32_t i = 0; i < s->count; i++) {
        double one = field(&b->results[replication]->credits[s->first + i]);
        all = join == LEAST ? fmin(all, one) : all + one;
    }
    return join == MEAN ? all / s->count : all;
}

static const double *values_of(struct std_builder *b, const struct places *s, field_of *field,
                               enum join join) {
    double *values = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        values[r] = joined(b, r, s, field, join);
    }
    return values;
}

static void add(struct std_builder *b, const char *scope, const char *entity,
                const struct places *s, const char *name, const char *unit, field_of *field,
                enum join join) {
    std_add_mean(b, scope, entity, name, unit, values_of(b, s, field, join));
}

static bool unlimited(const struct std_builder *b, const struct places *s) {
    return b->program->places[s->first].credits->terms.unlimited;
}

/* Whether, and when, the first of the instances has no credits left for what it is asked. */
static void add_emptied(struct std_builder *b, const char *scope, const char *entity,
                        const struct places *s) {
    const double *when = values_of(b, s, emptied_of, LEAST);
    double *whether = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        whether[r] = isnan(when[r]) ? 0 : 1;
    }
    std_add_mean(b, scope, entity, "credits.emptied", "1", whether);
    std_add_mean(b, scope, entity, "credits.first_empty", "s", when);
}

static void add_credits(struct std_builder *b, const char *scope, const char *entity,
                        const struct places *s) {
    add(b, scope, entity, s, "credits.balance.start", "credits", start_of, MEAN);
    add(b, scope, entity, s, "credits.balance.mean", "credits", mean_of, MEAN);
    add(b, scope, entity, s, "credits.balance.min", "credits", lowest_of, LEAST);
    add(b, scope, entity, s, "credits.balance.end", "credits", end_of, MEAN);
    add_emptied(b, scope, entity, s);
    add(b, scope, entity, s, "credits.spent", "credits", spent_of, SUM);
    add(b, scope, entity, s, "credits.discarded", "credits", discarded_of, SUM);
    const double *spent = values_of(b, s, spent_of, SUM);
    double *delivered = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        double span = b->results[r]->observed_s;
        delivered[r] = span > 0 ? spent[r] * 60 / span : NAN;
    }
    std_add_mean(b, scope, entity, "credits.delivered", "servers", delivered);
    if (unlimited(b, s)) {
        add(b, scope, entity, s, "credits.surplus.max", "credits", highest_of, SUM);
        add(b, scope, entity, s, "credits.surplus.end", "credits", surplus_of, SUM);
        add(b, scope, entity, s, "credits.charged", "credits", charged_of, SUM);
        add(b, scope, entity, s, "credits.charged_if_stopped", "credits", if_stopped_of, SUM);
    } else {
        add(b, scope, entity, s, "credits.withheld", "credits", withheld_of, SUM);
        add(b, scope, entity, s, "credits.throttled", "s", throttled_of, SUM);
        add(b, scope, entity, s, "credits.throttles", "times", times_of, SUM);
    }
}

/* --- over time ----------------------------------------------------------------------------------
 */

typedef const double *track_of(const struct mdl_credit_result *c);
static const double *balances_of(const struct mdl_credit_result *c) { return c->bucket_balance; }
static const double *surpluses_of(const struct mdl_credit_result *c) { return c->bucket_surplus; }
static const double *shares_of(const struct mdl_credit_result *c) { return c->bucket_throttled; }

static void add_series(struct std_builder *b, const char *scope, const char *entity,
                       const struct places *s, const char *name, const char *unit, track_of *track,
                       enum join join) {
    uint32_t buckets = (uint32_t)b->f->bucket_count;
    struct sim_estimate *points = sim_arena_array(b->arena, buckets, sizeof *points);
    double *values = std_values(b);
    for (uint32_t k = 0; k < buckets; k++) {
        for (int r = 0; r < b->replications; r++) {
            values[r] = join == LEAST ? NAN : 0;
            for (uint32_t i = 0; i < s->count; i++) {
                double one = track(&b->results[r]->credits[s->first + i])[k];
                values[r] = join == LEAST ? fmin(values[r], one) : values[r] + one;
            }
            values[r] /= join == MEAN ? s->count : 1;
        }
        points[k] = sim_estimate_mean(values, b->replications);
    }
    std_add_series(b, scope, entity, name, unit, points);
}

static void add_all_series(struct std_builder *b, const char *scope, const char *entity,
                           const struct places *s) {
    if (b->f->bucket_count == 0) {
        return;
    }
    add_series(b, scope, entity, s, "credits.balance", "credits", balances_of, MEAN);
    if (s->count > 1) {
        add_series(b, scope, entity, s, "credits.balance_min", "credits", balances_of, LEAST);
    }
    if (unlimited(b, s)) {
        add_series(b, scope, entity, s, "credits.surplus", "credits", surpluses_of, SUM);
    } else {
        add_series(b, scope, entity, s, "credits.throttled", "1", shares_of, MEAN);
    }
}

/* --- stations and tiers -------------------------------------------------------------------------
 */

static bool has_credits(const struct std_builder *b, const struct mdl_station_code *s) {
    return b->program->places[s->first_place].credits != NULL;
}

/* What surplus credits cost, for a tier with a price. */
static void add_charge(struct std_builder *b, const struct mdl_tier *tier, const struct places *s) {
    const double *charged = values_of(b, s, charged_of, SUM);
    const double *if_stopped = values_of(b, s, if_stopped_of, SUM);
    double *usd = std_values(b);
    double *usd_if_stopped = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        usd[r] = charged[r] / 60 * tier->surplus_usd_per_vcpu_hour;
        usd_if_stopped[r] = if_stopped[r] / 60 * tier->surplus_usd_per_vcpu_hour;
    }
    std_add_mean(b, "tier", tier->name, "credits.charge", "USD", usd);
    std_add_mean(b, "tier", tier->name, "credits.charge_if_stopped", "USD", usd_if_stopped);
}

const struct mdl_tier *std_network_of(const struct std_builder *b, const char *station) {
    const struct mdl_scenario *scenario = b->f->scenario;
    for (int i = 0; i < scenario->tier_count; i++) {
        const char *network = scenario->tiers[i].network;
        if (network != NULL && strcmp(network, station) == 0) {
            return &scenario->tiers[i];
        }
    }
    return NULL;
}

/* What a bank of "credits", minutes at the burst rate, says of the network of a tier's servers
 * (models/lower_network.c): what they carry, in the busier direction; against the baseline; what is
 * left of a full allowance; and how long servers were held to the baseline. */
static void add_network(struct std_builder *b, const struct mdl_tier *tier,
                        const struct places *s) {
    const struct mdl_credit_terms *terms = &b->program->places[s->first].credits->terms;
    const double *spent = values_of(b, s, spent_of, SUM);
    const double *lowest = values_of(b, s, lowest_of, LEAST);
    double *gbps = std_values(b);
    double *use = std_values(b);
    double *least = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        double span = b->results[r]->observed_s;
        double busy = span > 0 ? spent[r] * 60 / span : NAN;
        gbps[r] = busy * tier->network_gbps;
        use[r] = busy / s->count / mdl_credit_baseline(terms);
        least[r] = lowest[r] / terms->cap;
    }
    std_add_mean(b, "tier", tier->name, "network.carried", "Gbit/s", gbps);
    std_add_mean(b, "tier", tier->name, "network.utilization", "1", use);
    std_add_mean(b, "tier", tier->name, "network.allowance_min", "1", least);
    add(b, "tier", tier->name, s, "network.throttled", "s", throttled_of, SUM);
    uint32_t buckets = (uint32_t)b->f->bucket_count;
    struct sim_estimate *points = sim_arena_array(b->arena, buckets, sizeof *points);
    double *values = std_values(b);
    for (uint32_t k = 0; k < buckets; k++) {
        for (int r = 0; r < b->replications; r++) {
            values[r] = NAN;
            for (uint32_t i = s->first; i < s->first + s->count; i++) {
                values[r] = fmin(values[r], b->results[r]->credits[i].bucket_balance[k]);
            }
            values[r] /= terms->cap;
        }
        points[k] = sim_estimate_mean(values, b->replications);
    }
    if (buckets > 0) {
        std_add_series(b, "tier", tier->name, "network.allowance", "1", points);
    }
}

void std_build_credits(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    const struct mdl_scenario *scenario = b->f->scenario;
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station_code *s = &p->stations[i];
        if (!has_credits(b, s)) {
            continue;
        }
        struct places all = {s->first_place, s->instances};
        add_credits(b, "station", s->name, &all);
        add_all_series(b, "station", s->name, &all);
        for (uint32_t k = 0; k < s->instances && s->instances > 1; k++) {
            struct places one = {s->first_place + k, 1};
            const char *name = std_instance_name(b, s->name, k);
            add_credits(b, "instance", name, &one);
            add_all_series(b, "instance", name, &one);
        }
        const struct mdl_tier *network = std_network_of(b, s->name);
        if (network != NULL) {
            add_network(b, network, &all);
        }
        for (int t = 0; t < scenario->tier_count; t++) {
            const struct mdl_tier *tier = &scenario->tiers[t];
            if (tier->cpu == NULL || strcmp(tier->cpu, s->name) != 0) {
                continue;
            }
            add_credits(b, "tier", tier->name, &all);
            add_all_series(b, "tier", tier->name, &all);
            if (unlimited(b, &all)) {
                add_charge(b, tier, &all);
            }
        }
    }
}
