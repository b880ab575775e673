/* Conservation laws, asserted at the end of every replication as sample-path identities.
 *
 * Counts: what arrived has ended or is inside, for requests, visits and waits for a place. Areas:
 * the time integral of the number at a station equals the sum of the sojourns there, those still
 * inside counted up to now; kept by two separate accounts, in exact integers. Work: what a shared
 * station was paid for equals the demand of those done and what those inside have received; what a
 * direct one delivered does not exceed its servers. Tokens: no more are taken than there can be.
 * Credits: an account spends what the busy servers ask for, and balances.
 */
#include <math.h>

#include "models/world.h"

static void equal(const struct mdl_world *w, const char *law, sim_wide left, sim_wide right) {
    if (left != right) {
        mdl_world_broken(w, law, (double)left, (double)right);
    }
}

static uint64_t ended(const struct mdl_gauge *g) {
    uint64_t sum = 0;
    for (int i = 0; i < MDL_OUTCOMES; i++) {
        sum += g->ledger_outcome[i] + g->outcome[i];
    }
    return sum;
}

static sim_wide sojourns(const struct mdl_gauge *g) {
    return g->ledger + sim_tally_sum(&g->response) + sim_tally_sum(&g->other);
}

static sim_wide area(const struct mdl_track *t) {
    return t->ledger + sim_dwell_integral(&t->dwell);
}

/* Visits under way at one place. */
struct inside {
    uint64_t count;
    sim_wide sojourn;
};

static void check_requests(const struct mdl_world *w, const bool *is_free) {
    const struct mdl_program *p = w->program;
    uint32_t gauges = p->source_count * p->class_count;
    sim_wide arrived = 0;
    sim_wide left = 0;
    sim_wide stayed = 0;
    for (uint32_t i = 0; i < gauges; i++) {
        arrived += w->gauges[i].ledger_in + w->gauges[i].arrived;
        left += ended(&w->gauges[i]);
        stayed += sojourns(&w->gauges[i]);
    }
    for (uint32_t i = 0; i < gauges && p->hop_count > 0; i++) {
        sim_wide parts = 0;
        for (uint32_t k = 0; k < p->hop_count; k++) {
            const struct mdl_hop_sum *hop = &w->hops.sums[i * p->hop_count + k];
            parts += hop->waiting + hop->service;
        }
        equal(w, "requests: sum of the times at all hops = sum of the responses", parts,
              sim_tally_sum(&w->gauges[i].response));
    }
    sim_wide inside = 0;
    for (uint32_t i = 0; i < w->token_count; i++) {
        if (!is_free[i] && w->tokens[i].role == MDL_ROLE_REQUEST) {
            inside++;
            stayed += w->now - w->tokens[i].created;
        }
    }
    equal(w, "requests: arrived = ended + in flight", arrived, left + inside);
    equal(w, "requests: present = in flight", w->tracks[0].dwell.level, inside);
    equal(w, "requests: integral of the number = sum of the sojourns", area(&w->tracks[0]), stayed);
}

static void check_place(const struct mdl_world *w, const struct mdl_place *place,
                        const struct inside *inside) {
    const struct mdl_station_code *s = place->station;
    sim_wide arrived = 0;
    sim_wide left = 0;
    sim_wide stayed = inside->sojourn;
    for (uint32_t c = 0; c < w->program->class_count; c++) {
        arrived += place->gauges[c].ledger_in + place->gauges[c].arrived;
        left += ended(&place->gauges[c]);
        stayed += sojourns(&place->gauges[c]);
    }
    equal(w, "station: arrived = ended + inside", arrived, left + place->present);
    equal(w, "station: number observed = inside", place->track->dwell.level, place->present);
    equal(w, "station: visits in flight = inside", inside->count, place->present);
    equal(w, "station: integral of the number = sum of the sojourns", area(place->track), stayed);
    if (s->shared) {
        double received = place->work_done;
        double asked = 0;
        for (uint32_t i = 0; i < place->in_service; i++) {
            double left_then = mdl_turn_work(place, &w->tokens[place->heap[i].token]);
            received += left_then - (place->heap[i].at - place->virtual_time);
            asked += left_then;
        }
        /* Each completion is rounded up to a nanosecond: at most that much work is paid over. And
         * what is left of a large demand is known to the rounding of a double only. */
        const struct mdl_place_code *c = place->code;
        double most = c->last_total;
        for (uint32_t i = 0; i < c->rate_count; i++) {
            most = c->rates[i] * (i + 1) > most ? c->rates[i] * (i + 1) : most;
        }
        for (uint32_t i = 0; i < s->schedule_count; i++) {
            most *= s->schedule[i].value > 1 ? s->schedule[i].value : 1;
        }
        double slack =
            1e-9 * (1 + place->work_paid) + most * (double)(place->sequence + 1) + 1e-15 * asked;
        if (fabs(received - place->work_paid) > slack) {
            mdl_world_broken(w, "station: work paid = work received", place->work_paid, received);
        }
    } else if (place->code->servers > 0) {
        double most = (double)w->now * place->code->servers / place->code->ns_per_work;
        /* A service takes half a nanosecond less than its due at most. */
        if (place->work_done > most * (1 + 1e-9) + (double)left / place->code->ns_per_work) {
            mdl_world_broken(w, "station: work delivered <= capacity", place->work_done, most);
        }
    }
}

/* What an account was told to spend is what the busy servers ask for, by the account of their
 * number; and what came is spent, lost or there. */
static void check_credits(const struct mdl_world *w, const struct mdl_place *place) {
    const struct mdl_credit *c = place->credit;
    const struct mdl_credit_account *a = &c->account;
    double asked = a->spent + a->withheld - c->before.spent - c->before.withheld;
    double busy = (double)sim_dwell_integral_capped(&place->track->dwell, place->track->cap) / 6e10;
    if (fabs(asked - busy) > 1e-8 * (1 + busy)) {
        mdl_world_broken(w, "credits: spent + withheld = busy time", asked, busy);
    }
    double there = a->launch + a->balance - a->surplus - c->code->launch - c->code->start;
    double earned = mdl_credit_earned(&c->code->terms, a);
    double net = earned - a->discarded - a->spent + a->charged;
    if (fabs(there - net) > 1e-8 * (1 + earned + a->spent)) {
        mdl_world_broken(w, "credits: earned - lost - spent + charged = change of the balance", net,
                         there);
    }
}

static void check_bay(const struct mdl_world *w, uint32_t index) {
    const struct mdl_bay *bay = &w->bays[index];
    equal(w, "pool: arrived = ended + waiting",
          (sim_wide)bay->gauge->ledger_in + bay->gauge->arrived,
          (sim_wide)ended(bay->gauge) + bay->queued);
    equal(w, "pool: granted = released + held", (sim_wide)bay->granted,
          (sim_wide)bay->released + bay->held);
    equal(w, "pool: number observed = held", bay->held_track->dwell.level, bay->held);
    if (w->now < bay->down.until) {
        equal(w, "pool: an instance that is down is empty", bay->held + bay->queued, 0);
    }
    sim_wide held = bay->holding;
    for (uint32_t i = 0; i < w->token_count; i++) {
        if (w->tokens[i].pc == MDL_NONE) {
            continue;
        }
        for (uint32_t h = w->tokens[i].hold; h != MDL_NONE; h = w->holds[h].below) {
            held += w->holds[h].bay == index ? w->now - w->holds[h].since : 0;
        }
    }
    equal(w, "pool: integral of the number held = sum of the holdings", area(bay->held_track),
          held);
}

/* What is known of several instances together is the sum of what is known of each. */
static void check_together(const struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_place *places = &w->places[p->stations[i].first_place];
        const struct mdl_track *total = places->total;
        sim_wide busy = 0;
        sim_wide waiting = 0;
        for (uint32_t k = 0; total != NULL && k < p->stations[i].instances; k++) {
            const struct mdl_track *t = places[k].track;
            busy += sim_dwell_integral_capped(&t->dwell, t->cap);
            waiting +=
                sim_dwell_integral(&t->dwell) - sim_dwell_integral_capped(&t->dwell, t->room);
        }
        if (total != NULL) {
            equal(w, "station: busy together = sum over the instances", busy,
                  sim_dwell_integral(&total[MDL_TOTAL_BUSY].dwell));
            equal(w, "station: waiting together = sum over the instances", waiting,
                  sim_dwell_integral(&total[MDL_TOTAL_WAITING].dwell));
        }
    }
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const struct mdl_bay *bays = &w->bays[p->pools[i].first_bay];
        const struct mdl_track *total = bays->total;
        sim_wide held = 0;
        sim_wide queued = 0;
        for (uint32_t k = 0; total != NULL && k < p->pools[i].instances; k++) {
            held += sim_dwell_integral(&bays[k].held_track->dwell);
            queued += sim_dwell_integral(&bays[k].queue_track->dwell);
        }
        if (total != NULL) {
            equal(w, "pool: held together = sum over the instances", held,
                  sim_dwell_integral(&total[MDL_TOTAL_HELD].dwell));
            equal(w, "pool: waiting together = sum over the instances", queued,
                  sim_dwell_integral(&total[MDL_TOTAL_QUEUED].dwell));
        }
    }
}

static void check_limiter(const struct mdl_world *w, uint32_t index) {
    const struct mdl_bucket_state *b = &w->limiters[index];
    const struct mdl_limiter_code *c = &w->program->limiters[index];
    equal(w, "limiter: arrived = ended + waiting",
          (sim_wide)b->gauge->ledger_in + b->gauge->arrived,
          (sim_wide)ended(b->gauge) + b->waiting);
    equal(w, "limiter: number observed = waiting", b->track->dwell.level, b->waiting);
    double earned = c->burst + c->per_ns * (double)w->now;
    double taken = b->taken_before + b->taken;
    if (taken > earned * (1 + 1e-9) + 1e-6) {
        mdl_world_broken(w, "limiter: tokens taken <= burst + earned", taken, earned);
    }
}

static void check_breaker(const struct mdl_world *w, const bool *is_free, uint32_t index) {
    const struct mdl_breaker_state *b = &w->breakers[index];
    uint64_t ends = b->refused + b->ended[false] + b->ended[true] + b->withdrawn;
    equal(w, "breaker: calls = refused + ended + withdrawn + under way",
          (sim_wide)b->calls + b->inside_then, (sim_wide)ends + b->inside);
    sim_wide frames = 0;
    for (uint32_t i = 0; i < w->token_count; i++) {
        for (uint32_t f = is_free[i] ? MDL_NONE : w->tokens[i].frame; f != MDL_NONE;
             f = w->frames[f].below) {
            frames += w->frames[f].kind == MDL_FRAME_BREAKER && w->frames[f].what == index;
        }
    }
    equal(w, "breaker: calls under way = frames", b->inside, frames);
}

static void check_store(const struct mdl_world *w, uint32_t index, uint64_t waiting) {
    const struct mdl_store *s = &w->stores[index];
    uint64_t stored = 0;
    for (uint32_t i = s->newest; i != MDL_NONE; i = s->entries[i].older) {
        stored++;
    }
    equal(w, "cache: entries listed = entries counted", (sim_wide)stored, s->count);
    equal(w, "cache: waiting in lines = waiting for a key", (sim_wide)s->waiting, waiting);
}

void mdl_laws_check(const struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    struct sim_arena *arena = sim_arena_new();
    bool *is_free = sim_arena_array(arena, w->token_count, sizeof *is_free);
    for (uint32_t i = w->token_free; i != MDL_NONE; i = w->tokens[i].next) {
        is_free[i] = true;
        w->tokens[i].pc = MDL_NONE;
    }
    check_requests(w, is_free);
    struct inside *inside = sim_arena_array(arena, p->place_count, sizeof *inside);
    uint64_t *fetching = sim_arena_array(arena, p->cache_count, sizeof *fetching);
    for (uint32_t i = 0; i < w->token_count; i++) {
        const struct mdl_token *t = &w->tokens[i];
        if (!is_free[i] && t->where == MDL_AT_CACHE) {
            fetching[t->place]++;
        }
        if (!is_free[i] && (t->where == MDL_AT_QUEUE || t->where == MDL_AT_SERVICE)) {
            inside[t->place].count++;
            inside[t->place].sojourn += w->now - t->since;
        }
    }
    for (uint32_t i = 0; i < p->place_count; i++) {
        check_place(w, &w->places[i], &inside[i]);
        if (w->places[i].credit != NULL) {
            check_credits(w, &w->places[i]);
        }
    }
    for (uint32_t i = 0; i < p->bay_count; i++) {
        check_bay(w, i);
    }
    check_together(w);
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        check_limiter(w, i);
    }
    for (uint32_t i = 0; i < p->breaker_count; i++) {
        check_breaker(w, is_free, i);
    }
    for (uint32_t i = 0; i < p->cache_count; i++) {
        check_store(w, i, fetching[i]);
    }
    sim_arena_free(arena);
}
