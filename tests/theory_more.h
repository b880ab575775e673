/* More exact results of queueing theory, written for the tests: they share no code with the engine.
 *
 * Rates are per second, times in seconds. Sources at the functions; K1, K2: Kleinrock, "Queueing
 * Systems" I and II. What tests/theory.h says of truncation holds here.
 */
#ifndef TESTS_THEORY_MORE_H
#define TESTS_THEORY_MORE_H

/* --- orders of service ------------------------------------------------------------------------
 */

/* Second moment of the wait in M/G/1 from the first three moments of the service: first come first
 * served (Takacs 1962), last come first served without interrupting (a busy period that begins with
 * a residual service, K2 ch. 3), random order (Kingman 1962). */
double theory_fcfs_wait_square(double lambda, double m1, double m2, double m3);
double theory_lcfs_wait_square(double lambda, double m1, double m2, double m3);
double theory_random_wait_square(double lambda, double m1, double m2, double m3);

/* Mean responses of M/G/1 with preemptive resume, class 0 the most urgent (K2 ch. 3). */
void theory_preemptive(int classes, const double *lambda, const double *mean, const double *cv,
                       double *response);

/* M/G/1 with `users` who think exponentially with mean `think` (Takacs 1962; the LST of the service
 * is `transform(context, s)`, its mean `mean`): throughput. */
double theory_finite_source(int users, double think, double mean,
                            double (*transform)(const void *context, double s),
                            const void *context);
/* Work exp(mean) in slices of `quantum`, each followed by `overhead`: mean and LST. */
struct theory_slices {
    double mean, quantum, overhead;
};
double theory_slices_mean(const struct theory_slices *s);
double theory_slices_transform(const void *slices, double s);

/* Three M/M/1 of rate `mu` each; an arrival joins the shorter of two drawn at random. Mean number
 * in all three, from the truncated chain. */
double theory_two_of_three(double lambda, double mu);

/* --- losses and retrials -----------------------------------------------------------------------
 */

/* M/M/1 without waiting room; who finds it busy tries again after exp(1 / retrial), until he is
 * served, or only once more. *orbit: mean number between attempts; *busy; *lost: share of customers
 * that give up (0 for the first). (Falin and Templeton 1997; from the cuts of the chain.) */
void theory_retrials(double lambda, double mu, double retrial, double *orbit, double *busy);
void theory_one_retrial(double lambda, double mu, double retrial, double *orbit, double *busy,
                        double *lost);

/* M/M/1 whose customers leave at once when their sojourn reaches the constant `limit` (Barrer 1957,
 * second case): share that is served in time; *busy. */
double theory_sojourn_limit(double lambda, double mu, double limit, double *busy);

/* M/D/1 with room for `room`, the one in service included: share lost. A bucket of `room` tokens
 * with one more each service time loses the same share. (Embedded chain.) */
double theory_md1_loss(double lambda, double service, int room);

/* --- over time ----------------------------------------------------------------------------------
 */

/* Users 1..users come one by one, evenly over `ramp`, user k at k ramp / users; each thinks
 * exp(think) and is then served by one of c servers, exp(1 / mu). p[0..users]: law of the number at
 * the servers at time t (Kolmogorov's forward equations, Runge and Kutta). */
void theory_ramp(int users, double ramp, double think, double mu, int c, double t, double *p);

/* M/M/1 from empty: mean number at t (the same equations). */
double theory_mm1_number_at(double lambda, double mu, double t);
/* Mean wait of the k-th customer (1 is the first) of an empty M/M/1, by the number that he meets.
 */
double theory_mm1_wait_of(double lambda, double mu, int k);

/* --- caches ------------------------------------------------------------------------------------
 */

/* Hit ratios under independent references to keys of probabilities p[0..n-1]. Least recently used
 * (King 1971) and first in first out (King 1971), two places, exact; least recently used by Che's
 * approximation (Che, Tung and Wang 2002), first in first out by the like of it (Dan and Towsley
 * 1990), any number of places. */
double theory_lru_two(int n, const double *p);
double theory_fifo_two(int n, const double *p);
double theory_lru_che(int n, const double *p, double places);
double theory_fifo_che(int n, const double *p, double places);
/* Entries that live for `ttl` from their insertion, or from their last use (`renew`), references at
 * rate lambda (Jung, Berger and Balakrishnan 2003). */
double theory_ttl(int n, const double *p, double lambda, double ttl, int renew);
void theory_zipf(int n, double exponent, double *p);

#endif
