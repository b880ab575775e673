#include "sim/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double sim_t_95(int degrees) { return gsl_cdf_tdist_Pinv(0.975, degrees); }

struct scatter {
    int count; /* finite values */
    double mean;
    double half_width; /* of the 95 % interval for the mean; NAN with fewer than 2 */
};

static struct scatter scatter_of(const double *values, int count) {
    struct scatter scatter = {.mean = NAN, .half_width = NAN};
    double sum = 0;
    for (int i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            scatter.count++;
            sum += values[i];
        }
    }
    if (scatter.count == 0) {
        return scatter;
    }
    scatter.mean = sum / scatter.count;
    if (scatter.count == 1) {
        return scatter;
    }
    double squares = 0;
    for (int i = 0; i < count; i++) {
        if (isfinite(values[i])) {
            squares += (values[i] - scatter.mean) * (values[i] - scatter.mean);
        }
    }
    double degrees = scatter.count - 1;
    scatter.half_width = sim_t_95(scatter.count - 1) * sqrt(squares / degrees / scatter.count);
    return scatter;
}

struct sim_estimate sim_estimate_mean(const double *values, int count) {
    struct scatter scatter = scatter_of(values, count);
    return (struct sim_estimate){scatter.mean, scatter.mean - scatter.half_width,
                                 scatter.mean + scatter.half_width, scatter.count};
}

struct sim_estimate sim_estimate_sections(double point, const double *values, int count,
                                          double relative_error) {
    struct scatter scatter = scatter_of(values, count);
    double half_width = scatter.half_width + fabs(point) * relative_error;
    return (struct sim_estimate){point, point - half_width, point + half_width, scatter.count};
}
