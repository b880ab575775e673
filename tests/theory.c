#include "tests/theory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double theory_erlang_b(int c, double load) {
    double b = 1;
    for (int i = 1; i <= c; i++) {
        b = load * b / (i + load * b);
    }
    return b;
}

double theory_erlang_c(int c, double load) {
    double b = theory_erlang_b(c, load);
    return c * b / (c - load * (1 - b));
}

void theory_birth_death(int n, const double *birth, const double *death, double *p) {
    double sum = p[0] = 1;
    for (int i = 0; i < n; i++) {
        p[i + 1] = p[i] * birth[i] / death[i];
        sum += p[i + 1];
    }
    for (int i = 0; i <= n; i++) {
        p[i] /= sum;
    }
}

double theory_mean(int n, const double *p) {
    double mean = 0;
    for (int i = 0; i <= n; i++) {
        mean += i * p[i];
    }
    return mean;
}

double theory_load_dependent(double lambda, double mu, int count, const double *speed,
                             double *busy) {
    enum { N = 2000 };
    static double birth[N], death[N], p[N + 1];
    for (int i = 0; i < N; i++) {
        birth[i] = lambda;
        death[i] = mu * speed[i < count ? i : count - 1];
    }
    theory_birth_death(N, birth, death, p);
    if (busy != NULL) {
        *busy = 0;
        for (int i = 0; i <= N; i++) {
            *busy += p[i] * (i < count ? i : count);
        }
    }
    return theory_mean(N, p);
}

double theory_mg1_wait(double lambda, double mean, double cv) {
    return lambda * mean * mean * (1 + cv * cv) / (2 * (1 - lambda * mean));
}

static void by_urgency(int classes, const double *lambda, const double *mean, double residual,
                       int c, double *wait) {
    double before = 0;
    for (int k = 0; k < classes; k++) {
        double with = before + lambda[k] * mean[k] / c;
        wait[k] = residual / ((1 - before) * (1 - with));
        before = with;
    }
}

void theory_cobham(int classes, const double *lambda, const double *mean, const double *cv,
                   double *wait) {
    double residual = 0;
    for (int k = 0; k < classes; k++) {
        residual += lambda[k] * mean[k] * mean[k] * (1 + cv[k] * cv[k]) / 2;
    }
    by_urgency(classes, lambda, mean, residual, 1, wait);
}

void theory_cobham_servers(int classes, const double *lambda, double mean, int c, double *wait) {
    enum { MOST = 8 };
    double means[MOST];
    double load = 0;
    for (int k = 0; k < classes; k++) {
        means[k] = mean;
        load += lambda[k] * mean;
    }
    by_urgency(classes, lambda, means, theory_erlang_c(c, load) * mean / c, c, wait);
}

double theory_e2m1_response(double lambda, double mu) {
    double sigma = 0.5;
    for (int i = 0; i < 10000; i++) {
        double stage = 2 * lambda / (2 * lambda + mu * (1 - sigma));
        sigma = stage * stage;
    }
    return 1 / (mu * (1 - sigma));
}

/* --- join the shorter queue --------------------------------------------------------------- */

/* Probability that an arrival that meets (i, j) joins the first. */
static double joins_first(int i, int j, double first) { return i < j ? 1 : i > j ? 0 : first; }

void theory_shorter_queue(double lambda, double mu, double first, double *number, double *share) {
    enum { N = 80 };
    static double p[N + 1][N + 1];
    for (int i = 0; i <= N; i++) {
        for (int j = 0; j <= N; j++) {
            p[i][j] = pow(0.5, i + j);
        }
    }
    for (double change = 1; change > 1e-12;) {
        double sum = 0;
        double most = 0;
        for (int i = 0; i <= N; i++) {
            for (int j = 0; j <= N; j++) {
                double in = 0;
                in += i > 0 ? lambda * joins_first(i - 1, j, first) * p[i - 1][j] : 0;
                in += j > 0 ? lambda * (1 - joins_first(i, j - 1, first)) * p[i][j - 1] : 0;
                in += i < N ? mu * p[i + 1][j] : 0;
                in += j < N ? mu * p[i][j + 1] : 0;
                double blocked =
                    joins_first(i, j, first) * (i == N) + (1 - joins_first(i, j, first)) * (j == N);
                double out = lambda * (1 - blocked) + mu * ((i > 0) + (j > 0));
                double next = in / out;
                most = fmax(most, fabs(next - p[i][j]));
                p[i][j] = next;
                sum += next;
            }
        }
        for (int i = 0; i <= N; i++) {
            for (int j = 0; j <= N; j++) {
                p[i][j] /= sum;
            }
        }
        change = most;
    }
    *number = *share = 0;
    for (int i = 0; i <= N; i++) {
        for (int j = 0; j <= N; j++) {
            *number += (i + j) * p[i][j];
            *share += joins_first(i, j, first) * p[i][j];
        }
    }
}

/* --- processor sharing -------------------------------------------------------------------- */

enum { OTHERS = 400, STEPS = 20000 };

struct theory_sharing {
    double clock;        /* uniformization rate */
    double alive[STEPS]; /* probability that the tagged job is there after k steps */
};

struct theory_sharing *theory_sharing_new(double lambda, double mu, int c) {
    struct theory_sharing *s = malloc(sizeof *s);
    if (s == NULL) {
        abort();
    }
    double *now = calloc(OTHERS + 1, sizeof *now);
    double *next = calloc(OTHERS + 1, sizeof *next);
    double birth[OTHERS], death[OTHERS];
    if (now == NULL || next == NULL) {
        abort();
    }
    for (int i = 0; i < OTHERS; i++) {
        birth[i] = lambda;
        death[i] = mu * (i + 1 < c ? i + 1 : c);
    }
    theory_birth_death(OTHERS, birth, death, now);
    s->clock = lambda + c * mu;
    for (int k = 0; k < STEPS; k++) {
        double alive = 0;
        memset(next, 0, (OTHERS + 1) * sizeof *next);
        for (int n = 0; n <= OTHERS; n++) {
            alive += now[n];
            double each = mu * (n + 1 < c ? 1 : (double)c / (n + 1)) / s->clock;
            double joins = n < OTHERS ? lambda / s->clock : 0;
            double leaves = n * each;
            if (n < OTHERS) {
                next[n + 1] += joins * now[n];
            }
            if (n > 0) {
                next[n - 1] += leaves * now[n];
            }
            next[n] += (1 - joins - leaves - each) * now[n];
        }
        s->alive[k] = alive;
        double *swap = now;
        now = next;
        next = swap;
    }
    free(now);
    free(next);
    return s;
}

double theory_sharing_beyond(const struct theory_sharing *sharing, double t) {
    double mean = sharing->clock * t;
    double sum = 0;
    for (int k = 0; k < STEPS; k++) {
        sum += exp(k * log(mean) - mean - lgamma(k + 1.0)) * sharing->alive[k];
    }
    return sum;
}

double theory_sharing_quantile(const struct theory_sharing *sharing, double quantile) {
    double low = 1e-9;
    double high = 1;
    while (theory_sharing_beyond(sharing, high) > 1 - quantile) {
        high *= 2;
    }
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (theory_sharing_beyond(sharing, middle) > 1 - quantile) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

void theory_sharing_free(struct theory_sharing *sharing) { free(sharing); }

/* --- patience ----------------------------------------------------------------------------- */

double theory_patience_constant(double lambda, double mu, int c, double patience, double *wait) {
    double p = 1; /* of j busy servers, not yet normalized */
    double sum = 0;
    double last = 1;
    for (int j = 0; j < c; j++) {
        sum += p;
        last = p;
        p *= lambda / mu / (j + 1);
    }
    /* The wait that an arrival would have has the density lambda P(c-1) exp((lambda - c mu) x)
     * below the patience; beyond it, where nobody joins, it falls as exp(-c mu x). */
    double drift = lambda - c * mu;
    double height = lambda * last;
    double below = height * expm1(drift * patience) / drift;
    double beyond = height * exp(drift * patience) / (c * mu);
    double first = height * (exp(drift * patience) * (patience / drift - 1 / (drift * drift)) +
                             1 / (drift * drift));
    sum += below + beyond;
    *wait = (first + patience * beyond) / sum;
    return beyond / sum;
}

double theory_patience_exp(double lambda, double mu, int c, double patience, double *wait) {
    enum { N = 1000 };
    static double birth[N], death[N], p[N + 1];
    for (int i = 0; i < N; i++) {
        int n = i + 1;
        birth[i] = lambda;
        death[i] = n <= c ? n * mu : c * mu + (n - c) / patience;
    }
    theory_birth_death(N, birth, death, p);
    double queue = 0;
    for (int n = c + 1; n <= N; n++) {
        queue += (n - c) * p[n];
    }
    *wait = queue / lambda;
    return queue / patience / lambda;
}

/* --- networks ----------------------------------------------------------------------------- */

void theory_visits(int n, const double *entry, const double *routing, double *visits) {
    memcpy(visits, entry, (size_t)n * sizeof *visits);
    for (int round = 0; round < 10000; round++) {
        for (int to = 0; to < n; to++) {
            visits[to] = entry[to];
            for (int from = 0; from < n; from++) {
                visits[to] += visits[from] * routing[from * n + to];
            }
        }
    }
}

void theory_mva(int stations, const double *demand, const double *speed, int users, double think,
                double *throughput, double *number) {
    int width = users + 1;
    double *p = calloc((size_t)(stations * width), sizeof *p); /* p[i][j]: j jobs at station i */
    double *stay = calloc((size_t)stations, sizeof *stay);
    if (p == NULL || stay == NULL) {
        abort();
    }
    for (int i = 0; i < stations; i++) {
        p[i * width] = 1;
    }
    for (int n = 1; n <= users; n++) {
        double cycle = think;
        for (int i = 0; i < stations; i++) {
            stay[i] = 0;
            for (int j = 1; j <= n; j++) {
                double at = speed == NULL ? 1 : speed[i * users + j - 1];
                stay[i] += j * demand[i] / at * p[i * width + j - 1];
            }
            cycle += stay[i];
        }
        *throughput = n / cycle;
        for (int i = 0; i < stations; i++) {
            double rest = 1;
            for (int j = n; j >= 1; j--) {
                double at = speed == NULL ? 1 : speed[i * users + j - 1];
                p[i * width + j] = demand[i] * *throughput / at * p[i * width + j - 1];
                rest -= p[i * width + j];
            }
            p[i * width] = rest;
            number[i] = *throughput * stay[i];
        }
    }
    free(p);
    free(stay);
}

void theory_mva_two(int stations, const double *demand, const int *users, const double *think,
                    double *throughput, double *number) {
    int rows = users[0] + 1;
    int columns = users[1] + 1;
    double *queue = calloc((size_t)(rows * columns * stations), sizeof *queue);
    double *stay = calloc((size_t)stations * 2, sizeof *stay);
    if (queue == NULL || stay == NULL) {
        abort();
    }
    for (int a = 0; a < rows; a++) {
        for (int b = 0; b < columns; b++) {
            double *here = &queue[(a * columns + b) * stations];
            int population[2] = {a, b};
            for (int k = 0; k < 2; k++) {
                throughput[k] = 0;
                if (population[k] == 0) {
                    continue;
                }
                int less = (a - (k == 0)) * columns + b - (k == 1);
                double cycle = think[k];
                for (int i = 0; i < stations; i++) {
                    stay[i * 2 + k] = demand[i * 2 + k] * (1 + queue[less * stations + i]);
                    cycle += stay[i * 2 + k];
                }
                throughput[k] = population[k] / cycle;
            }
            for (int i = 0; i < stations; i++) {
                here[i] = throughput[0] * stay[i * 2] + throughput[1] * stay[i * 2 + 1];
            }
        }
    }
    memcpy(number, &queue[(rows * columns - 1) * stations], (size_t)stations * sizeof *number);
    free(queue);
    free(stay);
}

/* --- infinite servers --------------------------------------------------------------------- */

double theory_infinite_server(double a, double b, double t,
                              double (*beyond)(const void *context, double x),
                              const void *context) {
    enum { PIECES = 2000 };
    double step = t / PIECES;
    double sum = 0;
    for (int i = 0; i <= PIECES; i++) {
        double u = i * step;
        double weight = i == 0 || i == PIECES ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight * (a * u + b) * beyond(context, t - u);
    }
    return sum * step / 3;
}

double theory_exp_beyond(const void *mean, double x) { return exp(-x / *(const double *)mean); }

double theory_lognormal_beyond(const void *law, double x) {
    const struct theory_lognormal *l = law;
    double s2 = log(1 + l->cv * l->cv);
    double mu = log(l->mean) - s2 / 2;
    return x <= 0 ? 1 : 0.5 * erfc((log(x) - mu) / sqrt(2 * s2));
}
