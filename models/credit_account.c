/* See models/credit_account.h. */
#include "models/credit_account.h"

#include <math.h>

static const double CREDITS_PER_NS = 1 / 6e10; /* of one vCPU */

/* Earned per ns: the very number that the baseline spends, so that neither wins by rounding. */
static double earn_rate(const struct mdl_credit_terms *terms) {
    return mdl_credit_baseline(terms) * CREDITS_PER_NS;
}

/* How the account changes per ns until the next bound, and how far (ns) that is. */
struct stretch {
    double launch, balance, surplus, charged, spent, discarded, withheld;
    double span;
};

/* Earnings beyond spending: they repay the surplus, then raise the balance up to the cap. */
static void gain(const struct mdl_credit_terms *terms, const struct mdl_credit_account *account,
                 double rate, struct stretch *s) {
    double room = terms->cap - account->balance;
    if (account->surplus > 0) {
        s->surplus = -rate;
        s->span = fmin(s->span, rate > 0 ? account->surplus / rate : INFINITY);
    } else if (room > 0) {
        s->balance = rate;
        s->span = fmin(s->span, rate > 0 ? room / rate : INFINITY);
    } else {
        s->discarded = rate;
    }
}

/* Spending beyond earnings. */
static void drain(const struct mdl_credit_terms *terms, const struct mdl_credit_account *account,
                  double rate, struct stretch *s) {
    double room = terms->cap - account->surplus;
    if (account->balance > 0) {
        s->balance = -rate;
        s->span = fmin(s->span, account->balance / rate);
    } else if (!terms->unlimited) {
        s->withheld += rate;
        s->spent -= rate;
    } else if (room > 0) {
        s->surplus = rate;
        s->span = fmin(s->span, room / rate);
    } else {
        s->charged = rate;
    }
}

static struct stretch stretch_of(const struct mdl_credit_terms *terms,
                                 const struct mdl_credit_account *account, double wanted,
                                 bool held) {
    double earn = earn_rate(terms);
    double delivered = held ? fmin(wanted, mdl_credit_baseline(terms)) : wanted;
    struct stretch s = {.spent = delivered * CREDITS_PER_NS,
                        .withheld = (wanted - delivered) * CREDITS_PER_NS,
                        .span = INFINITY};
    if (account->launch > 0 && s.spent > 0) {
        s.launch = -s.spent;
        s.span = account->launch / s.spent;
        gain(terms, account, earn, &s);
    } else if (earn >= s.spent) {
        gain(terms, account, earn - s.spent, &s);
    } else {
        drain(terms, account, s.spent - earn, &s);
    }
    return s;
}

double mdl_credit_earned(const struct mdl_credit_terms *terms,
                         const struct mdl_credit_account *account) {
    return earn_rate(terms) * (double)account->updated;
}

struct mdl_credit_account mdl_credit_open(double balance, double launch) {
    return (struct mdl_credit_account){
        .balance = balance, .launch = launch, .lowest_balance = balance + launch, .emptied = -1};
}

/* Moves along a straight line for `span` ns; at its end the bound is met exactly. */
static void follow(const struct mdl_credit_terms *terms, struct mdl_credit_account *a,
                   const struct stretch *s, double span) {
    bool whole = span == s->span;
    double credits = a->balance + a->launch;
    double surplus = a->surplus;
    a->launch += s->launch * span;
    a->balance += s->balance * span;
    a->surplus += s->surplus * span;
    if (whole) { /* one of the bounds: all others are farther than rounding */
        const double near = 1e-12 * terms->cap;
        a->launch = s->launch < 0 && a->launch < near ? 0 : a->launch;
        a->balance = s->balance < 0 && a->balance < near ? 0 : a->balance;
        a->balance = s->balance > 0 && a->balance > terms->cap - near ? terms->cap : a->balance;
        a->surplus = s->surplus < 0 && a->surplus < near ? 0 : a->surplus;
        a->surplus = s->surplus > 0 && a->surplus > terms->cap - near ? terms->cap : a->surplus;
    }
    a->charged += s->charged * span;
    a->spent += s->spent * span;
    a->discarded += s->discarded * span;
    a->withheld += s->withheld * span;
    a->throttled_s += s->withheld > 0 ? span * 1e-9 : 0;
    a->balance_area += (credits + a->balance + a->launch) / 2 * span * 1e-9;
    a->surplus_area += (surplus + a->surplus) / 2 * span * 1e-9;
    a->lowest_balance = fmin(a->lowest_balance, a->balance + a->launch);
    a->highest_surplus = fmax(a->highest_surplus, a->surplus);
}

/* Most spans meet no bound but the cap: the same lines as stretch_of and follow draw, for less.
 * False: this is another case, and nothing was done. */
static bool run_straight(const struct mdl_credit_terms *terms, struct mdl_credit_account *a,
                         double wanted, double left) {
    double spend = wanted * CREDITS_PER_NS;
    double net = earn_rate(terms) - spend;
    double balance = a->balance + net * left;
    if (a->launch > 0 || a->surplus > 0 || a->balance <= 0 || balance <= 0) {
        return false;
    }
    double area = (a->balance + balance) / 2 * left;
    if (balance > terms->cap) {
        double beyond = balance - terms->cap; /* a triangle above the cap */
        a->discarded += beyond;
        area -= beyond * beyond / (2 * net);
        balance = terms->cap;
    }
    a->spent += spend * left;
    a->balance_area += area * 1e-9;
    a->balance = balance;
    a->lowest_balance = balance < a->lowest_balance ? balance : a->lowest_balance;
    return true;
}

void mdl_credit_run(const struct mdl_credit_terms *terms, struct mdl_credit_account *account,
                    double wanted, bool held, sim_time now) {
    double left = (double)(now - account->updated);
    account->updated = now;
    if (!held && run_straight(terms, account, wanted, left)) {
        return;
    }
    bool above = wanted > mdl_credit_baseline(terms);
    while (left > 0) {
        if (above && account->emptied < 0 && account->balance <= 0 && account->launch <= 0) {
            account->emptied = now - (sim_time)llrint(left);
        }
        struct stretch s = stretch_of(terms, account, wanted, held);
        double span = fmin(left, s.span);
        follow(terms, account, &s, span);
        left -= span;
    }
}

double mdl_credit_lasts(const struct mdl_credit_terms *terms,
                        const struct mdl_credit_account *account, double wanted) {
    double earn = earn_rate(terms);
    double spend = wanted * CREDITS_PER_NS;
    if (spend <= earn) {
        return INFINITY;
    }
    /* while launch credits are spent, earnings first repay the surplus and stop at the cap */
    double first = account->launch > 0 ? account->launch / spend : 0;
    double gained = fmax(first * earn - account->surplus, 0);
    double balance = fmin(account->balance + gained, terms->cap);
    return first + balance / (spend - earn);
}

void mdl_credit_settle(struct mdl_credit_account *account) {
    account->charged += account->surplus;
    account->surplus = 0;
}
