/* CPU credits at a station: each instance has an account (models/credit_account.h), spent by its
 * busy servers, min(jobs in service, servers).
 *
 * An unlimited instance is never slowed: its account is brought up to date when the number of jobs
 * changes, and costs no event. A standard one has a timer for the instant at which its credits will
 * be gone if nothing changes. The timer is only ever moved to an earlier time: busier servers may
 * empty the account sooner; that idler ones empty it later, or not at all, is found when it goes
 * off. An idle place sets none.
 *
 * Without credits the instance is *held*: while n servers are busy, they deliver baseline / n of
 * their work rate (DESIGN 5.3: vCPU time at the baseline, work in proportion, so that with b the
 * baseline and y(n) the total rate of n busy servers, b y(n) / n). With n <= b nothing is slowed
 * and the balance grows. It is held until the balance has reached `resume` when more than the
 * baseline is asked for; so it is held anew at most once per resume credits earned, and once per
 * change of the number of jobs. vCPU time delivered differs from the rule without `resume` by that
 * many credits at most at any time.
 */
#include <math.h>

#include "models/world.h"

/* Credits that last less than this many ns are gone: rounding, not work. */
static const double SLACK_NS = 0.01;
static const double NS_PER_CREDIT = 6e10; /* of one server */

static uint32_t busy_of(const struct mdl_place *p) {
    uint32_t servers = p->code->servers;
    return p->in_service < servers ? p->in_service : servers;
}

struct mdl_credit_account mdl_credit_now(const struct mdl_world *w, const struct mdl_place *p) {
    struct mdl_credit_account account = p->credit->account;
    mdl_credit_run(&p->credit->code->terms, &account, busy_of(p), p->credit->held, w->now);
    return account;
}

void mdl_credit_advance(struct mdl_world *w, struct mdl_place *p) {
    struct mdl_credit *c = p->credit;
    mdl_credit_run(&c->code->terms, &c->account, busy_of(p), c->held, w->now);
}

/* Sets the timer to the end of the credits, unless it goes off before that. */
static void set_timer(struct mdl_world *w, struct mdl_place *p, double lasts_ns) {
    struct mdl_credit *c = p->credit;
    double whole = ceil(lasts_ns - SLACK_NS);
    if (!(whole < (double)(w->program->horizon - w->now) + 1)) {
        return; /* beyond the end of the run */
    }
    sim_time at = w->now + (sim_time)whole;
    bool pending = sim_event_pending(&w->events, c->timer);
    if (pending && c->due <= at) {
        return;
    }
    uint32_t place = (uint32_t)(p - w->places);
    uint64_t order = sim_rank(SIM_PHASE_CHANGE, 0xFFFE, place);
    c->due = at;
    if (!pending) {
        c->timer = sim_event_schedule(&w->events, at, order, MDL_EV_CREDITS, place, 0);
    } else if (!sim_event_reschedule(&w->events, c->timer, at, order)) {
        mdl_world_broken(w, "a timer of credits is pending and is not", (double)c->due, 0);
    }
}

/* Whether the balance lasts until the timer goes off, or else to the end of the run: nothing is to
 * be set then. */
static bool lasts_to_timer(const struct mdl_world *w, const struct mdl_place *p, double above) {
    const struct mdl_credit *c = p->credit;
    sim_time until = sim_event_pending(&w->events, c->timer) ? c->due : w->program->horizon;
    return c->account.balance > above / NS_PER_CREDIT * (double)(until - w->now);
}

void mdl_credit_update(struct mdl_world *w, struct mdl_place *p) {
    struct mdl_credit *c = p->credit;
    const struct mdl_credit_code *code = c->code;
    if (code->terms.unlimited) {
        return;
    }
    double busy = busy_of(p);
    double baseline = mdl_credit_baseline(&code->terms);
    p->factor = p->scheduled;
    if (busy <= baseline) {
        return;
    }
    if (!c->held || c->account.balance >= code->resume) {
        if (lasts_to_timer(w, p, busy - baseline)) {
            c->held = false;
            return;
        }
        double lasts_ns = mdl_credit_lasts(&code->terms, &c->account, busy);
        if (lasts_ns > SLACK_NS) {
            c->held = false;
            set_timer(w, p, lasts_ns);
            return;
        }
        c->account.balance = c->account.launch = 0;
        c->times += !c->held;
        c->held = true;
    }
    p->factor = p->scheduled * baseline / busy;
}

void mdl_credit_due(struct mdl_world *w, uint32_t place) {
    struct mdl_place *p = &w->places[place];
    mdl_shared_advance(w, p);
    mdl_shared_timer(w, p);
}

/* --- the run ----------------------------------------------------------------------------------
 */

void mdl_credits_layout(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->place_count; i++) {
        struct mdl_place *p = &w->places[i];
        if (p->code->credits != NULL) {
            p->credit = sim_arena_alloc(w->arena, sizeof *p->credit);
            p->credit->code = p->code->credits;
        }
    }
}

void mdl_credits_reset(struct mdl_world *w) {
    const struct mdl_program *program = w->program;
    struct sim_arena *arena = w->result->arena;
    for (uint32_t i = 0; i < program->place_count; i++) {
        struct mdl_credit *c = w->places[i].credit;
        if (c == NULL) {
            continue;
        }
        *c = (struct mdl_credit){.code = c->code};
        c->account = c->before = c->bucket_before =
            mdl_credit_open(c->code->start, c->code->launch);
        if (program->bucket > 0) {
            c->bucket_balance = sim_arena_array(arena, program->bucket_count, sizeof(double));
            c->bucket_surplus = sim_arena_array(arena, program->bucket_count, sizeof(double));
            c->bucket_throttled = sim_arena_array(arena, program->bucket_count, sizeof(double));
        }
    }
}

void mdl_credits_warm(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->place_count; i++) {
        struct mdl_credit *c = w->places[i].credit;
        if (c != NULL) {
            c->before = c->bucket_before = mdl_credit_now(w, &w->places[i]);
            c->times_before = c->times;
            c->account.lowest_balance = c->before.balance + c->before.launch;
            c->account.highest_surplus = c->before.surplus;
        }
    }
}

void mdl_credits_bucket(struct mdl_world *w, double width) {
    for (uint32_t i = 0; w->program->bucket > 0 && i < w->program->place_count; i++) {
        struct mdl_credit *c = w->places[i].credit;
        if (c == NULL) {
            continue;
        }
        const struct mdl_credit_account now = mdl_credit_now(w, &w->places[i]);
        const struct mdl_credit_account *then = &c->bucket_before;
        double width_s = width * 1e-9;
        c->bucket_balance[w->bucket] = (now.balance_area - then->balance_area) / width_s;
        c->bucket_surplus[w->bucket] = (now.surplus_area - then->surplus_area) / width_s;
        c->bucket_throttled[w->bucket] = (now.throttled_s - then->throttled_s) / width_s;
        c->bucket_before = now;
    }
}

static struct mdl_credit_result result_of(struct mdl_world *w, struct mdl_place *p) {
    struct mdl_credit *c = p->credit;
    const struct mdl_credit_account *then = &c->before;
    mdl_credit_advance(w, p);
    const struct mdl_credit_account *now = &c->account;
    struct mdl_credit_account stopped = *now;
    mdl_credit_settle(&stopped);
    double span_s = sim_time_to_s(w->now - then->updated);
    return (struct mdl_credit_result){
        .any = true,
        .start = c->code->start + c->code->launch,
        .end = now->balance + now->launch,
        .mean = span_s > 0 ? (now->balance_area - then->balance_area) / span_s : NAN,
        .lowest = now->lowest_balance,
        .emptied_s = now->emptied < 0 ? NAN : sim_time_to_s(now->emptied),
        .spent = now->spent - then->spent,
        .discarded = now->discarded - then->discarded,
        .withheld = now->withheld - then->withheld,
        .throttled_s = now->throttled_s - then->throttled_s,
        .times = c->times - c->times_before,
        .surplus = now->surplus,
        .highest_surplus = now->highest_surplus,
        .charged = now->charged - then->charged,
        .charged_if_stopped = stopped.charged - then->charged,
        .bucket_balance = c->bucket_balance,
        .bucket_surplus = c->bucket_surplus,
        .bucket_throttled = c->bucket_throttled,
    };
}

void mdl_credits_result(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    w->result->credits =
        sim_arena_array(w->result->arena, p->place_count, sizeof *w->result->credits);
    for (uint32_t i = 0; i < p->place_count; i++) {
        if (w->places[i].credit != NULL) {
            w->result->credits[i] = result_of(w, &w->places[i]);
        }
    }
}
