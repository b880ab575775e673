/* CPU credits in sentences: which instances run out and when, what follows from it, and what the
 * run could not have shown. */
#include <math.h>
#include <string.h>

#include "models/arch.h"
#include "studies/findings_parts.h"
#include "studies/wall_clock.h"

enum { LISTED = 6 /* instances of one station, each with its time */ };

static double value(const struct std_builder *b, const char *scope, const char *entity,
                    const char *name) {
    const struct std_metric *m = std_metric_find(b->f, scope, entity, name);
    return m == NULL ? NAN : m->estimate.value;
}

static const struct mdl_tier *tier_of(const struct std_builder *b, const char *station) {
    const struct mdl_scenario *scenario = b->f->scenario;
    for (int i = 0; i < scenario->tier_count; i++) {
        if (scenario->tiers[i].cpu != NULL && strcmp(scenario->tiers[i].cpu, station) == 0) {
            return &scenario->tiers[i];
        }
    }
    return NULL;
}

/* What one station is to the reader. */
struct subject {
    const struct mdl_station_code *station;
    const struct mdl_credit_terms *terms;
    const struct mdl_tier *tier; /* NULL: network form */
    const char *name;            /* "app" */
    const char *servers;         /* "vCPUs" */
    double servers_each;
};

static struct subject subject_of(const struct std_builder *b, const struct mdl_station_code *s) {
    const struct mdl_place_code *place = &b->program->places[s->first_place];
    const struct mdl_tier *tier = tier_of(b, s->name);
    return (struct subject){
        .station = s,
        .terms = &place->credits->terms,
        .tier = tier,
        .name = tier != NULL ? tier->name : s->name,
        .servers = tier != NULL ? "vCPUs" : "servers",
        .servers_each = place->servers,
    };
}

static const char *clock_of(struct std_builder *b, double after_s) {
    const struct mdl_arch *arch = b->f->scenario->arch;
    return std_wall_clock(b->arena, arch != NULL ? arch->starts : NULL, after_s);
}

/* "at 11:58 (app-1), at 11:57 (app-2)": when each instance runs out, on average over the
 * replications in which it does. */
static const char *times_of(struct std_builder *b, const struct subject *x) {
    const struct mdl_station_code *s = x->station;
    const char *text = NULL;
    uint32_t listed = 0;
    uint32_t more = 0;
    for (uint32_t k = 0; k < s->instances; k++) {
        const char *scope = s->instances > 1 ? "instance" : "station";
        const char *entity = s->instances > 1 ? std_instance_name(b, s->name, k) : s->name;
        double when = value(b, scope, entity, "credits.first_empty");
        if (isnan(when)) {
            continue;
        }
        if (listed == LISTED) {
            more++;
            continue;
        }
        const char *one = clock_of(b, when);
        double share = value(b, scope, entity, "credits.emptied");
        if (s->instances > 1) {
            const char *some = share < 1 ? sim_arena_print(b->arena, ", in %.0f of %d replications",
                                                           share * b->replications, b->replications)
                                         : "";
            one = sim_arena_print(b->arena, "%s (%s-%u%s)", one, x->name, k + 1, some);
        }
        text = text == NULL ? one : sim_arena_print(b->arena, "%s, %s", text, one);
        listed++;
    }
    return more == 0 ? text : sim_arena_print(b->arena, "%s and of %u more", text, more);
}

/* "; in 7 of 10 replications, earliest at 11:41 and latest at 12:10": the first of the instances.
 */
static const char *spread_of(struct std_builder *b, const struct subject *x) {
    const struct std_metric *first =
        std_metric_find(b->f, "station", x->station->name, "credits.first_empty");
    double least = NAN;
    double most = NAN;
    int count = 0;
    for (int r = 0; r < b->replications; r++) {
        least = fmin(least, first->values[r]);
        most = fmax(most, first->values[r]);
        count += !isnan(first->values[r]);
    }
    if (b->replications < 2) {
        return "";
    }
    const char *text =
        sim_arena_print(b->arena, "; in %d of %d replications", count, b->replications);
    const char *earliest = clock_of(b, least);
    const char *latest = clock_of(b, most);
    if (strcmp(earliest, latest) == 0) {
        return text;
    }
    return sim_arena_print(b->arena, "%s, earliest %s and latest %s", text, earliest, latest);
}

static void emptied_remark(struct std_builder *b, const struct subject *x) {
    const char *entity = x->station->name;
    const char *label = x->tier == NULL ? "" : sim_arena_print(b->arena, " (%s)", x->tier->label);
    const char *begin = sim_arena_print(
        b->arena, "CPU credits of %s%s, %s: balance empty %s%s.", x->name, label,
        x->terms->unlimited ? "unlimited" : "standard", times_of(b, x), spread_of(b, x));
    if (!x->terms->unlimited) {
        double each = value(b, "station", entity, "credits.throttled") / x->station->instances;
        std_add_remark(b, "credits",
                       "%s Without credits an instance is held to %.3g %s of %.3g: for %s each on "
                       "average.",
                       begin, mdl_credit_baseline(x->terms), x->servers, x->servers_each,
                       std_span_text(b->arena, each));
        return;
    }
    double charged = value(b, "station", entity, "credits.charged");
    double owed = value(b, "station", entity, "credits.surplus.end");
    double most = value(b, "station", entity, "credits.surplus.max");
    if (charged <= 0 && owed <= 0) {
        std_add_remark(b, "credits",
                       "%s They are not slowed: the surplus owed, %.4g credits at most, is repaid "
                       "by later earnings before the end of the run, and nothing is charged.",
                       begin, most);
        return;
    }
    const char *money = "";
    if (x->tier != NULL) {
        double price = x->tier->surplus_usd_per_vcpu_hour;
        money = sim_arena_print(
            b->arena, ": %.3g and %.3g USD at %.3g USD per vCPU-hour (%s; VAT excluded)",
            charged / 60 * price, owed / 60 * price, price, x->tier->surplus_source);
    }
    std_add_remark(b, "credits",
                   "%s They are not slowed, and owe a surplus instead: %.4g credits are charged "
                   "during the run, %.4g are owed at its end, charged if the instances stop "
                   "then%s.",
                   begin, charged, owed, money);
}

/* Spends more than it earns, and the end of the run comes before that of the credits. */
static void falling_remark(struct std_builder *b, const struct subject *x) {
    const char *entity = x->station->name;
    double baseline = mdl_credit_baseline(x->terms);
    double busy = value(b, "station", entity, "credits.delivered") / x->station->instances;
    double end = value(b, "station", entity, "credits.balance.end");
    double start = value(b, "station", entity, "credits.balance.start");
    if (busy > baseline * (1 + 1e-9) && end < start) {
        std_add_remark(
            b, "credits",
            "%s spends more CPU credits than it earns: %s busy per instance %.3g on average, "
            "sustained %.3g. The balance falls from %.4g to %.4g; at this rate it would last "
            "for another %s, so that this run does not show what comes then.",
            x->name, x->servers, busy, baseline, start, end,
            std_span_text(b->arena, end / (busy - baseline) * 60));
    }
}

/* The allowance of the network of a tier's servers, in minutes at the burst rate, where it is used
 * up or would be. */
static void network_remark(struct std_builder *b, const struct mdl_tier *tier,
                           const struct mdl_station_code *station) {
    struct subject x = subject_of(b, station);
    x.name = tier->name;
    double burst = tier->network_gbps;
    double baseline = mdl_credit_baseline(x.terms);
    double busy = value(b, "station", station->name, "credits.delivered") / station->instances;
    double end = value(b, "station", station->name, "credits.balance.end");
    if (value(b, "station", station->name, "credits.emptied") > 0) {
        double each = value(b, "station", station->name, "credits.throttled") / station->instances;
        std_add_remark(
            b, "network",
            "Network allowance of %s (%s; its size is an assumption): used up %s%s. "
            "Without it a server is held to %.3g Gbit/s of %.3g: for %s each on average.",
            x.name, tier->label, times_of(b, &x), spread_of(b, &x), baseline * burst, burst,
            std_span_text(b->arena, each));
    } else if (busy > baseline * (1 + 1e-9)) {
        std_add_remark(
            b, "network",
            "Servers of %s carry %.3g Gbit/s each on average, and their network sustains "
            "%.3g: they live on an allowance whose size is an assumption. %.3g %% of it "
            "are left at the end; a longer run would use it up.",
            x.name, busy * burst, baseline * burst, 100 * end / x.terms->cap);
    }
}

static bool has_emptied(const struct std_builder *b, const struct subject *x) {
    return value(b, "station", x->station->name, "credits.emptied") > 0;
}

void std_build_emptied_remarks(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    for (uint32_t i = 0; i < p->station_count; i++) {
        if (p->places[p->stations[i].first_place].credits == NULL) {
            continue;
        }
        const struct mdl_tier *tier = std_network_of(b, p->stations[i].name);
        if (tier != NULL) {
            network_remark(b, tier, &p->stations[i]);
            continue;
        }
        struct subject x = subject_of(b, &p->stations[i]);
        if (has_emptied(b, &x)) {
            emptied_remark(b, &x);
        } else {
            falling_remark(b, &x);
        }
    }
}

void std_build_balance_remark(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    const char *balances = NULL;
    const char *busy = NULL;
    bool all = true;
    for (uint32_t i = 0; i < p->station_count; i++) {
        if (p->places[p->stations[i].first_place].credits == NULL ||
            std_network_of(b, p->stations[i].name) != NULL) {
            continue;
        }
        struct subject x = subject_of(b, &p->stations[i]);
        if (has_emptied(b, &x)) {
            all = false;
            continue;
        }
        const char *entity = x.station->name;
        double least = value(b, "station", entity, "credits.balance.min");
        double each = value(b, "station", entity, "credits.delivered") / x.station->instances;
        balances = sim_arena_print(b->arena, "%s%s%s %.4g", balances == NULL ? "" : balances,
                                   balances == NULL ? "" : ", ", x.name, least);
        busy =
            sim_arena_print(b->arena, "%s%s%s %.3g of %.3g", busy == NULL ? "" : busy,
                            busy == NULL ? "" : ", ", x.name, each, mdl_credit_baseline(x.terms));
    }
    if (balances != NULL) {
        std_add_remark(b, "credits",
                       "%s CPU credits; lowest balance of an instance: %s. Busy vCPUs per instance "
                       "on average, against the baseline that its earnings sustain: %s.",
                       all ? "No instance runs out of" : "Elsewhere no instance runs out of",
                       balances, busy);
    }
}
