#include "tests/theory_more.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- orders of service ------------------------------------------------------------------------
 */

double theory_fcfs_wait_square(double lambda, double m1, double m2, double m3) {
    double idle = 1 - lambda * m1;
    double mean = lambda * m2 / (2 * idle);
    return 2 * mean * mean + lambda * m3 / (3 * idle);
}

double theory_lcfs_wait_square(double lambda, double m1, double m2, double m3) {
    double idle = 1 - lambda * m1;
    return lambda * m3 / (3 * idle * idle) + lambda * lambda * m2 * m2 / (2 * idle * idle * idle);
}

double theory_random_wait_square(double lambda, double m1, double m2, double m3) {
    return theory_fcfs_wait_square(lambda, m1, m2, m3) / (1 - lambda * m1 / 2);
}

void theory_preemptive(int classes, const double *lambda, const double *mean, const double *cv,
                       double *response) {
    double before = 0;
    double residual = 0;
    for (int k = 0; k < classes; k++) {
        double with = before + lambda[k] * mean[k];
        residual += lambda[k] * mean[k] * mean[k] * (1 + cv[k] * cv[k]) / 2;
        response[k] = mean[k] / (1 - before) + residual / ((1 - before) * (1 - with));
        before = with;
    }
}

double theory_finite_source(int users, double think, double mean,
                            double (*transform)(const void *context, double s),
                            const void *context) {
    double sum = 0;
    double term = 1; /* C(users - 1, k) / c_k */
    for (int k = 0; k < users; k++) {
        sum += term;
        double f = transform(context, (k + 1) / think);
        term *= (double)(users - 1 - k) / (k + 1) * (1 - f) / f;
    }
    double busy = mean * sum;
    return busy / (busy + think / users) / mean;
}

double theory_slices_mean(const struct theory_slices *s) {
    return s->mean + s->overhead / (1 - exp(-s->quantum / s->mean));
}

double theory_slices_transform(const void *slices, double s) {
    const struct theory_slices *l = slices;
    double mu = 1 / l->mean;
    double more = exp(-mu * l->quantum);
    double last = exp(-s * l->overhead) * mu / (mu + s) * (1 - exp(-(mu + s) * l->quantum));
    return last / (1 - more * exp(-s * (l->quantum + l->overhead)));
}

enum { EACH = 16 };

/* Rate at which an arrival joins queue k of three, where the lengths are n[3]. */
static double joins(const int *n, int k, double lambda) {
    double share = 0;
    for (int other = 0; other < 3; other++) {
        if (other != k) {
            share += n[k] < n[other] ? 1 : n[k] == n[other] ? 0.5 : 0;
        }
    }
    return lambda * share / 3;
}

double theory_two_of_three(double lambda, double mu) {
    enum { SIZE = EACH * EACH * EACH, STEP0 = EACH * EACH, STEP1 = EACH };
    static double p[SIZE];
    static const int step[3] = {STEP0, STEP1, 1};
    for (int s = 0; s < SIZE; s++) {
        p[s] = pow(0.5, s / STEP0 + s / STEP1 % EACH + s % EACH);
    }
    double number = 0;
    for (double change = 1; change > 1e-11;) {
        change = 0;
        double sum = 0;
        number = 0;
        for (int s = 0; s < SIZE; s++) {
            int n[3] = {s / STEP0, s / STEP1 % EACH, s % EACH};
            double in = 0;
            double out = 0;
            for (int k = 0; k < 3; k++) {
                out += n[k] > 0 ? mu : 0;
                out += n[k] + 1 < EACH ? joins(n, k, lambda) : 0;
                in += n[k] + 1 < EACH ? mu * p[s + step[k]] : 0;
                if (n[k] > 0) {
                    n[k]--;
                    in += joins(n, k, lambda) * p[s - step[k]];
                    n[k]++;
                }
            }
            double next = in / out;
            change = fmax(change, fabs(next - p[s]));
            p[s] = next;
            sum += next;
            number += next * (n[0] + n[1] + n[2]);
        }
        for (int s = 0; s < SIZE; s++) {
            p[s] /= sum;
        }
        number /= sum;
    }
    return number;
}

/* --- losses and retrials -----------------------------------------------------------------------
 */

enum { ORBIT = 4000 };

void theory_retrials(double lambda, double mu, double retrial, double *orbit, double *busy) {
    double idle = 1; /* p(idle, j), not normalized */
    double sum = 0;
    *orbit = *busy = 0;
    for (int j = 0; j < ORBIT; j++) {
        double at_work = (lambda + j * retrial) * idle / mu;
        sum += idle + at_work;
        *orbit += j * (idle + at_work);
        *busy += at_work;
        idle = lambda * at_work / ((j + 1) * retrial);
    }
    *orbit /= sum;
    *busy /= sum;
}

void theory_one_retrial(double lambda, double mu, double retrial, double *orbit, double *busy,
                        double *lost) {
    double idle = 1;
    double sum = 0;
    *orbit = *busy = *lost = 0;
    for (int j = 0; j < ORBIT; j++) {
        double at_work = (lambda + j * retrial) * idle / mu;
        sum += idle + at_work;
        *orbit += j * (idle + at_work);
        *busy += at_work;
        *lost += j * retrial * at_work / lambda;
        /* into the orbit: lambda p(busy, j); out of it: every attempt, lost or served */
        idle = lambda * at_work / ((j + 1) * retrial * (1 + (lambda + (j + 1) * retrial) / mu));
    }
    *orbit /= sum;
    *busy /= sum;
    *lost /= sum;
}

double theory_sojourn_limit(double lambda, double mu, double limit, double *busy) {
    /* The wait ahead has density lambda v exp((lambda - mu) x) below the limit, and mass v at 0. */
    double drift = lambda - mu;
    double none = 1 / (1 + lambda * expm1(drift * limit) / drift);
    double late = exp(-mu * limit) * (1 + expm1(lambda * limit)); /* of all who come, over none */
    *busy = 1 - none;
    return 1 - none * late;
}

double theory_md1_loss(double lambda, double service, int room) {
    double load = lambda * service;
    double *a = calloc((size_t)room + 1, sizeof *a);   /* arrivals in a service */
    double *pi = calloc((size_t)room + 1, sizeof *pi); /* left behind, over pi[0] */
    if (a == NULL || pi == NULL) {
        abort();
    }
    a[0] = exp(-load);
    for (int k = 1; k <= room; k++) {
        a[k] = a[k - 1] * load / k;
    }
    pi[0] = 1;
    double sum = 1;
    for (int j = 0; j + 2 <= room; j++) { /* pi[j] = pi[0] a[j] + sum of pi[i] a[j - i + 1] */
        double rest = pi[j] - pi[0] * a[j];
        for (int i = 1; i <= j; i++) {
            rest -= pi[i] * a[j - i + 1];
        }
        pi[j + 1] = rest / a[0];
        sum += pi[j + 1];
    }
    free(a);
    free(pi);
    return 1 - 1 / (1 / sum + load);
}

/* --- over time ----------------------------------------------------------------------------------
 */

/* p' = p Q of a birth-death chain on 0..n. */
static void flow(int n, const double *birth, const double *death, const double *p, double *slope) {
    memset(slope, 0, (size_t)(n + 1) * sizeof *slope);
    for (int i = 0; i < n; i++) {
        double up = birth[i] * p[i] - death[i] * p[i + 1];
        slope[i] -= up;
        slope[i + 1] += up;
    }
}

static void advance(int n, const double *birth, const double *death, double span, double *p) {
    double fastest = 1e-9;
    for (int i = 0; i < n; i++) {
        fastest = fmax(fastest, birth[i] + death[i]);
    }
    int steps = (int)ceil(span * fastest * 4) + 1;
    double h = span / steps;
    size_t size = (size_t)(n + 1) * sizeof(double);
    double *k[4], *at = malloc(size);
    for (int i = 0; i < 4; i++) {
        k[i] = malloc(size);
        if (k[i] == NULL || at == NULL) {
            abort();
        }
    }
    static const double part[4] = {0, 0.5, 0.5, 1};
    for (int step = 0; step < steps; step++) {
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i <= n; i++) {
                at[i] = p[i] + (stage > 0 ? h * part[stage] * k[stage - 1][i] : 0);
            }
            flow(n, birth, death, at, k[stage]);
        }
        for (int i = 0; i <= n; i++) {
            p[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
        }
    }
    for (int i = 0; i < 4; i++) {
        free(k[i]);
    }
    free(at);
}

void theory_ramp(int users, double ramp, double think, double mu, int c, double t, double *p) {
    double *birth = calloc((size_t)users, sizeof *birth);
    double *death = calloc((size_t)users, sizeof *death);
    if (birth == NULL || death == NULL) {
        abort();
    }
    memset(p, 0, (size_t)(users + 1) * sizeof *p);
    p[0] = 1;
    double now = 0;
    for (int present = 0; present <= users && now < t; present++) {
        for (int i = 0; i < users; i++) {
            birth[i] = i < present ? (present - i) / think : 0;
            death[i] = mu * (i + 1 < c ? i + 1 : c);
        }
        double until = present < users ? (present + 1) * ramp / users : t;
        until = fmin(until, t);
        advance(users, birth, death, until - now, p);
        now = until;
    }
    free(birth);
    free(death);
}

double theory_mm1_number_at(double lambda, double mu, double t) {
    enum { N = 400 };
    double birth[N], death[N], p[N + 1] = {1};
    for (int i = 0; i < N; i++) {
        birth[i] = lambda;
        death[i] = mu;
    }
    advance(N, birth, death, t, p);
    double mean = 0;
    for (int i = 0; i <= N; i++) {
        mean += i * p[i];
    }
    return mean;
}

double theory_mm1_wait_of(double lambda, double mu, int k) {
    double *p = calloc((size_t)k + 1, sizeof *p); /* number met by the customer */
    double *next = calloc((size_t)k + 1, sizeof *next);
    if (p == NULL || next == NULL) {
        abort();
    }
    double arrival = lambda / (lambda + mu);
    p[0] = 1;
    for (int customer = 2; customer <= k; customer++) {
        memset(next, 0, (size_t)(k + 1) * sizeof *next);
        for (int n = 0; n + 1 < customer; n++) { /* n + 1 are there after the arrival */
            double left = p[n];
            for (int there = n + 1; there > 0; there--) {
                next[there] += left * arrival;
                left *= 1 - arrival;
            }
            next[0] += left;
        }
        memcpy(p, next, (size_t)(k + 1) * sizeof *p);
    }
    double mean = 0;
    for (int n = 0; n <= k; n++) {
        mean += n * p[n] / mu;
    }
    free(p);
    free(next);
    return mean;
}

/* --- caches ------------------------------------------------------------------------------------
 */

double theory_lru_two(int n, const double *p) {
    double hit = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            hit += i == j ? 0 : p[i] * p[j] / (1 - p[i]) * (p[i] + p[j]);
        }
    }
    return hit;
}

double theory_fifo_two(int n, const double *p) {
    double hit = 0;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
            hit += p[i] * p[j] * (p[i] + p[j]);
            sum += p[i] * p[j];
        }
    }
    return hit / sum;
}

/* Share of time that a key asked for at rate x has an entry, in units of the characteristic time.
 */
typedef double stored(double x);
static double renewed(double x) { return -expm1(-x); }
static double not_renewed(double x) { return x / (1 + x); }

static double by_time(int n, const double *p, double time, stored *share, double *entries) {
    double hit = 0;
    *entries = 0;
    for (int i = 0; i < n; i++) {
        *entries += share(p[i] * time);
        hit += p[i] * share(p[i] * time);
    }
    return hit;
}

static double by_places(int n, const double *p, double places, stored *share) {
    double low = 0;
    double high = 1;
    double entries;
    while (by_time(n, p, high, share, &entries), entries < places) {
        high *= 2;
    }
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        by_time(n, p, middle, share, &entries);
        if (entries < places) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return by_time(n, p, high, share, &entries);
}

double theory_lru_che(int n, const double *p, double places) {
    return by_places(n, p, places, renewed);
}

double theory_fifo_che(int n, const double *p, double places) {
    return by_places(n, p, places, not_renewed);
}

double theory_ttl(int n, const double *p, double lambda, double ttl, int renew) {
    double entries;
    return by_time(n, p, lambda * ttl, renew ? renewed : not_renewed, &entries);
}

void theory_zipf(int n, double exponent, double *p) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        p[i] = pow(i + 1, -exponent);
        sum += p[i];
    }
    for (int i = 0; i < n; i++) {
        p[i] /= sum;
    }
}
