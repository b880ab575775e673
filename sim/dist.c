#include "sim/dist.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "sim/dist_private.h"
#include "sim/random_block.h"
#include "sim/ziggurat_table.h"

/* Up to here an Erlang draw adds its stages; beyond, a gamma draw is cheaper. */
enum { STAGES_ADDED = 12 };

struct sim_dist sim_dist_constant(double value) {
    return (struct sim_dist){.kind = SIM_DIST_CONSTANT, .mean = value};
}

struct sim_dist sim_dist_exp(double mean) {
    return (struct sim_dist){.kind = SIM_DIST_EXP, .mean = mean};
}

struct sim_dist sim_dist_lognormal(double mean, double cv) {
    double variance = log1p(cv * cv); /* of the logarithm */
    return (struct sim_dist){.kind = SIM_DIST_LOGNORMAL,
                             .mean = mean,
                             .a = log(mean) - variance / 2,
                             .b = sqrt(variance),
                             .c = cv};
}

struct sim_dist sim_dist_erlang(double mean, int k) {
    return (struct sim_dist){.kind = SIM_DIST_ERLANG, .mean = mean, .a = k, .b = mean / k};
}

/* Balanced means: p1 m1 = p2 m2 = mean / 2, p1 = (1 + s) / 2, s = sqrt((cv^2 - 1) / (cv^2 + 1))
 * (Allen, "Probability, Statistics and Queueing Theory", 5.3.2). p2 = (1 - s^2) / (2 (1 + s))
 * loses no digits where s is near 1. */
struct sim_dist sim_dist_hyperexp(double mean, double cv) {
    double s = sqrt((cv * cv - 1) / (cv * cv + 1));
    double p2 = 1 / ((cv * cv + 1) * (1 + s));
    return (struct sim_dist){.kind = SIM_DIST_HYPEREXP,
                             .mean = mean,
                             .a = p2,
                             .b = mean / (1 + s),
                             .c = mean / (2 * p2),
                             .d = cv};
}

struct sim_dist sim_dist_gamma(double mean, double cv) {
    return (struct sim_dist){
        .kind = SIM_DIST_GAMMA, .mean = mean, .a = 1 / (cv * cv), .b = mean * cv * cv, .c = cv};
}

struct sim_dist sim_dist_weibull(double mean, double shape) {
    bool usable = shape >= SIM_WEIBULL_LEAST && shape <= SIM_WEIBULL_MOST;
    return (struct sim_dist){.kind = SIM_DIST_WEIBULL,
                             .mean = mean,
                             .a = shape,
                             .b = usable ? mean / gsl_sf_gamma(1 + 1 / shape) : NAN,
                             .c = 1 / shape};
}

/* The lowest value x such that the truncated law has this mean: with L = log(max / x), mean / max
 * falls from 1 to 0 as L grows. NAN when no L in reach gives it. */
static double pareto_scale(double mean, double alpha, double max) {
    if (!(mean > 0 && alpha > 0 && mean < max)) {
        return NAN;
    }
    if (max == INFINITY) {
        return alpha > 1 ? mean * ((alpha - 1) / alpha) : NAN;
    }
    double low = 0, high = SIM_PARETO_SPAN;
    if (sim_pareto_moment(1, alpha, high) > mean / max) {
        return NAN;
    }
    for (int halving = 0; halving < 100; halving++) {
        double middle = low + (high - low) / 2;
        if (sim_pareto_moment(1, alpha, middle) > mean / max) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return max * exp(-high);
}

struct sim_dist sim_dist_pareto(double mean, double alpha, double max) {
    double scale = pareto_scale(mean, alpha, max);
    return (struct sim_dist){.kind = SIM_DIST_PARETO,
                             .mean = mean,
                             .a = alpha,
                             .b = scale,
                             .c = max,
                             .d = pow(scale / max, alpha)};
}

struct sim_dist sim_dist_uniform(double low, double high) {
    return (struct sim_dist){
        .kind = SIM_DIST_UNIFORM, .mean = low + (high - low) / 2, .a = low, .b = high};
}

struct sim_dist sim_dist_mix(const struct sim_dist *parts, const double *cumulative, int count) {
    struct sim_dist dist = {
        .kind = SIM_DIST_MIX, .count = count, .values = cumulative, .parts = parts};
    for (int i = 0; i < count; i++) {
        dist.mean += sim_mix_weight(&dist, i) * parts[i].mean;
    }
    return dist;
}

static double mean_of(const double *values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / count;
}

struct sim_dist sim_dist_sequence(const double *values, int count) {
    return (struct sim_dist){.kind = SIM_DIST_SEQUENCE,
                             .mean = mean_of(values, count),
                             .count = count,
                             .values = values};
}

struct sim_dist sim_dist_empirical(const double *values, int count) {
    return (struct sim_dist){.kind = SIM_DIST_EMPIRICAL,
                             .mean = mean_of(values, count),
                             .count = count,
                             .values = values};
}

/* A draw's substream, read word by word. A struct sim_stream without the copy of the draw. */
struct reader {
    const struct sim_draw *draw;
    uint64_t words[4];
    uint32_t block;
    uint32_t used;
};

static inline uint64_t next_word(struct reader *reader) {
    if (reader->used == 4) {
        sim_block(reader->draw, reader->draw->entity, ++reader->block, reader->words);
        reader->used = 0;
    }
    return reader->words[reader->used++];
}

static double next_unit(struct reader *reader) { return sim_word_unit(next_word(reader)); }

/* The rest of an exponential draw whose first word left the layer's inner part. */
static __attribute__((noinline)) double exp_outside(struct reader *reader, uint64_t word) {
    const struct sim_ziggurat *table = &sim_ziggurat_exp;
    double beyond = 0;
    for (;;) {
        unsigned layer = word & 255;
        uint64_t m = word >> 11;
        double x = (double)m * table->layer[layer].step;
        if (m < table->layer[layer].inside) {
            return beyond + x;
        }
        if (layer == 0) { /* beyond r the law is the same again: it has no memory */
            beyond += table->tail;
        } else {
            double low = table->height[layer], high = table->height[layer + 1];
            if (low + next_unit(reader) * (high - low) < exp(-x)) {
                return beyond + x;
            }
        }
        word = next_word(reader);
    }
}

/* A unit exponential. Layer from the low 8 bits, place in it from the high 53. */
static inline double next_exp(struct reader *reader) {
    uint64_t word = next_word(reader);
    unsigned layer = word & 255;
    uint64_t m = word >> 11;
    if (__builtin_expect(m < sim_ziggurat_exp.layer[layer].inside, 1)) {
        return (double)m * sim_ziggurat_exp.layer[layer].step;
    }
    return exp_outside(reader, word);
}

/* A standard normal: the sign is bit 8. The tail by Marsaglia's method of 1964, as in the paper. */
static double next_normal(struct reader *reader) {
    const struct sim_ziggurat *table = &sim_ziggurat_normal;
    for (;;) {
        uint64_t word = next_word(reader);
        unsigned layer = word & 255;
        double sign = word & 256 ? -1 : 1;
        uint64_t m = word >> 11;
        double x = (double)m * table->layer[layer].step;
        if (m < table->layer[layer].inside) {
            return sign * x;
        }
        if (layer == 0) {
            double y;
            do {
                x = next_exp(reader) / table->tail;
                y = next_exp(reader);
            } while (2 * y < x * x);
            return sign * (table->tail + x);
        }
        double low = table->height[layer], high = table->height[layer + 1];
        if (low + next_unit(reader) * (high - low) < exp(-x * x / 2)) {
            return sign * x;
        }
    }
}

/* A gamma variable of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma
 * variables", ACM TOMS 26(3), 2000; their section 6 for shapes below 1). */
static double next_gamma(struct reader *reader, double shape) {
    double boost = 1;
    if (shape < 1) {
        boost = pow(next_unit(reader), 1 / shape);
        shape += 1;
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = next_normal(reader);
        double v = 1 + c * x;
        if (v > 0) {
            v = v * v * v;
            if (log(next_unit(reader)) < x * x / 2 + d - d * v + d * log(v)) {
                return boost * d * v;
            }
        }
    }
}

static double next_value(const struct sim_dist *dist, struct reader *reader) {
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->mean;
    case SIM_DIST_EXP:
        return dist->mean * next_exp(reader);
    case SIM_DIST_LOGNORMAL:
        return exp(dist->a + dist->b * next_normal(reader));
    case SIM_DIST_ERLANG: {
        if (dist->a > STAGES_ADDED) {
            return dist->b * next_gamma(reader, dist->a);
        }
        double sum = 0;
        for (int stage = 0; stage < (int)dist->a; stage++) {
            sum += next_exp(reader);
        }
        return dist->b * sum;
    }
    case SIM_DIST_HYPEREXP: {
        double phase_mean = next_unit(reader) < dist->a ? dist->c : dist->b;
        return phase_mean * next_exp(reader);
    }
    case SIM_DIST_GAMMA:
        return dist->b * next_gamma(reader, dist->a);
    case SIM_DIST_WEIBULL: /* inversion: (X / scale)^shape is a unit exponential */
        return dist->b * pow(next_exp(reader), dist->c);
    case SIM_DIST_PARETO: { /* inversion: of the law without max, P(X > x) is uniform above d */
        double above = dist->d + next_unit(reader) * (1 - dist->d);
        return fmin(dist->b * pow(above, -1 / dist->a), dist->c);
    }
    case SIM_DIST_UNIFORM:
        return dist->a + next_unit(reader) * (dist->b - dist->a);
    case SIM_DIST_MIX: {
        double u = next_unit(reader);
        int part = 0;
        while (part < dist->count - 1 && u >= dist->values[part]) {
            part++;
        }
        return next_value(&dist->parts[part], reader);
    }
    case SIM_DIST_SEQUENCE:
        return dist->values[reader->draw->ordinal % (uint64_t)dist->count];
    case SIM_DIST_EMPIRICAL:
        return dist->values[(int)(next_unit(reader) * dist->count)];
    }
    return NAN; /* not a kind: sim_dist_problem says so */
}

double sim_dist_draw(const struct sim_dist *dist, const struct sim_draw *draw,
                     struct sim_recent *recent) {
    if (dist->kind == SIM_DIST_CONSTANT) {
        return dist->mean;
    }
    if (dist->kind == SIM_DIST_SEQUENCE) {
        return dist->values[draw->ordinal % (uint64_t)dist->count];
    }
    struct reader reader;
    reader.draw = draw;
    reader.block = 0;
    reader.used =
        3; /* the first word stands last, so that the next one opens the draw's own block */
    reader.words[3] = sim_first_word(draw, recent);
    if (dist->kind == SIM_DIST_EXP) {
        return dist->mean * next_exp(&reader);
    }
    return next_value(dist, &reader);
}
