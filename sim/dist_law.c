#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base_arena.h"
#include "sim/dist_private.h"

/* The integral of exp(-n span - (alpha - n) t) over t from 0 to span. */
static double pareto_integral(int n, double alpha, double span) {
    double slope = alpha - n;
    if (fabs(slope * span) < 1e-300) {
        return span * exp(-n * span);
    }
    if (fabs(slope * span) < 1) {
        return exp(-n * span) * -expm1(-slope * span) / slope;
    }
    return (exp(-n * span) - exp(-alpha * span)) / slope;
}

/* With x = max e^-s, s from 0 to span, the density of s is proportional to e^(alpha s). */
double sim_pareto_moment(int n, double alpha, double span) {
    if (span == 0) {
        return 1;
    }
    return pareto_integral(n, alpha, span) / pareto_integral(0, alpha, span);
}

double sim_mix_weight(const struct sim_dist *mix, int i) {
    double before = i > 0 ? fmin(mix->values[i - 1], 1) : 0;
    double until = i < mix->count - 1 ? fmin(mix->values[i], 1) : 1;
    return until - before;
}

static bool in_range(double x) { return x >= 0 && x <= SIM_DIST_LARGEST; }

static const char *problem_of_values(const struct sim_dist *dist) {
    if (dist->count < 1) {
        return "there must be at least one value";
    }
    for (int i = 0; i < dist->count; i++) {
        if (!in_range(dist->values[i])) {
            return "the values must be 0 or more, and at most 1e18";
        }
    }
    return NULL;
}

static const char *problem_of_mix(const struct sim_dist *dist) {
    if (dist->count < 1) {
        return "a mix must have at least one part";
    }
    double before = 0;
    for (int i = 0; i < dist->count; i++) {
        if (!(dist->values[i] >= before)) {
            return "the weights of a mix must be 0 or more";
        }
        before = dist->values[i];
        const char *problem = sim_dist_problem(&dist->parts[i]);
        if (problem != NULL) {
            return problem;
        }
    }
    return fabs(before - 1) <= 1e-6 ? NULL : "the weights of a mix must sum to 1";
}

static const char *problem_of_pareto(const struct sim_dist *dist) {
    if (!(dist->a > 0 && dist->a <= SIM_DIST_LARGEST)) {
        return "alpha must be positive, and at most 1e18";
    }
    if (dist->c == INFINITY) {
        return dist->a > 1 ? NULL : "alpha must be above 1 unless there is a max";
    }
    if (!(dist->c > dist->mean && dist->c <= SIM_DIST_LARGEST)) {
        return "max must be above the mean, and at most 1e18";
    }
    if (!(dist->b > 0)) {
        return "no lowest value gives this mean: it is too small for this max and alpha";
    }
    return NULL;
}

const char *sim_dist_problem(const struct sim_dist *dist) {
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return in_range(dist->mean) ? NULL : "the value must be 0 or more, and at most 1e18";
    case SIM_DIST_UNIFORM:
        if (!(in_range(dist->a) && in_range(dist->b))) {
            return "the ends must be 0 or more, and at most 1e18";
        }
        return dist->a <= dist->b ? NULL : "the low end must not be above the high end";
    case SIM_DIST_MIX:
        return problem_of_mix(dist);
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL:
        return problem_of_values(dist);
    case SIM_DIST_EXP:
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_ERLANG:
    case SIM_DIST_HYPEREXP:
    case SIM_DIST_GAMMA:
    case SIM_DIST_WEIBULL:
    case SIM_DIST_PARETO:
        if (!(dist->mean > 0 && dist->mean <= SIM_DIST_LARGEST)) {
            return "the mean must be positive, and at most 1e18";
        }
        break;
    }
    switch (dist->kind) {
    case SIM_DIST_EXP:
        return NULL;
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_GAMMA:
        return dist->c >= 0.001 && dist->c <= SIM_DIST_CV_MOST
                   ? NULL
                   : "cv must be from 0.001 to 1000 (a constant has none: write its value alone)";
    case SIM_DIST_ERLANG:
        return dist->a >= 1 ? NULL : "k must be 1 or more";
    case SIM_DIST_HYPEREXP:
        return dist->d >= 1 && dist->d <= SIM_DIST_CV_MOST ? NULL : "cv must be from 1 to 1000";
    case SIM_DIST_WEIBULL:
        return dist->a >= SIM_WEIBULL_LEAST && dist->a <= SIM_WEIBULL_MOST
                   ? NULL
                   : "shape must be from 0.05 to 1000";
    case SIM_DIST_PARETO:
        return problem_of_pareto(dist);
    case SIM_DIST_CONSTANT:
    case SIM_DIST_UNIFORM:
    case SIM_DIST_MIX:
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL:
        break;
    }
    return "not a distribution";
}

/* E[X^n], n = 2 or 3. */
static double raw_moment(const struct sim_dist *dist, int n) {
    double m = dist->mean, m_n = n == 2 ? m * m : m * m * m;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return m_n;
    case SIM_DIST_EXP:
        return m_n * (n == 2 ? 2 : 6);
    case SIM_DIST_LOGNORMAL: {
        double growth = 1 + dist->c * dist->c;
        return m_n * (n == 2 ? growth : growth * growth * growth);
    }
    case SIM_DIST_ERLANG:
        return m_n * (1 + 1 / dist->a) * (n == 2 ? 1 : 1 + 2 / dist->a);
    case SIM_DIST_GAMMA: {
        double c2 = dist->c * dist->c;
        return m_n * (1 + c2) * (n == 2 ? 1 : 1 + 2 * c2);
    }
    case SIM_DIST_HYPEREXP:
        return n == 2 ? 2 * ((1 - dist->a) * pow(dist->b, 2) + dist->a * pow(dist->c, 2))
                      : 6 * ((1 - dist->a) * pow(dist->b, 3) + dist->a * pow(dist->c, 3));
    case SIM_DIST_WEIBULL:
        return pow(dist->b, n) * gsl_sf_gamma(1 + n * dist->c);
    case SIM_DIST_PARETO:
        if (dist->c == INFINITY) {
            return dist->a > n ? pow(dist->b, n) * (dist->a / (dist->a - n)) : INFINITY;
        }
        return pow(dist->c, n) * sim_pareto_moment(n, dist->a, log(dist->c / dist->b));
    case SIM_DIST_UNIFORM: {
        double low = dist->a, high = dist->b;
        return n == 2 ? (high * high + high * low + low * low) / 3
                      : (high * high + low * low) * (high + low) / 4;
    }
    case SIM_DIST_MIX: {
        double sum = 0;
        for (int i = 0; i < dist->count; i++) {
            double weight = sim_mix_weight(dist, i);
            sum += weight > 0 ? weight * raw_moment(&dist->parts[i], n) : 0;
        }
        return sum;
    }
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL: {
        double sum = 0;
        for (int i = 0; i < dist->count; i++) {
            sum += pow(dist->values[i], n);
        }
        return sum / dist->count;
    }
    }
    return NAN;
}

/* Directly where E[X^2] - mean^2 would lose digits. */
double sim_dist_variance(const struct sim_dist *dist) {
    double m = dist->mean;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return 0;
    case SIM_DIST_EXP:
        return m * m;
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_GAMMA:
        return m * m * dist->c * dist->c;
    case SIM_DIST_ERLANG:
        return m * m / dist->a;
    case SIM_DIST_HYPEREXP:
        return m * m * dist->d * dist->d;
    case SIM_DIST_WEIBULL:
        return m * m * expm1(gsl_sf_lngamma(1 + 2 * dist->c) - 2 * gsl_sf_lngamma(1 + dist->c));
    case SIM_DIST_PARETO:
        return fmax(raw_moment(dist, 2) - m * m, 0);
    case SIM_DIST_UNIFORM:
        return (dist->b - dist->a) * (dist->b - dist->a) / 12;
    case SIM_DIST_MIX: {
        double sum = 0;
        for (int i = 0; i < dist->count; i++) {
            const struct sim_dist *part = &dist->parts[i];
            double weight = sim_mix_weight(dist, i), off = part->mean - m;
            sum += weight > 0 ? weight * (sim_dist_variance(part) + off * off) : 0;
        }
        return sum;
    }
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL: {
        double sum = 0;
        for (int i = 0; i < dist->count; i++) {
            sum += (dist->values[i] - m) * (dist->values[i] - m);
        }
        return sum / dist->count;
    }
    }
    return NAN;
}

double sim_dist_third(const struct sim_dist *dist) { return raw_moment(dist, 3); }

double sim_dist_cdf(const struct sim_dist *dist, double x) {
    if (!(x >= 0)) {
        return x < 0 ? 0 : NAN;
    }
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return x >= dist->mean ? 1 : 0;
    case SIM_DIST_EXP:
        return gsl_cdf_exponential_P(x, dist->mean);
    case SIM_DIST_LOGNORMAL:
        return x > 0 ? gsl_cdf_lognormal_P(x, dist->a, dist->b) : 0;
    case SIM_DIST_ERLANG:
    case SIM_DIST_GAMMA:
        return gsl_cdf_gamma_P(x, dist->a, dist->b);
    case SIM_DIST_HYPEREXP:
        return (1 - dist->a) * gsl_cdf_exponential_P(x, dist->b) +
               dist->a * gsl_cdf_exponential_P(x, dist->c);
    case SIM_DIST_WEIBULL:
        return gsl_cdf_weibull_P(x, dist->b, dist->a);
    case SIM_DIST_PARETO:
        if (x >= dist->c) {
            return 1;
        }
        return x > dist->b ? gsl_cdf_pareto_P(x, dist->a, dist->b) / (1 - dist->d) : 0;
    case SIM_DIST_UNIFORM:
        return x >= dist->b ? 1 : x < dist->a ? 0 : (x - dist->a) / (dist->b - dist->a);
    case SIM_DIST_MIX: {
        double sum = 0;
        for (int i = 0; i < dist->count; i++) {
            sum += sim_mix_weight(dist, i) * sim_dist_cdf(&dist->parts[i], x);
        }
        return sum;
    }
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL: {
        int below = 0;
        for (int i = 0; i < dist->count; i++) {
            below += dist->values[i] <= x;
        }
        return (double)below / dist->count;
    }
    }
    return NAN;
}

static const double *scaled_values(const struct sim_dist *dist, double factor,
                                   struct sim_arena *arena) {
    double *values = sim_arena_array(arena, (size_t)dist->count, sizeof *values);
    for (int i = 0; i < dist->count; i++) {
        values[i] = dist->values[i] * factor;
    }
    return values;
}

struct sim_dist sim_dist_scaled(const struct sim_dist *dist, double factor,
                                struct sim_arena *arena) {
    struct sim_dist scaled = *dist;
    scaled.mean *= factor;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
    case SIM_DIST_EXP:
        break;
    case SIM_DIST_LOGNORMAL:
        scaled.a += log(factor);
        break;
    case SIM_DIST_ERLANG:
    case SIM_DIST_GAMMA:
    case SIM_DIST_WEIBULL:
        scaled.b *= factor;
        break;
    case SIM_DIST_HYPEREXP:
    case SIM_DIST_PARETO:
        scaled.b *= factor;
        scaled.c *= factor;
        break;
    case SIM_DIST_UNIFORM:
        scaled.a *= factor;
        scaled.b *= factor;
        break;
    case SIM_DIST_MIX: {
        struct sim_dist *parts = sim_arena_array(arena, (size_t)dist->count, sizeof *parts);
        for (int i = 0; i < dist->count; i++) {
            parts[i] = sim_dist_scaled(&dist->parts[i], factor, arena);
        }
        scaled.parts = parts;
        scaled.values = scaled_values(dist, 1, arena);
        break;
    }
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL:
        scaled.values = scaled_values(dist, factor, arena);
        break;
    }
    return scaled;
}
