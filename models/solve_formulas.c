#include "models/solve_formulas.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base_arena.h"

/* --- servers -----------------------------------------------------------------------------------
 */

double mdl_erlang_b(int servers, double load) {
    double blocked = 1;
    for (int c = 1; c <= servers; c++) {
        blocked = load * blocked / (c + load * blocked);
    }
    return blocked;
}

double mdl_erlang_c(int servers, double load) {
    if (!(load < servers)) {
        return NAN;
    }
    double blocked = mdl_erlang_b(servers, load);
    return blocked / (1 - load / servers * (1 - blocked));
}

double mdl_rate_at(const struct mdl_rates *rates, int64_t jobs) {
    return rates->total[jobs < rates->count ? jobs - 1 : rates->count - 1];
}

double mdl_rate_last(const struct mdl_rates *rates) { return rates->total[rates->count - 1]; }

/* Sums over the states of a birth-death chain, kept in range by a common factor. */
struct sums {
    double all, number, busy, waiting, entering, queued;
};

static void add_state(struct sums *s, double p, int64_t n, int servers, bool enters) {
    s->all += p;
    s->number += p * (double)n;
    s->busy += p * (double)(n < servers ? n : servers);
    s->waiting += p * (double)(n > servers ? n - servers : 0);
    s->entering += enters ? p : 0;
    s->queued += enters && n >= servers ? p : 0;
}

static void shrink(struct sums *s, double *p) {
    const double factor = 1e-200;
    if (*p > 1e200) {
        *p *= factor;
        s->all *= factor;
        s->number *= factor;
        s->busy *= factor;
        s->waiting *= factor;
        s->entering *= factor;
        s->queued *= factor;
    }
}

static struct mdl_occupancy occupancy_of(const struct sums *s, double full) {
    return (struct mdl_occupancy){.number = s->number / s->all,
                                  .busy = s->busy / s->all,
                                  .waiting = s->waiting / s->all,
                                  .full = full / s->all,
                                  .queued = s->queued / s->entering};
}

struct mdl_occupancy mdl_occupancy_of(double load, const struct mdl_rates *rates, int64_t room) {
    struct sums s = {0};
    double p = 1;
    int64_t n = 0;
    int64_t regular = rates->count > rates->servers ? rates->count : rates->servers;
    for (;; n++) {
        if (room >= 0 && n == room) { /* nobody enters here */
            add_state(&s, p, n, rates->servers, false);
            return occupancy_of(&s, p);
        }
        if (room < 0 && n == regular) { /* from here on a geometric series */
            break;
        }
        add_state(&s, p, n, rates->servers, true);
        p *= load / mdl_rate_at(rates, n + 1);
        shrink(&s, &p);
    }
    double ratio = load / mdl_rate_last(rates);
    if (!(ratio < 1)) {
        return (struct mdl_occupancy){NAN, NAN, NAN, NAN, NAN};
    }
    double tail = p / (1 - ratio);
    double beyond = tail * ratio / (1 - ratio); /* the sum of k p ratio^k */
    s.all += tail;
    s.number += (double)n * tail + beyond;
    s.busy += rates->servers * tail;
    s.waiting += (double)(n - rates->servers) * tail + beyond;
    s.entering += tail;
    s.queued += tail;
    return occupancy_of(&s, 0);
}

struct mdl_occupancy mdl_erlang_a(double lambda, double service, int servers, double patience) {
    struct sums s = {0};
    double p = 1;
    for (int64_t n = 0; n <= servers || p > 1e-18 * s.all; n++) {
        add_state(&s, p, n, servers, true);
        double waiting = (double)(n + 1 > servers ? n + 1 - servers : 0);
        double serving = (double)(n + 1 < servers ? n + 1 : servers);
        p *= lambda / (serving / service + waiting / patience);
        shrink(&s, &p);
    }
    struct mdl_occupancy o = occupancy_of(&s, 0);
    o.full = o.waiting / patience / lambda;
    return o;
}

/* --- M/G/1 and priorities ----------------------------------------------------------------------
 */

double mdl_mg1_wait(double lambda, double mean, double square, double batch) {
    double load = lambda * mean;
    return load < 1 ? (lambda * square + (batch - 1) * mean) / (2 * (1 - load)) : (double)NAN;
}

void mdl_priority_waits(int levels, const double *lambda, const double *mean, const double *square,
                        double *wait) {
    double residual = 0; /* work in service found, once all that is stable is counted */
    double load = 0;
    for (int k = 0; k < levels; k++) {
        double before = load;
        load += lambda[k] * mean[k];
        /* a level beyond saturation is served in what is left: it only adds to the residual */
        double share = load < 1 || lambda[k] == 0 ? 1 : fmax(0, 1 - before) / (lambda[k] * mean[k]);
        residual += share * lambda[k] * square[k] / 2;
    }
    load = 0;
    for (int k = 0; k < levels; k++) {
        double before = load;
        load += lambda[k] * mean[k];
        wait[k] = load < 1 ? residual / ((1 - before) * (1 - load)) : (double)INFINITY;
    }
}

void mdl_preemptive_waits(int levels, const double *lambda, const double *mean,
                          const double *square, double *stretch, double *wait) {
    double residual = 0;
    double load = 0;
    for (int k = 0; k < levels; k++) {
        double before = load;
        load += lambda[k] * mean[k];
        residual += lambda[k] * square[k] / 2;
        bool stable = load < 1;
        stretch[k] = stable ? 1 / (1 - before) : (double)INFINITY;
        wait[k] = stable ? residual / ((1 - before) * (1 - load)) : (double)INFINITY;
    }
}

void mdl_priority_waits_servers(int levels, const double *lambda, double mean, int servers,
                                double *wait) {
    double total = 0;
    for (int k = 0; k < levels; k++) {
        total += lambda[k];
    }
    double busy = total * mean < servers ? mdl_erlang_c(servers, total * mean) : 1;
    double load = 0;
    for (int k = 0; k < levels; k++) {
        double before = load;
        load += lambda[k] * mean / servers;
        wait[k] = load < 1 ? busy * mean / servers / ((1 - before) * (1 - load)) : (double)INFINITY;
    }
}

/* --- GI/M/1 ------------------------------------------------------------------------------------
 */

struct transform {
    const struct sim_dist *law;
    double s;
};

static double transform_term(double v, void *context) {
    const struct transform *t = context;
    return exp(-v) * sim_dist_cdf(t->law, v / t->s);
}

enum { WORKSPACE = 500 };

/* E[exp(-s X)] as the integral of exp(-v) P(X <= v / s). */
static double transform_of(const struct sim_dist *law, double s,
                           gsl_integration_workspace *workspace) {
    struct transform t = {law, s};
    gsl_function f = {transform_term, &t};
    double value = NAN;
    double error = 0;
    /* exp(-60) is beyond a double's last digit */
    gsl_integration_qags(&f, 0, 60, 1e-13, 1e-11, WORKSPACE, workspace, &value, &error);
    return value;
}

double mdl_gim1_sigma(const struct sim_dist *arrivals, double mean) {
    if (!(mean < arrivals->mean)) {
        return NAN;
    }
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) { /* sigma < A*: left of the root */
        double sigma = (low + high) / 2;
        if (sigma < transform_of(arrivals, (1 - sigma) / mean, workspace)) {
            low = sigma;
        } else {
            high = sigma;
        }
    }
    gsl_integration_workspace_free(workspace);
    return (low + high) / 2;
}

/* --- laws of service ---------------------------------------------------------------------------
 */

double mdl_service_cdf(const struct mdl_service *service, double x) {
    double sum = 0;
    for (int i = 0; i < service->count; i++) {
        sum += service->weight[i] * sim_dist_cdf(service->demand[i], x * service->speed);
    }
    return sum;
}

double mdl_service_mean(const struct mdl_service *service) {
    double sum = 0;
    for (int i = 0; i < service->count; i++) {
        sum += service->weight[i] * service->demand[i]->mean;
    }
    return sum / service->speed;
}

double mdl_service_square(const struct mdl_service *service) {
    double sum = 0;
    for (int i = 0; i < service->count; i++) {
        double mean = service->demand[i]->mean;
        sum += service->weight[i] * (sim_dist_variance(service->demand[i]) + mean * mean);
    }
    return sum / service->speed / service->speed;
}

/* The x in [0, ...) where a rising function reaches `quantile`. */
static double find_quantile(double (*cdf)(const void *law, double x), const void *law, double scale,
                            double quantile) {
    double high = scale;
    while (cdf(law, high) < quantile && high < scale * 1e12) {
        high *= 2;
    }
    double low = 0;
    for (int i = 0; i < 200 && high - low > 1e-13 * high; i++) {
        double x = (low + high) / 2;
        if (cdf(law, x) < quantile) {
            low = x;
        } else {
            high = x;
        }
    }
    return high;
}

static double service_cdf(const void *service, double x) { return mdl_service_cdf(service, x); }

double mdl_service_quantile(const struct mdl_service *service, double quantile) {
    double mean = mdl_service_mean(service);
    return mean > 0 ? find_quantile(service_cdf, service, mean, quantile) : 0;
}

/* --- the law of the wait in M/G/1 --------------------------------------------------------------
 */

enum { GRID = 4096 };

/* The smallest x with P <= reached, linear within a step; `at` is a cumulative law on the grid. */
static double grid_quantile(const double *at, double step, double quantile) {
    if (at[0] >= quantile) {
        return 0;
    }
    for (int k = 1; k < GRID; k++) {
        if (at[k] >= quantile) {
            return step * (k - 1 + (quantile - at[k - 1]) / (at[k] - at[k - 1]));
        }
    }
    return NAN;
}

/* P(residual service in step k), the steps centred on k x step; their sum is below 1 by the tail.
 */
static void residual_steps(const struct mdl_service *service, double mean, double step,
                           double *mass) {
    enum { PARTS = 8 }; /* Simpson's rule within a step, split at its middle */
    double width = step / PARTS;
    double from = 0;
    for (int k = 0; k < GRID; k++) {
        double to = (k + 0.5) * step;
        int parts = k == 0 ? PARTS / 2 : PARTS;
        double sum = 0;
        for (int i = 0; i <= parts; i++) {
            double weight = i == 0 || i == parts ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * (1 - mdl_service_cdf(service, from + i * width));
        }
        mass[k] = sum * width / 3 / mean;
        from = to;
    }
}

/* Fills the grid with the laws of wait and response; false when the last step is short of what is
 * asked. */
static bool fill_grid(double lambda, const struct mdl_service *service, double step, double most,
                      double *mass, double *wait, double *response) {
    double mean = mdl_service_mean(service);
    double load = lambda * mean;
    residual_steps(service, mean, step, mass);
    /* Panjer: w[0] = (1 - load) / (1 - load m[0]); w[k] = load / (1 - load m[0]) sum m[i] w[k-i] */
    double norm = 1 - load * mass[0];
    wait[0] = (1 - load) / norm;
    for (int k = 1; k < GRID; k++) {
        double sum = 0;
        for (int i = 1; i <= k; i++) {
            sum += mass[i] * wait[k - i];
        }
        wait[k] = load * sum / norm;
    }
    double *cdf = mass; /* done with the masses */
    for (int k = 0; k < GRID; k++) {
        cdf[k] = mdl_service_cdf(service, k * step);
    }
    for (int k = 0; k < GRID; k++) {
        response[k] = 0;
        for (int i = 0; i <= k; i++) {
            response[k] += wait[i] * cdf[k - i];
        }
    }
    /* the law at a step's centre holds half of the step's own mass; all of that at 0 */
    double sum = wait[0];
    for (int k = 1; k < GRID; k++) {
        double own = wait[k];
        wait[k] = sum + own / 2;
        sum += own;
    }
    return response[GRID - 1] > most;
}

void mdl_mg1_quantiles(double lambda, const struct mdl_service *service, const double *quantiles,
                       int count, double *wait, double *response) {
    for (int q = 0; q < count; q++) {
        wait[q] = response[q] = NAN;
    }
    double mean = mdl_service_mean(service);
    double load = lambda * mean;
    if (count == 0 || !(load < 1)) {
        return;
    }
    double most = quantiles[count - 1];
    double square = mdl_service_square(service);
    double expected = mdl_mg1_wait(lambda, mean, square, 1);
    if (!isfinite(expected)) {
        return;
    }
    double reach = 2 * (mdl_service_quantile(service, most) +
                        expected / load * fmax(1, log(load / (1 - most))));
    double *rows = sim_alloc((size_t)3 * GRID, sizeof *rows);
    bool reached = false;
    for (int i = 0; i < 4 && !reached; i++, reach *= 3) {
        reached =
            fill_grid(lambda, service, reach / GRID, most, rows, rows + GRID, rows + 2 * GRID);
        for (int q = 0; q < count && reached; q++) {
            wait[q] = quantiles[q] <= 1 - load
                          ? 0
                          : grid_quantile(rows + GRID, reach / GRID, quantiles[q]);
            response[q] = grid_quantile(rows + 2 * GRID, reach / GRID, quantiles[q]);
        }
    }
    free(rows);
}

/* --- M/M/c -------------------------------------------------------------------------------------
 */

double mdl_mmc_wait_quantile(int servers, double load, double mean, double quantile) {
    double waits = mdl_erlang_c(servers, load);
    return 1 - quantile >= waits ? 0 : mean / (servers - load) * log(waits / (1 - quantile));
}

struct mmc {
    double waits; /* probability */
    double drain; /* (c mu - lambda) / mu: the wait of those who wait is exponential */
};

/* P(R <= x), x in service times. */
static double mmc_cdf(const void *law, double x) {
    const struct mmc *m = law;
    double gap = m->drain - 1;
    double beyond = exp(-x) * (1 - m->waits);
    if (fabs(gap) < 1e-9) { /* the sum of two alike */
        beyond += m->waits * exp(-x) * (1 + x);
    } else {
        beyond += m->waits * (m->drain * exp(-x) - exp(-m->drain * x)) / gap;
    }
    return 1 - beyond;
}

double mdl_mmc_response_quantile(int servers, double load, double mean, double quantile) {
    struct mmc law = {mdl_erlang_c(servers, load), servers - load};
    return isnan(law.waits) ? (double)NAN : mean * find_quantile(mmc_cdf, &law, 1, quantile);
}

/* --- over time ---------------------------------------------------------------------------------
 */

static double survival(double x, void *law) { return 1 - sim_dist_cdf(law, x); }
static double weighted_survival(double x, void *law) { return x * survival(x, law); }

void mdl_survival_integrals(const struct sim_dist *law, double from, double to, double *plain,
                            double *weighted) {
    struct sim_dist copy = *law;
    gsl_function f = {survival, &copy};
    gsl_function g = {weighted_survival, &copy};
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
    double error = 0;
    *plain = *weighted = 0;
    double fine = 1e-11 * law->mean; /* of both: beyond it a tail that is nearly 0 has no end */
    gsl_integration_qags(&f, from, to, fine, 1e-9, WORKSPACE, workspace, plain, &error);
    gsl_integration_qags(&g, from, to, fine * to, 1e-9, WORKSPACE, workspace, weighted, &error);
    gsl_integration_workspace_free(workspace);
}

double mdl_poisson_at_least(double mean, int64_t count) {
    /* P(N >= k) = P(Gamma(k) <= mean) */
    return count <= 0 ? 1 : mean <= 0 ? 0 : gsl_cdf_gamma_P(mean, (double)count, 1);
}
