#include "models/explain.h"

#include <stdarg.h>
#include <string.h>

#include "models/program.h"

const char *mdl_opcode_name(enum mdl_opcode code) {
    static const char *const names[] = {
#define OPCODE_NAME(name, a, b, text) #name,
        MDL_OPCODES(OPCODE_NAME)
#undef OPCODE_NAME
    };
    return names[code];
}

static const char *operand_kind(enum mdl_opcode code, int which) {
    static const char *const kinds[][2] = {
#define OPCODE_KINDS(name, a, b, text) {a, b},
        MDL_OPCODES(OPCODE_KINDS)
#undef OPCODE_KINDS
    };
    return kinds[code][which];
}

/* Prints a name as data: what could move a terminal's cursor is replaced. */
static void put(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        fputc(c < 32 || c == 127 ? '?' : c, out);
    }
}

/* printf whose text passes through put(); the format may end in line feeds. */
static void say(FILE *out, struct sim_arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void say(FILE *out, struct sim_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = sim_arena_vprint(arena, format, arguments);
    va_end(arguments);
    size_t feeds = 0;
    for (size_t end = strlen(format); end > 0 && format[end - 1] == '\n'; end--) {
        feeds++;
    }
    text[strlen(text) - feeds] = '\0';
    put(out, text);
    for (; feeds > 0; feeds--) {
        fputc('\n', out);
    }
}

static const char *const DISCIPLINES[] = {
    "fcfs", "ps", "delay", "priority", "lcfs", "lcfs_pr", "random", "priority_preemptive", "rr"};
static const char *const BALANCERS[] = {
    "random",          "round_robin",          "least_outstanding",
    "weighted_random", "weighted_round_robin", "power_of"};

static void explain_source(FILE *out, struct sim_arena *a, const struct mdl_source *s) {
    say(out, a, "  source %s:", s->name);
    switch (s->kind) {
    case MDL_SOURCE_RENEWAL:
        say(out, a, " arrivals %s apart", sim_dist_text(&s->arrivals, a));
        break;
    case MDL_SOURCE_RATE:
        say(out, a, " Poisson, %s rate", s->steps ? "stepwise" : "piecewise-linear");
        for (int i = 0; i < s->point_count; i++) {
            say(out, a, "%s %g/s from %g s", i > 0 ? "," : "", s->points[i].value,
                s->points[i].t_s);
        }
        break;
    case MDL_SOURCE_CURVE:
        say(out, a, " %s%g in all,", s->fixed ? "exactly " : "Poisson, ", s->total);
        for (int i = 0; i < s->point_count; i++) {
            say(out, a, " %g %% by %g s%s", 100 * s->points[i].value, s->points[i].t_s,
                i + 1 < s->point_count ? "," : "");
        }
        say(out, a, "%s", s->smooth ? " (smooth)" : "");
        break;
    case MDL_SOURCE_TIMES:
        say(out, a, " a trace of %d arrivals", s->time_count);
        break;
    case MDL_SOURCE_CLOSED:
        say(out, a, " closed, population");
        for (int i = 0; i < s->point_count; i++) {
            say(out, a, "%s %g at %g s", i > 0 ? "," : "", s->points[i].value, s->points[i].t_s);
        }
        if (s->has_think) {
            say(out, a, ", think %s", sim_dist_text(&s->think, a));
        }
        break;
    }
    if (s->route != NULL) {
        say(out, a, ", route %s", s->route);
    }
    fputc('\n', out);
    if (s->session == NULL) {
        return;
    }
    if (s->session->has_stay) {
        say(out, a, "    each stays %s\n", sim_dist_text(&s->session->stay, a));
    }
    if (s->session->back_to_back) {
        fputs("    the next action starts when the last one ends\n", out);
    }
    for (int i = 0; i < s->session->persona_count; i++) {
        const struct mdl_persona *p = &s->session->personas[i];
        say(out, a, "    persona %s: %g %% of users, %g actions/h\n", p->name, 100 * p->p,
            3600 * p->rate_per_s);
    }
    for (int i = 0; i < s->session->action_count; i++) {
        const struct mdl_action *x = &s->session->actions[i];
        say(out, a, "    action %s: %.4g %%, %d requests over %s, route %s\n", x->name, 100 * x->p,
            x->requests, sim_dist_text(&x->duration, a), x->route != NULL ? x->route : s->route);
    }
}

static void explain_station(FILE *out, struct sim_arena *a, const struct mdl_station *s) {
    say(out, a, "  station %s: %s", s->name, DISCIPLINES[s->discipline]);
    if (s->discipline != MDL_DELAY) {
        say(out, a, ", %d server%s", s->servers, s->servers > 1 ? "s" : "");
    }
    if (s->instances > 1) {
        say(out, a, ", %d instances", s->instances);
    }
    if (s->with != NULL) {
        say(out, a, " (that of the place held in %s)", s->with);
    } else if (s->instances > 1) {
        say(out, a, " behind %s", BALANCERS[s->balancer]);
    }
    if (s->capacity >= 0) {
        say(out, a, ", at most %lld inside", (long long)s->capacity);
    }
    if (s->speeds != NULL) {
        fputs(", work rate", out);
        for (int i = 0; i < s->speed_count; i++) {
            say(out, a, " %g", s->speeds[i]);
        }
        say(out, a, " at 1..%d jobs", s->speed_count);
    } else if (s->speed != 1) {
        say(out, a, ", speed %g", s->speed);
    }
    if (s->has_demand) {
        say(out, a, ", demand %s", sim_dist_text(&s->demand, a));
    }
    for (int i = 0; i < s->demand_class_count; i++) {
        say(out, a, ", demand of %s %s", s->demand_classes[i],
            sim_dist_text(&s->demand_by_class[i], a));
    }
    if (s->discipline == MDL_RR) {
        say(out, a, ", slices of %g s, each followed by %g s", s->quantum_s, s->switch_s);
    }
    if (s->slots > 0) {
        say(out, a, ", %d served at once", s->slots);
    }
    if (s->has_patience) {
        say(out, a, ", who leave after waiting %s", sim_dist_text(&s->patience, a));
    }
    if (s->push_out) {
        fputs(", the urgent push out the less urgent", out);
    }
    for (int i = 0; i < s->schedule_count; i++) {
        say(out, a, "%s x%g from %g s", i > 0 ? "," : ", speed", s->schedule[i].value,
            s->schedule[i].t_s);
    }
    if (s->schedule_every_s > 0) {
        say(out, a, ", every %g s again", s->schedule_every_s);
    }
    if (s->credits != NULL) {
        say(out, a, ", %s credits: %g at the start, %g earned per hour, at most %g",
            s->credits->unlimited ? "unlimited" : "standard",
            s->credits->start + s->credits->launch, s->credits->earn_per_h, s->credits->cap);
    }
    fputc('\n', out);
}

static void explain_pool(FILE *out, struct sim_arena *a, const struct mdl_pool *p) {
    say(out, a, "  pool %s: %lld place%s", p->name, (long long)p->size, p->size > 1 ? "s" : "");
    if (p->instances > 1) {
        say(out, a, " in each of %d instances", p->instances);
    }
    if (p->with != NULL) {
        say(out, a, " (that of the place held in %s)", p->with);
    } else if (p->instances > 1) {
        say(out, a, " behind %s", BALANCERS[p->balancer]);
    }
    if (p->queue < 0) {
        fputs(", room to wait without limit", out);
    } else {
        say(out, a, ", room for %lld to wait", (long long)p->queue);
    }
    if (p->has_patience) {
        say(out, a, ", who leave after %s", sim_dist_text(&p->patience, a));
    }
    if (p->crash_at > 0) {
        say(out, a, ", crashes at %lld held or waiting, down for %s", (long long)p->crash_at,
            sim_dist_text(&p->down, a));
    }
    if (p->watch != NULL) {
        say(out, a, ", each grant looks at who is in %s", p->watch);
    }
    fputc('\n', out);
}

static void explain_cache(FILE *out, struct sim_arena *a, const struct mdl_cache *c) {
    static const char *const policies[] = {"", "lru", "fifo", "ttl"};
    if (c->policy == MDL_PROBABILITY) {
        say(out, a, "  cache %s: hit with probability %g%s%s\n", c->name, c->hit,
            c->beside == NULL ? "" : "; its look-ups are seen by ",
            c->beside == NULL ? "" : c->beside);
        return;
    }
    say(out, a, "  cache %s: %s, %lld keys, zipf %g", c->name, policies[c->policy],
        (long long)c->keys, c->zipf);
    if (c->policy != MDL_TTL) {
        say(out, a, ", holds %lld", (long long)c->capacity);
    }
    if (c->ttl_s > 0) {
        say(out, a, ", each for %g s%s", c->ttl_s, c->renew ? " since its last hit" : "");
    }
    say(out, a, "%s%s", c->warm ? ", full at the start" : "",
        c->coalesce ? ", one fetch of a key at a time" : "");
    for (int i = 0; i < c->flush_count; i++) {
        say(out, a, "%s%g s", i == 0 ? ", emptied at " : ", ", c->flush_s[i]);
    }
    say(out, a, "\n");
}

static void explain_limiter(FILE *out, struct sim_arena *a, const struct mdl_limiter *l) {
    say(out, a, "  limiter %s: %g tokens/s, at most %g", l->name, l->rate_per_s, l->burst);
    if (l->instances > 1) {
        say(out, a, ", in each of %d buckets", l->instances);
    }
    if (l->with != NULL) {
        say(out, a, " (that of the place held in %s)", l->with);
    }
    if (l->waits) {
        say(out, a, ", %s", l->queue < 0 ? "room to wait without limit" : "");
        if (l->queue >= 0) {
            say(out, a, "room for %lld to wait", (long long)l->queue);
        }
    }
    fputc('\n', out);
}

static void explain_block(FILE *out, struct sim_arena *a, const struct mdl_block *block, int depth);

static void explain_blocks(FILE *out, struct sim_arena *a, const struct mdl_step *s, int depth) {
    for (int i = 0; i < s->block_count; i++) {
        if (s->kind == MDL_STEP_BRANCH && s->in_turn) {
            say(out, a, "%*sturn %d:\n", depth, "", i + 1);
        } else if (s->kind == MDL_STEP_BRANCH) {
            say(out, a, "%*swith probability %g:\n", depth, "", s->weights[i]);
        } else if (s->kind == MDL_STEP_CACHE) {
            say(out, a, "%*s%s:\n", depth, "", i == 0 ? "hit" : "miss");
        }
        explain_block(out, a, &s->blocks[i], depth + 2);
    }
}

static void explain_step(FILE *out, struct sim_arena *a, const struct mdl_step *s, int depth) {
    static const char *const verbs[] = {
        "serve at", "delay", "acquire", "release", "branch", "look up in",
        "call",     "go to", "repeat",  "mark",    "fail",   "become class",
        "pass",     "fork",  "async",   "timeout", "retry",  "guard by"};
    say(out, a, "%*s%s%s%s", depth, "", verbs[s->kind], s->target != NULL ? " " : "",
        s->target != NULL ? s->target : "");
    if (s->has_demand) {
        say(out, a, " %s", sim_dist_text(&s->demand, a));
    }
    if (s->kind == MDL_STEP_LIMIT && s->tokens != 1) {
        say(out, a, ", %g tokens", s->tokens);
    }
    if (s->instance_count == 1) {
        say(out, a, ", instance %d", s->instance);
    } else if (s->instance_count > 1) {
        say(out, a, ", instances %d to %d", s->instance, s->instance + s->instance_count - 1);
    }
    if (s->has_again) {
        say(out, a, " with probability %g", s->again);
    } else if (s->times > 1) {
        say(out, a, ", %d times", s->times);
    }
    fputc('\n', out);
    explain_blocks(out, a, s, depth + 2);
}

static void explain_block(FILE *out, struct sim_arena *a, const struct mdl_block *block,
                          int depth) {
    for (int i = 0; i < block->count; i++) {
        explain_step(out, a, &block->steps[i], depth);
    }
}

static void explain_network(FILE *out, struct sim_arena *a, const struct mdl_network *n) {
    fputs("Network\n", out);
    for (int i = 0; i < n->class_count && n->class_count > 1; i++) {
        say(out, a, "  class %s: priority %d\n", n->classes[i].name, n->classes[i].priority);
    }
    for (int i = 0; i < n->source_count; i++) {
        explain_source(out, a, &n->sources[i]);
    }
    for (int i = 0; i < n->station_count; i++) {
        explain_station(out, a, &n->stations[i]);
    }
    for (int i = 0; i < n->pool_count; i++) {
        explain_pool(out, a, &n->pools[i]);
    }
    for (int i = 0; i < n->cache_count; i++) {
        explain_cache(out, a, &n->caches[i]);
    }
    for (int i = 0; i < n->limiter_count; i++) {
        explain_limiter(out, a, &n->limiters[i]);
    }
    for (int i = 0; i < n->breaker_count; i++) {
        const struct mdl_breaker *b = &n->breakers[i];
        say(out, a,
            "  breaker %s: opens at %g %% failures of the last %d (%d at least), for %g s, then "
            "%d probe%s\n",
            b->name, 100 * b->failures, b->over, b->calls, b->open_for_s, b->probes,
            b->probes > 1 ? "s" : "");
    }
    for (int i = 0; i < n->route_count; i++) {
        say(out, a, "  route %s\n", n->routes[i].name);
        explain_block(out, a, &n->routes[i].body, 4);
    }
}

static const char *operand(const struct mdl_program *p, const char *kind, uint32_t value,
                           struct sim_arena *a) {
    if (kind[0] == '\0') {
        return "";
    }
    if (strcmp(kind, "station") == 0) {
        return p->stations[value].name;
    }
    if (strcmp(kind, "pool") == 0) {
        return p->pools[value].name;
    }
    if (strcmp(kind, "mark") == 0) {
        return p->marks[value];
    }
    if (strcmp(kind, "dist") == 0) {
        return sim_dist_text(&p->dists[value], a);
    }
    if (strcmp(kind, "chance") == 0) {
        return sim_arena_print(a, "%g", p->chances[value]);
    }
    if (strcmp(kind, "cache") == 0) {
        return p->caches[value].name;
    }
    if (strcmp(kind, "class") == 0) {
        return p->class_names[value];
    }
    if (strcmp(kind, "limiter") == 0) {
        return p->limiters[value].name;
    }
    if (strcmp(kind, "breaker") == 0) {
        return p->breakers[value].name;
    }
    if (strcmp(kind, "tokens") == 0) {
        return sim_arena_print(a, "%g", p->amounts[value]);
    }
    if (strcmp(kind, "block") == 0) {
        return p->blocks[value];
    }
    if (strcmp(kind, "timeout") == 0) {
        return sim_dist_text(&p->timeouts[value].span, a);
    }
    if (strcmp(kind, "fork") == 0) {
        return sim_arena_print(a, "%u branches, join %u, then %u", p->forks[value].count,
                               p->forks[value].need, p->forks[value].after);
    }
    if (strcmp(kind, "retry") == 0) {
        int attempts = p->retries[value]->attempts;
        return attempts == 0 ? "unlimited" : sim_arena_print(a, "%d attempts", attempts);
    }
    if (strcmp(kind, "demand") == 0) {
        const char *text = "";
        for (uint32_t c = 0; c < p->class_count; c++) {
            uint32_t dist = p->demands[value + c];
            bool first = c == 0;
            bool same = !first && dist == p->demands[value];
            if (!same && dist != MDL_NONE) {
                text = sim_arena_print(a, "%s%s%s", text, text[0] != '\0' ? " | " : "",
                                       sim_dist_text(&p->dists[dist], a));
            }
        }
        return text;
    }
    if (strcmp(kind, "branch") == 0) {
        const struct mdl_branch *b = &p->branches[value];
        const char *text = "to";
        for (uint32_t i = 0; i < b->count; i++) {
            text = sim_arena_print(a, "%s %u", text, b->targets[i]);
        }
        return text;
    }
    return sim_arena_print(a, "%u", value);
}

/* The instances that the instruction may use, where it may not use all. */
static const char *narrowed(const struct mdl_program *p, const struct mdl_op *op,
                            struct sim_arena *a) {
    if (op->c == 0) {
        return "";
    }
    if (op->code == MDL_OP_LIMIT) {
        return sim_arena_print(a, ", bucket %u", op->c - 1 - op->a);
    }
    const struct mdl_range *range = &p->ranges[op->c - 1];
    return sim_arena_print(a, ", [%u..%u]", range->first, range->first + range->count - 1);
}

static void explain_program(FILE *out, struct sim_arena *a, const struct mdl_program *p) {
    fputs("Program\n", out);
    for (uint32_t i = 0; i < p->op_count; i++) {
        const struct mdl_op *op = &p->ops[i];
        const char *x = operand(p, operand_kind(op->code, 0), op->a, a);
        const char *y = operand(p, operand_kind(op->code, 1), op->b, a);
        say(out, a, "  %4u  %-8s %-28s; %s\n", i, mdl_opcode_name(op->code),
            sim_arena_print(a, "%s%s%s%s", x, x[0] != '\0' && y[0] != '\0' ? ", " : "", y,
                            narrowed(p, op, a)),
            p->op_notes[i]);
    }
}

void mdl_explain(FILE *out, const struct mdl_scenario *scenario) {
    struct sim_arena *arena = sim_arena_new();
    struct mdl_program *program = mdl_compile(scenario);
    say(out, arena, "%s\n\n", scenario->name);
    explain_network(out, arena, &scenario->network);
    fputc('\n', out);
    explain_program(out, arena, program);
    mdl_program_free(program);
    sim_arena_free(arena);
}
