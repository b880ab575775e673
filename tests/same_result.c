#include "tests/same_result.h"

#include <stdio.h>
#include <string.h>

#include "sim/random.h"

/* --- results ------------------------------------------------------------------------------ */

static void mix(uint64_t *hash, uint64_t value) { *hash = sim_mix(*hash, value); }

static void mix_double(uint64_t *hash, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    mix(hash, bits);
}

static void mix_wide(uint64_t *hash, sim_wide_u value) {
    mix(hash, (uint64_t)value);
    mix(hash, (uint64_t)(value >> 64));
}

static void mix_tally(uint64_t *hash, const struct sim_tally *t) {
    mix(hash, t->count);
    mix_wide(hash, (sim_wide_u)sim_tally_sum(t));
    mix_wide(hash, t->squares);
    mix_double(hash, t->large_squares);
    if (t->count > 0) {
        mix(hash, (uint64_t)t->min);
        mix(hash, (uint64_t)t->max);
    }
}

static void mix_sparse(uint64_t *hash, const struct sim_sparse *s) {
    mix(hash, s->size);
    for (uint32_t i = 0; i < s->size; i++) {
        mix(hash, s->bucket[i]);
        mix(hash, s->count[i]);
    }
}

static void mix_sojourns(uint64_t *hash, const struct mdl_program *p, const struct mdl_sojourn *s,
                         uint32_t count) {
    for (uint32_t i = 0; i < count; i++, s++) {
        mix(hash, s->arrived);
        for (int k = 0; k < MDL_OUTCOMES; k++) {
            mix(hash, s->outcome[k]);
        }
        mix(hash, s->attempts);
        mix(hash, s->waited);
        mix(hash, s->zero_waits);
        mix_tally(hash, &s->response);
        mix_tally(hash, &s->waiting);
        mix_tally(hash, &s->all);
        mix_sparse(hash, &s->responses);
        mix_sparse(hash, &s->waits);
        for (uint32_t k = 0; k < p->within_count; k++) {
            mix(hash, s->within_response[k]);
            mix(hash, s->within_waiting[k]);
        }
    }
}

static void mix_levels(uint64_t *hash, const struct mdl_program *p, const struct mdl_level *l,
                       uint32_t count) {
    for (uint32_t i = 0; i < count; i++, l++) {
        mix_double(hash, l->mean);
        mix_double(hash, l->variance);
        mix_double(hash, l->busy);
        mix(hash, (uint64_t)l->max);
        mix(hash, (uint64_t)l->end);
        for (uint32_t k = 0; k < l->share_count; k++) {
            mix_double(hash, l->shares[k]);
        }
        for (uint32_t b = 0; l->bucket_mean != NULL && b < p->bucket_count; b++) {
            mix_double(hash, l->bucket_mean[b]);
            mix_double(hash, l->bucket_busy[b]);
        }
    }
}

/* What was looked at on request. */
static void mix_observed(uint64_t *hash, const struct mdl_program *p, const struct mdl_result *r) {
    const struct mdl_scenario *s = p->scenario;
    uint32_t parts = 1 + p->source_count + p->station_count + p->pool_count;
    for (uint32_t i = 0; i < (uint32_t)s->sample_count * parts; i++) {
        const struct mdl_sample *x = &r->samples[i];
        const double fields[] = {x->present, x->waiting, x->busy,   x->thinking,
                                 x->arrived, x->ok,      x->errors, x->balance};
        for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
            mix_double(hash, fields[k]);
        }
    }
    uint32_t row = p->source_count * p->class_count * (1 + MDL_OUTCOMES);
    for (uint32_t i = 0; i < (uint32_t)s->window_count; i++) {
        mix_double(hash, r->window_s[i]);
        for (uint32_t k = 0; k < row; k++) {
            mix(hash, r->windows[i * row + k]);
        }
    }
    for (uint64_t i = 0; i < s->sample_customers; i++) {
        mix_double(hash, r->customer_waits[i]);
        mix_double(hash, r->customer_responses[i]);
    }
    for (uint64_t i = 0; i < r->log_count; i++) {
        mix(hash, (uint64_t)r->log[i].time);
        mix(hash, r->log[i].customer);
        mix(hash, r->log[i].kind);
    }
}

static void mix_credits(uint64_t *hash, const struct mdl_program *p,
                        const struct mdl_credit_result *c) {
    const double fields[] = {c->start,
                             c->end,
                             c->mean,
                             c->lowest,
                             c->emptied_s,
                             c->spent,
                             c->discarded,
                             c->withheld,
                             c->throttled_s,
                             c->surplus,
                             c->highest_surplus,
                             c->charged,
                             c->charged_if_stopped};
    mix(hash, c->times);
    for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
        mix_double(hash, fields[k]);
    }
    for (uint32_t k = 0; p->bucket > 0 && k < p->bucket_count; k++) {
        mix_double(hash, c->bucket_balance[k]);
        mix_double(hash, c->bucket_surplus[k]);
        mix_double(hash, c->bucket_throttled[k]);
    }
}

uint64_t same_result_hash(const struct mdl_program *p, const struct mdl_result *r) {
    uint64_t hash = r->events;
    uint32_t requests = p->source_count * p->class_count;
    mix_sojourns(&hash, p, r->requests, requests);
    mix_sojourns(&hash, p, r->marks, p->mark_count);
    mix_sojourns(&hash, p, r->visits, p->place_count * p->class_count);
    mix_sojourns(&hash, p, r->waits, p->bay_count);
    for (uint32_t i = 0; i < p->cache_count; i++) {
        mix(&hash, r->hits[i]);
        mix(&hash, r->misses[i]);
        mix(&hash, r->live[i]);
        mix(&hash, r->joined[i]);
        mix(&hash, r->repeated[i]);
    }
    for (uint32_t i = 0; p->bucket > 0 && i < p->cache_count * p->bucket_count; i++) {
        mix(&hash, r->bucket_hits[i]);
        mix(&hash, r->bucket_lookups[i]);
    }
    mix_sojourns(&hash, p, r->passages, p->limiter_count);
    mix_levels(&hash, p, r->delayed, p->limiter_count);
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        mix_double(&hash, r->balances[i].taken);
        mix_double(&hash, r->balances[i].mean);
        mix_double(&hash, r->balances[i].least);
        mix_double(&hash, r->balances[i].end);
    }
    for (uint32_t i = 0; i < p->bay_count; i++) {
        mix(&hash, r->crashes[i].count);
        mix(&hash, r->crashes[i].struck);
        mix_double(&hash, r->crashes[i].down_s);
    }
    for (uint32_t i = 0; i < p->breaker_count; i++) {
        const struct mdl_breaker_result *b = &r->breakers[i];
        mix(&hash, b->calls);
        mix(&hash, b->refused);
        mix(&hash, b->ok);
        mix(&hash, b->failed);
        mix(&hash, b->withdrawn);
        mix(&hash, b->opened);
        mix_double(&hash, b->open);
        mix_double(&hash, b->half_open);
    }
    mix_sojourns(&hash, p, r->blocks, p->block_count);
    mix_levels(&hash, p, &r->backoff, 1);
    mix_levels(&hash, p, r->source_backoff, p->source_count);
    mix_levels(&hash, p, r->class_backoff, p->class_count);
    mix_observed(&hash, p, r);
    mix_levels(&hash, p, &r->network, 1);
    mix_levels(&hash, p, r->sources, p->source_count);
    mix_levels(&hash, p, r->users, p->source_count);
    mix_levels(&hash, p, r->classes, p->class_count);
    mix_levels(&hash, p, r->places, p->place_count);
    mix_levels(&hash, p, r->totals, p->station_count);
    mix_levels(&hash, p, r->held, p->bay_count);
    mix_levels(&hash, p, r->queued, p->bay_count);
    mix_levels(&hash, p, r->busy_together, p->station_count);
    mix_levels(&hash, p, r->waiting_together, p->station_count);
    mix_levels(&hash, p, r->held_together, p->pool_count);
    mix_levels(&hash, p, r->queued_together, p->pool_count);
    for (uint32_t i = 0; i < p->bay_count; i++) {
        mix(&hash, r->seen[i]);
        mix(&hash, r->seen_places[i]);
    }
    for (uint32_t i = 0; i < p->place_count; i++) {
        if (r->credits[i].any) {
            mix_credits(&hash, p, &r->credits[i]);
        }
    }
    for (uint32_t i = 0; i < (requests + p->block_count) * p->bucket_count; i++) {
        mix(&hash, r->buckets[i].arrived);
        mix(&hash, r->buckets[i].ok);
        mix(&hash, r->buckets[i].errors);
        mix_sparse(&hash, &r->buckets[i].responses);
    }
    for (uint32_t i = 0; i < p->source_count * p->bucket_count; i++) {
        mix_double(&hash, r->arrivals[i]);
    }
    uint32_t parts = 1 + p->station_count + p->pool_count + p->limiter_count;
    mix(&hash, r->trend.count);
    for (uint32_t i = 0; i < parts; i++) {
        for (uint32_t k = 0; k < r->trend.count; k++) {
            mix_double(&hash, r->trend.means[i * MDL_SECTIONS + k]);
        }
    }
    mix(&hash, r->overfull);
    mix_double(&hash, r->end_s);
    for (uint32_t i = 0; i < p->place_count; i++) {
        mix_double(&hash, r->work_s[i]);
        mix_double(&hash, r->place_refused_s[i]);
    }
    for (uint32_t i = 0; i < p->bay_count; i++) {
        mix_double(&hash, r->bay_full_s[i]);
        mix_double(&hash, r->bay_refused_s[i]);
    }
    for (uint32_t i = 0; i < requests * p->hop_count; i++) {
        mix(&hash, (uint64_t)r->hops[i].waiting);
        mix(&hash, (uint64_t)r->hops[i].service);
        mix(&hash, (uint64_t)r->hops[i].slowed);
    }
    return hash;
}

/* --- findings ----------------------------------------------------------------------------- */

static bool same_double(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

static bool same_estimate(const struct sim_estimate *a, const struct sim_estimate *b) {
    return same_double(a->value, b->value) && same_double(a->low, b->low) &&
           same_double(a->high, b->high) && a->count == b->count;
}

static bool same_name(const char *scope_a, const char *entity_a, const char *name_a,
                      const char *scope_b, const char *entity_b, const char *name_b) {
    return strcmp(scope_a, scope_b) == 0 && strcmp(entity_a, entity_b) == 0 &&
           strcmp(name_a, name_b) == 0;
}

static bool differs(const char *what, const char *scope, const char *entity, const char *name) {
    fprintf(stderr, "%s %s %s %s differs\n", what, scope, entity, name);
    return false;
}

static bool same_metrics(const struct std_findings *a, const struct std_findings *b) {
    if (a->metric_count != b->metric_count) {
        return differs("number of metrics", "", "", "");
    }
    for (int i = 0; i < a->metric_count; i++) {
        const struct std_metric *x = &a->metrics[i];
        const struct std_metric *y = &b->metrics[i];
        if (!same_name(x->scope, x->entity, x->name, y->scope, y->entity, y->name) ||
            !same_estimate(&x->estimate, &y->estimate) ||
            memcmp(x->values, y->values, (size_t)a->replications * sizeof *x->values) != 0) {
            return differs("metric", x->scope, x->entity, x->name);
        }
    }
    return true;
}

static bool same_series(const struct std_findings *a, const struct std_findings *b) {
    if (a->series_count != b->series_count) {
        return differs("number of series", "", "", "");
    }
    for (int i = 0; i < a->series_count; i++) {
        const struct std_series *x = &a->series[i];
        const struct std_series *y = &b->series[i];
        bool same = same_name(x->scope, x->entity, x->name, y->scope, y->entity, y->name);
        for (int k = 0; same && k < a->bucket_count; k++) {
            same = same_estimate(&x->points[k], &y->points[k]);
        }
        if (!same) {
            return differs("series", x->scope, x->entity, x->name);
        }
    }
    return true;
}

static bool same_histograms(const struct std_findings *a, const struct std_findings *b) {
    if (a->histogram_count != b->histogram_count) {
        return differs("number of histograms", "", "", "");
    }
    for (int i = 0; i < a->histogram_count; i++) {
        const struct std_histogram *x = &a->histograms[i];
        const struct std_histogram *y = &b->histograms[i];
        bool same = same_name(x->scope, x->entity, x->name, y->scope, y->entity, y->name) &&
                    x->count == y->count;
        for (int k = 0; same && k < x->count; k++) {
            same = same_double(x->upper[k], y->upper[k]) && x->counts[k] == y->counts[k];
        }
        if (!same) {
            return differs("histogram", x->scope, x->entity, x->name);
        }
    }
    return true;
}

bool same_findings(const struct std_findings *a, const struct std_findings *b) {
    return a->replications == b->replications && a->bucket_count == b->bucket_count &&
           a->events == b->events && same_metrics(a, b) && same_series(a, b) &&
           same_histograms(a, b);
}

bool same_first_values(const struct std_findings *a, const struct std_findings *b, int count) {
    for (int i = 0; i < a->metric_count; i++) {
        const struct std_metric *x = &a->metrics[i];
        const struct std_metric *y = std_metric_find(b, x->scope, x->entity, x->name);
        if (y == NULL || memcmp(x->values, y->values, (size_t)count * sizeof *x->values) != 0) {
            return differs("metric", x->scope, x->entity, x->name);
        }
    }
    return true;
}
