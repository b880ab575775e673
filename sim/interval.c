#include "sim/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double sim_interval_t(double alpha, int degrees) { return gsl_cdf_tdist_Qinv(alpha / 2, degrees); }

static struct sim_estimate around(double point, const double *values, int count,
                                  double relative_error, double alpha) {
    int finite = 0;
    double sum = 0;
    for (int i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            finite++;
            sum += values[i];
        }
    }
    double mean = finite > 0 ? sum / finite : NAN;
    point = isnan(point) ? mean : point;
    if (finite < 2) {
        return (struct sim_estimate){point, NAN, NAN, finite};
    }
    double squares = 0;
    for (int i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
    }
    double error = sqrt(squares / (finite - 1) / finite);
    double half_width =
        (error > 0 ? sim_interval_t(alpha, finite - 1) * error : 0) + fabs(point) * relative_error;
    return (struct sim_estimate){point, point - half_width, point + half_width, finite};
}

struct sim_estimate sim_interval_sections(double point, const double *values, int count,
                                          double relative_error, double alpha) {
    if (isnan(point)) {
        return (struct sim_estimate){NAN, NAN, NAN, 0};
    }
    return around(point, values, count, relative_error, alpha);
}

struct sim_estimate sim_interval_mean(const double *values, int count, double alpha) {
    return around(NAN, values, count, 0, alpha);
}

/* The number of independent trials that say as much as the clusters do. */
static double informative(const uint64_t *events, const uint64_t *trials, int count, double share,
                          double total, int clusters, double alpha) {
    double squares = 0;
    for (int i = 0; i < count; i++) {
        double off = (double)events[i] - share * (double)trials[i];
        squares += off * off;
    }
    double variance = squares * clusters / (clusters - 1) / (total * total);
    if (!(variance > 0)) { /* every cluster has the same share: more even than chance */
        return total;
    }
    double few = sim_interval_t(alpha, clusters - 1);
    double many = gsl_cdf_ugaussian_Qinv(alpha / 2);
    double number = share * (1 - share) / variance * (many / few) * (many / few);
    return number < total ? number : total;
}

/* The x at which the beta distribution function is `probability`, by bisection: GSL's inverse does
 * not converge for all that is asked here. */
static double beta_quantile(double probability, double a, double b) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        double middle = low + (high - low) / 2;
        if (gsl_cdf_beta_P(middle, a, b) < probability) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + (high - low) / 2;
}

/* The same from the upper tail, for small probabilities above. */
static double beta_quantile_above(double probability, double a, double b) {
    return 1 - beta_quantile(probability, b, a);
}

struct sim_estimate sim_interval_share(const uint64_t *events, const uint64_t *trials, int count,
                                       double alpha) {
    double total = 0;
    double happened = 0;
    int clusters = 0;
    for (int i = 0; i < count; i++) {
        total += (double)trials[i];
        happened += (double)events[i];
        clusters += trials[i] > 0;
    }
    if (!(total > 0)) {
        return (struct sim_estimate){NAN, NAN, NAN, 0};
    }
    struct sim_estimate e = {happened / total, NAN, NAN, clusters};
    if (clusters < 2) {
        return e;
    }
    double number = happened > 0 && happened < total
                        ? informative(events, trials, count, e.value, total, clusters, alpha)
                        : total;
    double hits = e.value * number;
    double misses = number - hits;
    e.low = hits > 0 ? beta_quantile(alpha / 2, hits, misses + 1) : 0;
    e.high = misses > 0 ? beta_quantile_above(alpha / 2, hits + 1, misses) : 1;
    return e;
}

struct sim_estimate sim_interval_percentile(double point, const struct sim_histogram *all,
                                            uint64_t zeros, double quantile, sim_time min,
                                            sim_time max, const uint64_t *up_to,
                                            const uint64_t *trials, int count, double alpha) {
    struct sim_estimate share = sim_interval_share(up_to, trials, count, alpha);
    struct sim_estimate e = {point, NAN, NAN, share.count};
    if (isnan(point) || isnan(share.low)) {
        return e;
    }
    double below = fmax(quantile - (share.value - share.low), 0);
    double above = fmin(quantile + (share.high - share.value), 1);
    double error = min == max ? 0 : SIM_HISTOGRAM_ERROR;
    e.low = fmin(sim_histogram_quantile(all, zeros, below, min, max), point) * (1 - error);
    e.high = fmax(sim_histogram_quantile(all, zeros, above, min, max), point) * (1 + error);
    return e;
}
