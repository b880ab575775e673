/* What the tiers of the database say beside CPU and connections: volumes, and read replicas. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"

/* Less of a bucket than this is nothing left. */
#define EMPTY 1e-3

static struct std_buckets buckets_of(const struct std_builder *b, const char *tier,
                                     const char *part) {
    return std_buckets_of(b, sim_arena_print(b->arena, "%s.%s", tier, part));
}

/* --- volumes ------------------------------------------------------------------------------ */

/* Operations, and what they are of what the volume sustains: what fills a burst bucket, where there
 * is one. */
static void add_operations(struct std_builder *b, const struct mdl_tier *tier,
                           const struct std_buckets *iops, const struct std_buckets *burst) {
    const struct std_buckets *sustained = burst->count > 0 ? burst : iops;
    double *operations = std_values(b);
    double *busiest = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        const struct mdl_result *result = b->results[r];
        if (!(result->observed_s > 0)) {
            continue;
        }
        operations[r] = busiest[r] = 0;
        for (uint32_t i = iops->first; i < iops->first + iops->count; i++) {
            double rate = result->balances[i].taken / result->observed_s;
            operations[r] += rate;
            uint32_t own = sustained->first + i - iops->first;
            busiest[r] = fmax(busiest[r], rate / (b->program->limiters[own].per_ns * 1e9));
        }
    }
    std_add_mean(b, "tier", tier->name, "storage.operations", "1/s", operations);
    std_add_mean(b, "tier", tier->name, "storage.utilization", "1", busiest);
}

/* Passages of any limit of the volume that had to wait for it. */
static void add_throttled(struct std_builder *b, const struct mdl_tier *tier,
                          const struct std_buckets *limits, int count) {
    double *throttled = std_values(b);
    double *share = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        double passages = 0;
        throttled[r] = 0;
        for (int k = 0; k < count; k++) {
            for (uint32_t i = limits[k].first; i < limits[k].first + limits[k].count; i++) {
                throttled[r] += (double)b->results[r]->passages[i].waited;
                passages += (double)b->results[r]->passages[i].arrived;
            }
        }
        share[r] = passages > 0 ? throttled[r] / passages : NAN;
    }
    std_add_mean(b, "tier", tier->name, "storage.throttled", "passages", throttled);
    std_add_mean(b, "tier", tier->name, "storage.throttled_share", "1", share);
}

/* Burst credits as shares of a full bucket: of the emptiest volume, and on average over time. */
static void add_burst(struct std_builder *b, const struct mdl_tier *tier,
                      const struct std_buckets *burst) {
    double *least = std_values(b);
    double *end = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        least[r] = end[r] = 1;
        for (uint32_t i = burst->first; i < burst->first + burst->count; i++) {
            const struct mdl_balance *balance = &b->results[r]->balances[i];
            least[r] = fmin(least[r], balance->least / b->program->limiters[i].burst);
            end[r] = fmin(end[r], balance->end / b->program->limiters[i].burst);
        }
    }
    std_add_mean(b, "tier", tier->name, "storage.burst_min", "1", least);
    std_add_mean(b, "tier", tier->name, "storage.burst_end", "1", end);
    uint32_t width = (uint32_t)b->f->bucket_count;
    struct sim_estimate *points = sim_arena_array(b->arena, width, sizeof *points);
    double *values = std_values(b);
    for (uint32_t k = 0; k < width; k++) {
        for (int r = 0; r < b->replications; r++) {
            values[r] = 1;
            for (uint32_t i = burst->first; i < burst->first + burst->count; i++) {
                values[r] = fmin(values[r], b->results[r]->balances[i].bucket_mean[k] /
                                                b->program->limiters[i].burst);
            }
        }
        points[k] = sim_estimate_mean(values, b->replications);
    }
    if (width > 0) {
        std_add_series(b, "tier", tier->name, "storage.burst", "1", points);
    }
}

static void add_volume(struct std_builder *b, const struct mdl_tier *tier) {
    const struct std_buckets limits[] = {buckets_of(b, tier->volume, "iops"),
                                         buckets_of(b, tier->volume, "burst"),
                                         buckets_of(b, tier->volume, "throughput")};
    add_operations(b, tier, &limits[0], &limits[1]);
    add_throttled(b, tier, limits, 3);
    if (limits[1].count > 0) {
        add_burst(b, tier, &limits[1]);
    }
}

/* --- replicas ----------------------------------------------------------------------------- */

/* The lag's figures of the replica where its mean is largest. */
static void add_lag(struct std_builder *b, const struct mdl_tier *tier) {
    const char *worst = NULL;
    double most = -1;
    for (int i = 0; i < tier->instances; i++) {
        const char *entity = sim_arena_print(b->arena, "%s[%d].lag", tier->lags, i);
        const struct std_metric *mean = std_metric_find(b->f, "block", entity, "response.mean");
        if (mean != NULL && mean->estimate.value > most) {
            most = mean->estimate.value;
            worst = entity;
        }
    }
    static const char *const names[][2] = {{"response.mean", "lag.mean"},
                                           {"response.max", "lag.max"}};
    for (int i = 0; worst != NULL && i < 2; i++) {
        const struct std_metric *m = std_metric_find(b->f, "block", worst, names[i][0]);
        std_add_mean(b, "tier", tier->name, names[i][1], "s", m->values);
    }
    for (int q = 0; worst != NULL && q < b->f->scenario->percentile_count; q++) {
        double quantile = b->f->scenario->percentiles[q];
        const struct std_metric *m =
            std_metric_find(b->f, "block", worst, std_percentile_name(b, "response", quantile));
        std_add_sections(b, "tier", tier->name, std_percentile_name(b, "lag", quantile), "s",
                         m->estimate.value, m->values, SIM_HISTOGRAM_ERROR);
        const struct std_series *series =
            std_series_find(b->f, "block", worst, std_percentile_name(b, "response", quantile));
        if (series != NULL) {
            std_add_series(b, "tier", tier->name, std_percentile_name(b, "lag", quantile), "s",
                           series->points);
        }
    }
}

/* Commits on their way or waiting for their replay, over all replicas. */
static void add_unreplayed(struct std_builder *b, const struct mdl_tier *tier) {
    const char *pool = sim_arena_print(b->arena, "%s.unreplayed", tier->lags);
    double *mean = std_values(b);
    double *end = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        mean[r] = end[r] = 0;
        for (uint32_t i = 0; i < b->program->bay_count; i++) {
            if (strcmp(b->program->pools[b->program->bay_pool[i]].name, pool) == 0) {
                mean[r] += b->results[r]->held[i].mean;
                end[r] += (double)b->results[r]->held[i].end;
            }
        }
    }
    std_add_mean(b, "tier", tier->name, "unreplayed.mean", "commits", mean);
    std_add_mean(b, "tier", tier->name, "unreplayed.end", "commits", end);
    const struct std_series *series = std_series_find(b->f, "pool", pool, "held");
    if (series != NULL) {
        std_add_series(b, "tier", tier->name, "unreplayed", "commits", series->points);
    }
}

/* A read is stale when its replica has commits to replay as it gets its connection there; of these
 * it touches what one of n has changed with a probability of n x `stale_overlap` at most. */
static void add_stale(struct std_builder *b, const struct mdl_tier *tier) {
    static const char *const names[][3] = {{"watched.count", "stale.count", "reads"},
                                           {"watched.share", "stale.share", "1"}};
    const char *pool = sim_arena_print(b->arena, "%s.connections", tier->lags);
    const struct std_metric *seen = std_metric_find(b->f, "pool", pool, "watched.mean");
    if (seen == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        const struct std_metric *m = std_metric_find(b->f, "pool", pool, names[i][0]);
        std_add_mean(b, "tier", tier->name, names[i][1], names[i][2], m->values);
    }
    double *touched = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        touched[r] = isnan(seen->values[r]) ? NAN : fmin(1, seen->values[r] * tier->stale_overlap);
    }
    std_add_mean(b, "tier", tier->name, "stale.touched", "1", touched);
}

/* A volume that needs more than it sustains lives on its burst credits, and not for long; what it
 * does then is another figure. */
static void add_burst_remark(struct std_builder *b, const struct mdl_tier *tier) {
    const struct std_metric *use = std_metric_find(b->f, "tier", tier->name, "storage.utilization");
    const struct std_metric *least = std_metric_find(b->f, "tier", tier->name, "storage.burst_min");
    if (least == NULL || use == NULL || !(use->estimate.value > 1)) {
        return;
    }
    double left = least->estimate.value;
    std_add_remark(b, "storage",
                   "The busiest volume of the %s tier is asked for %.3g times the operations that "
                   "it sustains, and lives on burst credits. %s",
                   tier->name, use->estimate.value,
                   left < EMPTY
                       ? "They were used up: from then on it was held to what it sustains."
                       : sim_arena_print(b->arena,
                                         "%.3g %% of them are left at the least: a longer run at "
                                         "this load would use them up.",
                                         100 * left));
}

/* Operations or bytes that wait for a volume. */
static void add_throttle_remark(struct std_builder *b, const struct mdl_tier *tier) {
    const struct std_metric *share =
        std_metric_find(b->f, "tier", tier->name, "storage.throttled_share");
    if (share != NULL && share->estimate.value > 0.01) {
        std_add_remark(
            b, "storage",
            "The limits of its volumes make %.3g %% of the %s tier's storage operations "
            "wait: a larger or better provisioned volume, more buffer pool, or an instance "
            "with more EBS bandwidth would help.",
            100 * share->estimate.value, tier->name);
    }
}

void std_build_data_remarks(struct std_builder *b) {
    for (int i = 0; i < b->f->scenario->tier_count; i++) {
        const struct mdl_tier *tier = &b->f->scenario->tiers[i];
        if (tier->volume != NULL) {
            add_burst_remark(b, tier);
            add_throttle_remark(b, tier);
        }
    }
}

void std_build_data_tiers(struct std_builder *b) {
    for (int i = 0; i < b->f->scenario->tier_count; i++) {
        const struct mdl_tier *tier = &b->f->scenario->tiers[i];
        if (tier->volume != NULL) {
            add_volume(b, tier);
        }
        if (tier->lags != NULL) {
            add_lag(b, tier);
            add_unreplayed(b, tier);
            add_stale(b, tier);
        }
    }
}
