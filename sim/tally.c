#include "sim/tally.h"

#include <math.h>
#include <string.h>

static void add_sum(struct sim_tally *t, uint64_t sum) {
    t->carry += __builtin_add_overflow(t->sum, sum, &t->sum);
}

static const sim_time large = (sim_time)1 << 48;

static void bounds(struct sim_tally *t, sim_time min, sim_time max) {
    t->min = t->count == 0 || min < t->min ? min : t->min;
    t->max = max > t->max ? max : t->max;
    t->plain = t->max < large ? t->max : large - 1;
}

void sim_tally_add_any(struct sim_tally *t, sim_time value) {
    bounds(t, value, value);
    t->count++;
    add_sum(t, (uint64_t)value);
    if (value < large) {
        t->squares += (sim_wide_u)(uint64_t)value * (uint64_t)value;
    } else {
        t->large_squares += (double)value * (double)value;
    }
}

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from) {
    if (from->count == 0) {
        return;
    }
    if (into->count == 0) {
        *into = *from;
        return;
    }
    bounds(into, from->min, from->max);
    into->count += from->count;
    add_sum(into, from->sum);
    into->carry += from->carry;
    into->squares += from->squares;
    into->large_squares += from->large_squares;
}

double sim_tally_mean(const struct sim_tally *t) {
    return t->count == 0 ? NAN : (double)sim_tally_sum(t) / (double)t->count / 1e9;
}

double sim_tally_deviation(const struct sim_tally *t) {
    if (t->count < 2) {
        return NAN;
    }
    if (t->min == t->max) {
        return 0;
    }
    long double n = (long double)t->count;
    long double scatter; /* sum of squared distances from the mean */
    if (t->large_squares == 0) {
        /* With sum = quotient n + rest, in integers as far as they go: nothing cancels. */
        sim_wide_u quotient = (sim_wide_u)sim_tally_sum(t) / t->count;
        sim_wide_u rest = (sim_wide_u)sim_tally_sum(t) % t->count;
        sim_wide_u whole = t->squares - quotient * quotient * t->count - 2 * quotient * rest;
        scatter = (long double)whole - (long double)rest * (long double)rest / n;
    } else {
        long double mean = (long double)sim_tally_sum(t) / n;
        scatter = (long double)t->squares + (long double)t->large_squares - n * mean * mean;
    }
    return scatter > 0 ? (double)sqrtl(scatter / (n - 1)) / 1e9 : 0;
}

/* A new maximum. */
static void reach(struct sim_dwell *d, int64_t level) {
    int64_t last = (int64_t)d->levels - 2;
    d->max = level;
    d->known = level < last ? level : last;
}

void sim_dwell_step_far(struct sim_dwell *d, sim_time now, int change) {
    sim_dwell_hold(d, now);
    d->level += change;
    if (d->level > d->max) {
        reach(d, d->level);
    }
}

void sim_dwell_start(struct sim_dwell *d, sim_time now) {
    d->since = now;
    d->start = now;
    reach(d, d->level);
    d->above = 0;
    d->above_squares = 0;
    memset(d->at, 0, d->levels * sizeof *d->at);
}

sim_wide sim_dwell_integral(const struct sim_dwell *d) {
    sim_wide sum = d->above;
    for (uint32_t i = 1; i + 1 < d->levels; i++) {
        sum += (sim_wide)i * d->at[i];
    }
    return sum;
}

sim_wide sim_dwell_integral_capped(const struct sim_dwell *d, int64_t cap) {
    if (cap >= (int64_t)d->levels) {
        return sim_dwell_integral(d);
    }
    sim_wide sum = 0;
    for (uint32_t i = 1; i < d->levels; i++) {
        sum += (sim_wide)((int64_t)i < cap ? (int64_t)i : cap) * d->at[i];
    }
    return sum;
}

static double span_of(const struct sim_dwell *d) { return (double)(d->since - d->start); }

double sim_dwell_mean(const struct sim_dwell *d) {
    return d->since == d->start ? NAN : (double)sim_dwell_integral(d) / span_of(d);
}

double sim_dwell_variance(const struct sim_dwell *d) {
    if (d->since == d->start) {
        return NAN;
    }
    double squares = d->above_squares;
    for (uint32_t i = 1; i + 1 < d->levels; i++) {
        squares += (double)i * (double)i * (double)d->at[i];
    }
    double mean = sim_dwell_mean(d);
    double variance = squares / span_of(d) - mean * mean;
    return variance > 0 ? variance : 0;
}

double sim_dwell_share(const struct sim_dwell *d, uint32_t level) {
    return d->since == d->start ? NAN : (double)d->at[level] / span_of(d);
}
