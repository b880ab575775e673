#include "models/solve_closed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The lattice of populations 0..users, chain 0 the fastest index. Demands are scaled per chain so
 * that the throughput at the full population is near 1, which keeps the constants in the range of a
 * long double. */
struct lattice {
    const struct mdl_closed *closed;
    size_t size;
    size_t *stride; /* per chain */
    int *total;     /* per point: users in all */
    double *scale;  /* per chain: cycles per s */
    struct sim_arena *arena;
};

enum { LATTICE_MOST = 1000000 };

static bool is_fixed(const struct mdl_closed_station *s) {
    return s->rates.count == 1 && s->rates.servers == 1;
}

static int users_in(const struct lattice *l, size_t point, int chain) {
    size_t k = (size_t)chain;
    return (int)(point / l->stride[k] % (size_t)(l->closed->users[chain] + 1));
}

static struct lattice lattice_of(const struct mdl_closed *c, struct sim_arena *arena) {
    size_t chains = (size_t)c->chain_count;
    struct lattice l = {.closed = c, .size = 1, .arena = arena};
    l.stride = sim_arena_array(arena, chains, sizeof *l.stride);
    l.scale = sim_arena_array(arena, chains, sizeof *l.scale);
    for (size_t k = 0; k < chains; k++) {
        l.stride[k] = l.size;
        l.size *= (size_t)(c->users[k] + 1);
        double cycle = c->think[k];
        double worst = 0;
        for (int i = 0; i < c->station_count; i++) {
            const struct mdl_closed_station *s = &c->stations[i];
            double left = mdl_rate_last(&s->rates) - s->open;
            cycle += s->demand[k] / mdl_rate_at(&s->rates, 1);
            worst = fmax(worst, s->demand[k] / left);
        }
        double users = c->users[k] > 0 ? c->users[k] : 1;
        l.scale[k] = 1 / fmax(cycle / users, worst);
    }
    l.total = sim_arena_array(arena, l.size, sizeof *l.total);
    for (size_t n = 0; n < l.size; n++) {
        for (int k = 0; k < c->chain_count; k++) {
            l.total[n] += users_in(&l, n, k);
        }
    }
    return l;
}

static long double *row_new(const struct lattice *l) {
    return sim_arena_array(l->arena, l->size, sizeof(long double));
}

/* Users that think: product of z^n / n!. */
static long double *thinking(const struct lattice *l) {
    long double *g = row_new(l);
    g[0] = 1;
    for (size_t n = 1; n < l->size; n++) {
        int k = 0;
        while (users_in(l, n, k) == 0) {
            k++;
        }
        g[n] = g[n - l->stride[k]] * (long double)(l->closed->think[k] * l->scale[k]) /
               users_in(l, n, k);
    }
    return g;
}

/* A station of one rate joins, in place: G(n) += sum of d[k] G(n - e[k]). */
static void join_fixed(const struct lattice *l, const struct mdl_closed_station *s,
                       long double *g) {
    double rate = mdl_rate_last(&s->rates) - s->open;
    for (size_t n = 1; n < l->size; n++) {
        for (int k = 0; k < l->closed->chain_count; k++) {
            if (users_in(l, n, k) > 0) {
                g[n] += (long double)(s->demand[k] * l->scale[k] / rate) * g[n - l->stride[k]];
            }
        }
    }
}

/* By the number of closed customers at a station: its weight with the open ones summed out, and
 * means of the open ones and of the busy servers. */
struct levels {
    long double *weight;
    double *open;
    double *busy;
};

static struct levels levels_of(const struct lattice *l, const struct mdl_closed_station *s,
                               int most) {
    size_t count = (size_t)most + 1;
    struct levels v = {sim_arena_array(l->arena, count, sizeof *v.weight),
                       sim_arena_array(l->arena, count, sizeof *v.open),
                       sim_arena_array(l->arena, count, sizeof *v.busy)};
    long double alone = 1; /* 1 / (r(1) ... r(m)) */
    for (int m = 0; m <= most; m++) {
        alone /= m == 0 ? 1 : (long double)mdl_rate_at(&s->rates, m);
        long double term = alone;
        long double sum = 0;
        long double open = 0;
        long double busy = 0;
        for (int j = 0;; j++) { /* (m + j)! / (m! j!) open^j / (r(1) ... r(m + j)) */
            sum += term;
            open += term * j;
            busy += term * (m + j < s->rates.servers ? m + j : s->rates.servers);
            double next = s->open * (m + j + 1) / (j + 1) / mdl_rate_at(&s->rates, m + j + 1);
            if (s->open == 0 || (next < 1 && m + j >= s->rates.count &&
                                 term * (j + 1) < 1e-17L * (1 - next) * (1 - next) * sum)) {
                break;
            }
            term *= (long double)next;
        }
        v.weight[m] = sum;
        v.open[m] = (double)(open / sum);
        v.busy[m] = (double)(busy / sum);
    }
    return v;
}

/* A station's factor at each point: m! / (n1! n2! ...) d1^n1 d2^n2 ... weight[m], m the total. */
static long double *factors_of(const struct lattice *l, const struct mdl_closed_station *s,
                               const struct levels *v) {
    long double *f = row_new(l);
    long double *plain = row_new(l); /* multinomial x demands: sum over k of d[k] plain(n - e[k]) */
    plain[0] = 1;
    for (size_t n = 0; n < l->size; n++) {
        for (int k = 0; k < l->closed->chain_count && n > 0; k++) {
            if (users_in(l, n, k) > 0) {
                plain[n] += (long double)(s->demand[k] * l->scale[k]) * plain[n - l->stride[k]];
            }
        }
        f[n] = plain[n] * v->weight[l->total[n]];
    }
    return f;
}

/* Whether m <= n in every chain. */
static bool below(const struct lattice *l, size_t m, size_t n) {
    for (int k = 0; k < l->closed->chain_count; k++) {
        if (users_in(l, m, k) > users_in(l, n, k)) {
            return false;
        }
    }
    return true;
}

static long double *convolve(const struct lattice *l, const long double *a, const long double *b) {
    long double *g = row_new(l);
    bool one = l->closed->chain_count == 1;
    for (size_t n = 0; n < l->size; n++) {
        for (size_t m = 0; m <= n; m++) {
            if (one || below(l, m, n)) {
                g[n] += a[m] * b[n - m];
            }
        }
    }
    return g;
}

/* Mean numbers at a station of one rate: the arrival theorem over the lattice, by constants. */
static void fixed_numbers(const struct lattice *l, struct mdl_closed_station *s,
                          const long double *g) {
    int chains = l->closed->chain_count;
    double rate = mdl_rate_last(&s->rates) - s->open;
    double *number = sim_arena_array(l->arena, l->size, sizeof *number);
    for (size_t n = 1; n < l->size; n++) {
        for (int k = 0; k < chains; k++) {
            double one = 0;
            if (users_in(l, n, k) > 0) {
                size_t before = n - l->stride[k];
                double x = (double)(g[before] / g[n]);
                one = s->demand[k] * l->scale[k] / rate * x * (1 + number[before]);
            }
            number[n] += one;
            if (n + 1 == l->size) {
                s->number[k] = one;
            }
        }
    }
    double all = number[l->size - 1];
    s->open_number = s->open * (1 + all) / rate;
    double work = s->open;
    for (int k = 0; k < chains; k++) {
        work += l->closed->throughput[k] * s->demand[k];
    }
    s->busy = work / mdl_rate_last(&s->rates);
}

/* The same where the rate depends on the number: from the station's own factors and the constants
 * of all others. */
static void varying_numbers(const struct lattice *l, struct mdl_closed_station *s,
                            const struct levels *v, const long double *factors,
                            const long double *others, const long double *g) {
    int chains = l->closed->chain_count;
    size_t full = l->size - 1;
    s->open_number = s->busy = 0;
    memset(s->number, 0, (size_t)chains * sizeof *s->number);
    for (size_t n = 0; n < l->size; n++) {
        double p = (double)(factors[n] * others[full - n] / g[full]);
        for (int k = 0; k < chains; k++) {
            s->number[k] += p * users_in(l, n, k);
        }
        s->open_number += p * v->open[l->total[n]];
        s->busy += p * v->busy[l->total[n]];
    }
}

/* Exact, or false when a constant left the range of numbers. */
static bool solve_exactly(struct mdl_closed *c) {
    struct sim_arena *arena = sim_arena_new();
    struct lattice l = lattice_of(c, arena);
    int most = l.total[l.size - 1];
    size_t stations = (size_t)c->station_count;
    struct levels *levels = sim_arena_array(arena, stations, sizeof *levels);
    long double **factors = sim_arena_array(arena, stations, sizeof(long double *));
    long double **before = sim_arena_array(arena, stations + 1, sizeof(long double *));
    long double *g = thinking(&l);
    for (size_t i = 0; i < stations; i++) {
        if (is_fixed(&c->stations[i])) {
            join_fixed(&l, &c->stations[i], g);
        }
    }
    for (size_t i = 0; i < stations; i++) { /* before[i]: without the varying ones from i on */
        before[i] = g;
        if (!is_fixed(&c->stations[i])) {
            levels[i] = levels_of(&l, &c->stations[i], most);
            factors[i] = factors_of(&l, &c->stations[i], &levels[i]);
            g = convolve(&l, g, factors[i]);
        }
    }
    bool fine = isfinite(g[l.size - 1]) && g[l.size - 1] > 0;
    for (int k = 0; k < c->chain_count && fine; k++) {
        bool any = c->users[k] > 0;
        c->throughput[k] =
            any ? (double)(g[l.size - 1 - l.stride[k]] / g[l.size - 1]) * l.scale[k] : 0;
    }
    /* `rest`: the factors of the varying stations after i, convolved */
    long double *rest = row_new(&l);
    rest[0] = 1;
    for (size_t i = stations; i-- > 0 && fine;) {
        if (is_fixed(&c->stations[i])) {
            fixed_numbers(&l, &c->stations[i], g);
        } else {
            long double *others = convolve(&l, before[i], rest);
            varying_numbers(&l, &c->stations[i], &levels[i], factors[i], others, g);
            rest = convolve(&l, rest, factors[i]);
        }
    }
    sim_arena_free(arena);
    return fine;
}

/* --- approximate -------------------------------------------------------------------------------
 */

void mdl_closed_approximate(struct mdl_closed *c) {
    enum { ROUNDS = 10000 };
    c->approximate = true;
    for (int i = 0; i < c->station_count; i++) {
        for (int k = 0; k < c->chain_count; k++) {
            c->stations[i].number[k] = (double)c->users[k] / c->station_count;
        }
    }
    double change = 1;
    for (int round = 0; round < ROUNDS && change > 1e-10; round++) {
        change = 0;
        for (int k = 0; k < c->chain_count; k++) {
            if (c->users[k] == 0) {
                c->throughput[k] = 0;
                continue;
            }
            double cycle = c->think[k];
            for (int pass = 0; pass < 2; pass++) { /* the cycle time, then the numbers */
                for (int i = 0; i < c->station_count; i++) {
                    struct mdl_closed_station *s = &c->stations[i];
                    double last = mdl_rate_last(&s->rates);
                    double queue = s->demand[k] / (last - s->open);
                    double beside = s->demand[k] * (1 / mdl_rate_at(&s->rates, 1) - 1 / last);
                    double met = -s->number[k] / c->users[k];
                    for (int j = 0; j < c->chain_count; j++) {
                        met += s->number[j];
                    }
                    double residence = queue * (1 + fmax(0, met)) + beside;
                    if (pass == 0) {
                        cycle += residence;
                    } else {
                        double number = c->throughput[k] * residence;
                        change = fmax(change, fabs(number - s->number[k]) / c->users[k]);
                        s->number[k] = (number + s->number[k]) / 2;
                    }
                }
                c->throughput[k] = c->users[k] / cycle;
            }
        }
    }
    for (int i = 0; i < c->station_count; i++) {
        struct mdl_closed_station *s = &c->stations[i];
        double work = s->open;
        double all = 0;
        for (int k = 0; k < c->chain_count; k++) {
            work += c->throughput[k] * s->demand[k];
            all += s->number[k];
        }
        double last = mdl_rate_last(&s->rates);
        s->open_number = s->open * (1 + all) / (last - s->open) +
                         s->open * (1 / mdl_rate_at(&s->rates, 1) - 1 / last);
        s->busy = fmin(s->rates.servers, work / last * s->rates.servers);
    }
}

/* Work of the exact solution; INFINITY when the lattice would not fit. */
static double work_of(const struct mdl_closed *c) {
    double size = 1;
    for (int k = 0; k < c->chain_count; k++) {
        size *= c->users[k] + 1.0;
    }
    double work = size > LATTICE_MOST ? INFINITY : 0;
    for (int i = 0; i < c->station_count; i++) {
        work += is_fixed(&c->stations[i]) ? 2 * size * c->chain_count
                                          : 1.5 * size * size * c->chain_count;
    }
    return work;
}

bool mdl_closed_solve(struct mdl_closed *c) {
    for (int i = 0; i < c->station_count; i++) {
        if (!(c->stations[i].open < mdl_rate_last(&c->stations[i].rates))) {
            return false;
        }
    }
    c->approximate = false;
    if (work_of(c) > MDL_CLOSED_WORK_MOST || !solve_exactly(c)) {
        mdl_closed_approximate(c);
    }
    return true;
}
