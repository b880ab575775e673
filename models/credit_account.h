/* CPU credits: the account of one burstable server (EC2 T3, T3a, T4g, T2; RDS and ElastiCache T
 * classes), fed with the number of busy vCPUs over time.
 *
 * One credit is one vCPU at 100 % for one minute. The server earns at a constant rate; its balance
 * is capped, and what it earns beyond is lost. Spending first uses launch credits (T2), then the
 * balance. When that is gone, a *standard* server gets no more than it earns: its baseline, earned
 * per hour / 60 vCPUs. An *unlimited* one goes on and owes a surplus, which later earnings repay
 * first; what would exceed the cap of the surplus is charged, and so is, at termination, what is
 * still owed. Between changes of the number of busy vCPUs every quantity is a straight line in
 * time, cut where a bound is reached; the account finds these points itself, however long the
 * span.
 *
 * Source of the rule: inputs/catalog/SOURCES.md, "CPU-credit rule" (EC2 User Guide, burstable
 * performance instances). Credits are doubles, times sim_time (ns). No allocation; an account is a
 * plain value, to be copied at will.
 */
#ifndef MODELS_CREDIT_ACCOUNT_H
#define MODELS_CREDIT_ACCOUNT_H

#include <stdbool.h>

#include "sim/clock.h"

struct mdl_credit_terms {
    double earn_per_h; /* credits, > 0 */
    double cap;        /* most credits accrued; unlimited: also the most surplus owed; > 0 */
    bool unlimited;
};

struct mdl_credit_account {
    sim_time updated;      /* all below is up to this time */
    double launch;         /* T2: launch credits left; not under the cap */
    double balance;        /* accrued, 0..cap */
    double surplus;        /* owed, 0..cap; unlimited only */
    double charged;        /* surplus that was charged, so far */
    double spent;          /* so far, by vCPU time that was delivered */
    double discarded;      /* earned beyond the cap, so far */
    double withheld;       /* standard: vCPU time asked for and not delivered, so far, in credits */
    double throttled_s;    /* standard: time with vCPU time withheld */
    double balance_area;   /* integral of balance and launch credits, credits x s */
    double surplus_area;   /* of the surplus */
    double lowest_balance; /* launch credits included */
    double highest_surplus;
    sim_time
        emptied; /* first time without credits while more than the baseline was asked for; -1 */
};

/* Busy vCPUs that the earnings sustain. */
static inline double mdl_credit_baseline(const struct mdl_credit_terms *terms) {
    return terms->earn_per_h / 60;
}

/* Credits earned since time 0, what was lost included. */
double mdl_credit_earned(const struct mdl_credit_terms *terms,
                         const struct mdl_credit_account *account);

/* An account at time 0 with so many accrued (0..cap) and launch credits (>= 0). */
struct mdl_credit_account mdl_credit_open(double balance, double launch);

/* Brings the account to `now` (>= updated): `wanted` vCPUs were busy since (>= 0). `held`: a
 * standard server whose delivery was kept to the baseline though it may have credits (the station's
 * rule for a balance near zero, models/credit.c). A standard account without credits is kept to the
 * baseline in any case. */
void mdl_credit_run(const struct mdl_credit_terms *terms, struct mdl_credit_account *account,
                    double wanted, bool held, sim_time now);

/* Time (ns) for which the credits last at `wanted` busy vCPUs; INFINITY when they never end. */
double mdl_credit_lasts(const struct mdl_credit_terms *terms,
                        const struct mdl_credit_account *account, double wanted);

/* The server stops, is terminated or becomes standard: the surplus owed is charged. */
void mdl_credit_settle(struct mdl_credit_account *account);

#endif
