/* What the figures mean, in sentences with numbers. */
#include <math.h>
#include <string.h>

#include "models/arch.h"
#include "models/solve_formulas.h"
#include "studies/slo_parts.h"

/* The utilization that planners commonly take as the ceiling of a CPU tier: above it the wait at a
 * processor-sharing server is more than 1 / (1 - 0.7) = 3.3 times the service. An assumption. */
#define COMFORT 0.70

static double value(const struct std_builder *b, const char *scope, const char *entity,
                    const char *name) {
    const struct std_metric *m = std_metric_find(b->f, scope, entity, name);
    return m == NULL ? NAN : m->estimate.value;
}

static double worst_of(const struct std_builder *b, const char *tier, const char **window) {
    double worst = value(b, "tier", tier, "utilization_worst_5min");
    *window = "worst 5 minutes";
    if (isnan(worst)) {
        worst = value(b, "tier", tier, "utilization_worst_bucket");
        *window = "worst bucket";
    }
    if (isnan(worst)) {
        worst = value(b, "tier", tier, "utilization");
        *window = "mean";
    }
    return worst;
}

/* Above this share of failures the load at a server says little about a larger one: those who are
 * turned away would bring work, too. */
#define FAILING 0.01

/* An instance of a tier in its busiest bucket. */
struct instance_load {
    struct mdl_rates rates;
    double work; /* offered, s of one thread of the reference per s */
};

static bool instance_load(const struct std_builder *b, const struct mdl_tier *tier,
                          struct instance_load *load) {
    const struct mdl_program *p = b->program;
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station_code *s = &p->stations[i];
        const struct std_part *part = &b->parts[1 + i];
        if (strcmp(s->name, tier->cpu) == 0) {
            const struct mdl_place_code *place = &p->places[s->first_place];
            double *total = sim_arena_array(b->arena, place->rate_count, sizeof *total);
            for (uint32_t n = 1; n <= place->rate_count; n++) {
                total[n - 1] = place->rates[n - 1] * n * 1e9;
            }
            load->rates = (struct mdl_rates){(int)place->servers, (int)place->rate_count, total};
            load->work = part->offered.value * part->peak * mdl_rate_last(&load->rates);
            return load->work > 0;
        }
    }
    return false;
}

/* Busy share of an instance that is offered this work: processor sharing, Poisson arrivals. Not in
 * proportion to the work, as two threads of a core do less than twice what one does. */
static double busy_frac(const struct instance_load *load, double work) {
    return work < mdl_rate_last(&load->rates)
               ? mdl_occupancy_of(work, &load->rates, -1).busy / load->rates.servers
               : 1;
}

/* How many times the load brings an instance to the ceiling. */
static double times_to_comfort(const struct instance_load *load) {
    double low = 0;
    double high = mdl_rate_last(&load->rates);
    while (high - low > 1e-6 * high) {
        double middle = (low + high) / 2;
        *(busy_frac(load, middle) < COMFORT ? &low : &high) = middle;
    }
    return low / load->work;
}

/* What one instance fewer would mean: the same work on fewer of them. */
static void fewer_remark(struct std_builder *b, const struct mdl_tier *tier,
                         const struct instance_load *load, double worst, const char *window) {
    if (tier->instances < 2 || isnan(tier->usd_per_hour)) {
        return;
    }
    double now = busy_frac(load, load->work);
    double more = busy_frac(load, load->work * tier->instances / (tier->instances - 1));
    double then = fmin(1, worst * more / now); /* arrivals may be less even than Poisson ones */
    if (then >= COMFORT) {
        return;
    }
    std_add_remark(b, "saving",
                   "One instance fewer would run at about %.3g %% in the %s and save %.4g USD an "
                   "hour, %.0f USD a month of 730 h (on demand, %s, catalog of %s; VAT excluded). "
                   "Whether the rest survives the loss of one instance is another question.",
                   100 * then, window, tier->usd_per_hour, 730 * tier->usd_per_hour, tier->region,
                   b->f->scenario->catalog_date);
}

/* Of the fleets of application servers: the busiest one in its worst minutes. */
static const struct mdl_tier *busiest_fleet(const struct std_builder *b, int *fleets) {
    const struct mdl_scenario *scenario = b->f->scenario;
    const struct mdl_tier *busiest = NULL;
    double most = -1;
    *fleets = 0;
    for (int i = 0; i < scenario->tier_count; i++) {
        const char *window;
        const struct mdl_tier *tier = &scenario->tiers[i];
        double worst = tier->workers != NULL ? worst_of(b, tier->name, &window) : NAN;
        *fleets += tier->workers != NULL;
        if (worst > most) {
            most = worst;
            busiest = tier;
        }
    }
    return busiest;
}

static void app_remark(struct std_builder *b) {
    int fleets;
    const struct mdl_tier *tier = busiest_fleet(b, &fleets);
    if (tier == NULL) {
        return;
    }
    const char *window;
    double mean = value(b, "tier", tier->name, "utilization");
    double worst = worst_of(b, tier->name, &window);
    const char *name = fleets == 1
                           ? tier->label
                           : sim_arena_print(b->arena, "busiest of %d fleets of servers, %s (%s),",
                                             fleets, tier->name, tier->label);
    const char *state = worst < 0.2       ? "almost idle"
                        : worst < COMFORT ? "not stretched"
                        : worst < 0.95    ? "busy, above the 70 % that planners allow (assumption)"
                                          : "saturated";
    std_add_remark(b, "verdict",
                   "The %s %s %s: CPU utilization %.3g %% on average, %.3g %% in the %s.", name,
                   fleets == 1 ? "are" : "is", state, 100 * mean, 100 * worst, window);
    struct instance_load load = {.work = 0};
    bool failing = value(b, "network", "", "error_rate") >= FAILING;
    double times = !failing && instance_load(b, tier, &load) ? times_to_comfort(&load) : 0;
    if (times >= 1.2) {
        std_add_remark(b, "headroom",
                       "About %.*f times this load would bring the %s to %.0f %% (processor "
                       "sharing at the type's work rates, Poisson arrivals): an extrapolation, to "
                       "be run with that load_factor before it is relied on.",
                       times < 10 ? 1 : 0, times, window, 100 * COMFORT);
        if (fleets == 1) {
            fewer_remark(b, tier, &load, worst, window);
        }
    }
}

static void error_remark(struct std_builder *b) {
    double rate = value(b, "network", "", "error_rate");
    if (rate > 0) {
        std_add_remark(b, "errors",
                       "%.3g %% of the requests fail: per replication %s rejected, %s timed "
                       "out, %s abandoned, %s failed.",
                       100 * rate, std_number(b, value(b, "network", "", "count.rejected")),
                       std_number(b, value(b, "network", "", "count.timed_out")),
                       std_number(b, value(b, "network", "", "count.abandoned")),
                       std_number(b, value(b, "network", "", "count.failed")));
    } else if (rate == 0) {
        std_add_remark(b, "errors", "No request fails.");
    }
}

/* Users of a load test who keep a common beat. */
static void beat_remark(struct std_builder *b) {
    const struct mdl_arch *arch = b->f->scenario->arch;
    if (arch != NULL && !arch->workload.launch_day && arch->workload.reading == MDL_BACK_TO_BACK &&
        !(arch->workload.duration_cv > 0)) {
        std_add_remark(b, "beat",
                       "All actions take exactly their durations, so that the users keep a common "
                       "beat and their requests come in bursts, more than those of real users: "
                       "compare --vary workload.duration_cv=0,0.3 tells what that adds to the "
                       "response times.");
    }
}

void std_build_remarks(struct std_builder *b) {
    std_build_slo_remarks(b);
    if (value(b, "network", "", "count.ok") == 0) {
        std_add_remark(b, "warning", "No request was completed in the time observed.");
    }
    std_growth_remarks(b);
    app_remark(b);
    std_build_emptied_remarks(b);
    std_build_data_remarks(b);
    error_remark(b);
    std_bottleneck_remark(b);
    std_saturation_remarks(b);
    std_build_balance_remark(b);
    beat_remark(b);
}
