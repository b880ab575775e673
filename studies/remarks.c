/* What the figures mean, in sentences with numbers. */
#include <math.h>
#include <string.h>

#include "models/arch.h"

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

/* What one instance fewer would mean, by the utilization law: the same busy vCPUs on fewer of them.
 */
static void fewer_remark(struct std_builder *b, const struct mdl_tier *tier, double worst) {
    if (tier->instances < 2 || isnan(tier->usd_per_hour)) {
        return;
    }
    double then = worst * tier->instances / (tier->instances - 1);
    if (then >= COMFORT) {
        return;
    }
    std_add_remark(
        b, "saving",
        "One instance fewer would run at %.3g %% in that window and save %.4g USD an hour, "
        "%.0f USD a month of 730 h (on demand, %s, catalog of %s; VAT excluded). Whether "
        "the rest survives the loss of one instance is another question.",
        100 * then, tier->usd_per_hour, 730 * tier->usd_per_hour, tier->region,
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
    if (worst > 0 && COMFORT / worst >= 1.2) {
        std_add_remark(b, "headroom",
                       "By the utilization law about %.*f times this load would bring the %s to "
                       "%.0f %%: an extrapolation, to be run with that load_factor before it is "
                       "relied on.",
                       COMFORT / worst < 10 ? 1 : 0, COMFORT / worst, window, 100 * COMFORT);
        if (fleets == 1) {
            fewer_remark(b, tier, worst);
        }
    }
}

static void error_remark(struct std_builder *b) {
    double rate = value(b, "network", "", "error_rate");
    if (rate > 0) {
        std_add_remark(b, "errors",
                       "%.3g %% of the requests fail: per replication %.4g rejected, %.4g timed "
                       "out, %.4g abandoned, %.4g failed.",
                       100 * rate, value(b, "network", "", "count.rejected"),
                       value(b, "network", "", "count.timed_out"),
                       value(b, "network", "", "count.abandoned"),
                       value(b, "network", "", "count.failed"));
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
