/* See models/che.h. */
#include "models/che.h"

#include <math.h>

/* --- keys ------------------------------------------------------------------------------------
 *
 * Keys of the first ranks one by one, the others in blocks whose width is a small part of their
 * rank, each replaced by the two points of Gauss and Legendre: what is summed is smooth in the
 * rank, so that the error is far below 1e-8 (tests/test_che.c compares with the full sum). A
 * hundred million keys are some thousand points. */

enum { SINGLE_RANKS = 1024, BLOCKS_PER_E = 64, GROUPS_MAX = 4096 }; /* room for 10^12 keys */

struct group {
    double keys; /* how many it stands for */
    double rate; /* references per second of one of them */
};

struct keys {
    struct group groups[GROUPS_MAX];
    int count;
    double rate; /* references per second of all */
};

static void add_group(struct keys *keys, double count, double rank, double zipf) {
    keys->groups[keys->count++] = (struct group){count, pow(rank, -zipf)};
}

static void keys_init(struct keys *keys, const struct mdl_cache *cache, double rate_per_s) {
    double n = (double)cache->keys;
    keys->count = 0;
    keys->rate = rate_per_s;
    for (double rank = 1; rank <= n && rank <= SINGLE_RANKS; rank++) {
        add_group(keys, 1, rank, cache->zipf);
    }
    double from = SINGLE_RANKS + 0.5; /* a block of ranks a..b is the interval a - 1/2 .. b + 1/2 */
    while (from < n && keys->count + 2 <= GROUPS_MAX) {
        double to = fmin(from * (1 + 1.0 / BLOCKS_PER_E), n + 0.5);
        double middle = (from + to) / 2;
        double half = (to - from) / 2;
        add_group(keys, half, middle - half / sqrt(3), cache->zipf);
        add_group(keys, half, middle + half / sqrt(3), cache->zipf);
        from = to;
    }
    double sum = 0;
    for (int i = 0; i < keys->count; i++) {
        sum += keys->groups[i].keys * keys->groups[i].rate;
    }
    for (int i = 0; i < keys->count; i++) {
        keys->groups[i].rate *= rate_per_s / sum;
    }
}

/* --- one key --------------------------------------------------------------------------------- */

/* E = integral from 0 to `life` of g, g(t) being the probability that no gap of `idle` has passed
 * without a use by t, uses being Poisson at rate r from one at 0 on: the mean time for that an
 * entry of lru lives that expires `life` after its insertion, hits or not.
 *
 * g = 1 before `idle`, drops by q = e^(-r idle) there, and g'(t) = -r q g(t - idle) after: the gap
 * ends at t when there was a use at t - idle, with no gap until then, and none since. Over periods
 * of length `idle`, by the trapezoidal rule with its end correction (of order 4 in the step).
 * After PERIODS of them g falls off as its slowest exponential. */
static double live_time(double r, double idle, double life) {
    enum { STEPS = 32, PERIODS = 40 };
    double q = exp(-r * idle);
    if (life <= idle) {
        return life;
    }
    double h = idle / STEPS;
    double before[STEPS + 1]; /* g in the period before, its slope, and both in this one */
    double slope_before[STEPS + 1] = {0};
    double now[STEPS + 1];
    double slope[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
        before[i] = 1;
    }
    now[0] = 1 - q;
    double total = idle;
    for (int period = 1; period < PERIODS; period++) {
        double start = period * idle;
        for (int i = 0; i <= STEPS; i++) {
            slope[i] = -r * q * before[i];
        }
        for (int i = 0; i < STEPS; i++) {
            double bend = -r * q * (slope_before[i] - slope_before[i + 1]);
            now[i + 1] = now[i] + h / 2 * (slope[i] + slope[i + 1]) + h * h / 12 * bend;
            double left = life - start - i * h;
            if (left < h) { /* the last part of a step: the cubic through both ends */
                double x = left / h;
                double a = h * slope[i];
                double d = now[i + 1] - now[i];
                double b = 3 * d - 2 * a - h * slope[i + 1];
                double c = a + h * slope[i + 1] - 2 * d;
                return total + h * x * (now[i] + x * (a / 2 + x * (b / 3 + x * c / 4)));
            }
            total += h / 2 * (now[i] + now[i + 1]) + h * h / 12 * (slope[i] - slope[i + 1]);
        }
        for (int i = 0; i <= STEPS; i++) {
            before[i] = now[i];
            slope_before[i] = slope[i];
        }
        now[0] = before[STEPS];
    }
    double decay = -slope_before[STEPS] / before[STEPS]; /* per second */
    if (!(before[STEPS] > 0) || !(decay > 0)) { /* nothing left to live, or it never ends */
        return before[STEPS] > 0 ? total + before[STEPS] * (life - PERIODS * idle) : total;
    }
    return total + before[STEPS] * -expm1(-decay * (life - PERIODS * idle)) / decay;
}

/* Share of time that a key of rate r is stored when entries are evicted at age T. */
static double stored_share(const struct mdl_cache *cache, double r, double age) {
    if (cache->policy == MDL_LRU) { /* a use renews it, and so does a miss that finds it expired */
        return -expm1(-r * age);
    }
    if (cache->ttl_s > 0 && cache->ttl_s < age) {
        double life = cache->ttl_s; /* after it, stored until T or fetched again at the next use */
        return (r * life - expm1(-r * (age - life))) / (1 + r * life);
    }
    return isinf(age) ? 1 : r * age / (1 + r * age);
}

/* Share of the requests for a key of rate r that find it live. */
static double hit_share(const struct mdl_cache *cache, double r, double age) {
    double life = cache->ttl_s > 0 ? cache->ttl_s : INFINITY;
    double shorter = fmin(age, life);
    if (cache->policy == MDL_FIFO || (cache->policy == MDL_TTL && !cache->renew)) {
        return isinf(shorter) ? 1 : r * shorter / (1 + r * shorter);
    }
    if (cache->policy == MDL_TTL || cache->renew || isinf(life)) {
        return -expm1(-r * shorter);
    }
    double live = isinf(age) ? life : live_time(r, age, life);
    return r * live / (1 + r * live); /* so many hits per insertion (Wald) */
}

/* --- all keys -------------------------------------------------------------------------------- */

static double stored_keys(const struct mdl_cache *cache, const struct keys *keys, double age) {
    double sum = 0;
    for (int i = 0; i < keys->count; i++) {
        sum += keys->groups[i].keys * stored_share(cache, keys->groups[i].rate, age);
    }
    return sum;
}

/* T, by bisection on its logarithm: the number stored grows with it. */
static double eviction_age(const struct mdl_cache *cache, const struct keys *keys) {
    if (cache->policy == MDL_TTL || cache->capacity >= cache->keys) {
        return INFINITY;
    }
    double places = (double)cache->capacity;
    double low = log(places / keys->rate); /* not even a use without repetition fills it sooner */
    double high = low + 1;
    while (stored_keys(cache, keys, exp(high)) < places) {
        if (high > 600) {
            return INFINITY; /* the rarest keys are never asked for */
        }
        high += high - low;
    }
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        *(stored_keys(cache, keys, exp(middle)) < places ? &low : &high) = middle;
    }
    return exp((low + high) / 2);
}

bool mdl_che_solve(const struct mdl_cache *cache, double rate_per_s, struct mdl_che *out) {
    if (cache->policy == MDL_PROBABILITY) {
        *out = (struct mdl_che){cache->hit, NAN, INFINITY};
        return true;
    }
    if (cache->policy == MDL_FIFO && cache->ttl_s > 0 && cache->renew) {
        *out = (struct mdl_che){NAN, NAN, NAN};
        return false;
    }
    struct keys keys;
    keys_init(&keys, cache, rate_per_s);
    *out = (struct mdl_che){.age_s = eviction_age(cache, &keys)};
    for (int i = 0; i < keys.count; i++) {
        const struct group *g = &keys.groups[i];
        double hit = hit_share(cache, g->rate, out->age_s);
        out->hit += g->keys * g->rate / rate_per_s * hit;
        out->stored +=
            g->keys * (cache->policy == MDL_TTL ? hit : stored_share(cache, g->rate, out->age_s));
    }
    return true;
}
