/* Routes to instructions. */
#include <string.h>

#include "models/compile_parts.h"

static uint32_t emit(struct mdl_compiler *c, enum mdl_opcode code, uint32_t a, uint32_t b,
                     const char *note) {
    struct mdl_program *p = c->p;
    p->ops = sim_arena_grow(p->arena, p->ops, p->op_count, &c->op_room, sizeof *p->ops);
    p->op_notes =
        sim_arena_grow(p->arena, p->op_notes, p->op_count, &c->note_room, sizeof *p->op_notes);
    p->ops[p->op_count] =
        (struct mdl_op){.code = code, .a = a, .b = b, .rank = p->op_count, .place = MDL_NONE};
    p->op_notes[p->op_count] = note;
    return p->op_count++;
}

/* Names the chance of the last instruction: by its route, what it does to whom, and its rank among
 * the route's steps that do the same to the same. A step elsewhere, or to another target, changes
 * nothing. */
static void name_chance(struct mdl_compiler *c, const char *kind, const char *target) {
    struct sim_arena *arena = c->p->arena;
    const char *like = sim_arena_print(arena, "%s %s", kind, target);
    unsigned rank = 0;
    for (uint32_t i = 0; i < c->ranked_count; i++) {
        rank += strcmp(c->ranked[i], like) == 0;
    }
    c->ranked =
        sim_arena_grow(arena, c->ranked, c->ranked_count, &c->ranked_room, sizeof *c->ranked);
    c->ranked[c->ranked_count++] = like;
    c->p->ops[c->p->op_count - 1].purpose =
        sim_hash(sim_arena_print(arena, "%s/%s#%u", c->route, like, rank));
}

/* A row of demands, one per class: the step's own, else the station's for the class. */
static uint32_t demand_row(struct mdl_compiler *c, const struct mdl_step *step,
                           const struct mdl_station *station) {
    struct mdl_program *p = c->p;
    uint32_t row = p->demand_count;
    uint32_t own = step->has_demand ? mdl_add_dist(c, &step->demand) : MDL_NONE;
    for (uint32_t i = 0; i < p->class_count; i++) {
        uint32_t dist = own;
        for (int k = 0; dist == MDL_NONE && k < station->demand_class_count; k++) {
            if (strcmp(station->demand_classes[k], p->class_names[i]) == 0) {
                dist = mdl_add_dist(c, &station->demand_by_class[k]);
            }
        }
        if (dist == MDL_NONE && station->has_demand) {
            dist = mdl_add_dist(c, &station->demand);
        }
        p->demands = sim_arena_grow(p->arena, p->demands, p->demand_count, &c->demand_room,
                                    sizeof *p->demands);
        p->demands[p->demand_count++] = dist;
    }
    return row;
}

static uint32_t add_chance(struct mdl_compiler *c, double chance) {
    struct mdl_program *p = c->p;
    p->chances =
        sim_arena_grow(p->arena, p->chances, p->chance_count, &c->chance_room, sizeof *p->chances);
    p->chances[p->chance_count] = chance;
    return p->chance_count++;
}

static uint32_t add_amount(struct mdl_compiler *c, double amount) {
    struct mdl_program *p = c->p;
    p->amounts =
        sim_arena_grow(p->arena, p->amounts, p->amount_count, &c->amount_room, sizeof *p->amounts);
    p->amounts[p->amount_count] = amount;
    return p->amount_count++;
}

static uint32_t mark_index(struct mdl_compiler *c, const char *name) {
    struct mdl_program *p = c->p;
    for (uint32_t i = 0; i < p->mark_count; i++) {
        if (strcmp(p->marks[i], name) == 0) {
            return i;
        }
    }
    p->marks = sim_arena_grow(p->arena, p->marks, p->mark_count, &c->mark_room, sizeof *p->marks);
    p->marks[p->mark_count] = name;
    return p->mark_count++;
}

static uint32_t block_index(struct mdl_compiler *c, const char *name) {
    struct mdl_program *p = c->p;
    for (uint32_t i = 0; i < p->block_count; i++) {
        if (strcmp(p->blocks[i], name) == 0) {
            return i;
        }
    }
    p->blocks =
        sim_arena_grow(p->arena, p->blocks, p->block_count, &c->block_room, sizeof *p->blocks);
    p->blocks[p->block_count] = name;
    return p->block_count++;
}

static void compile_block(struct mdl_compiler *c, const struct mdl_block *block);

static void compile_fork(struct mdl_compiler *c, const struct mdl_step *step, const char *note) {
    struct mdl_program *p = c->p;
    uint32_t count = (uint32_t)(step->times > 0 ? step->times : step->block_count);
    p->forks = sim_arena_grow(p->arena, p->forks, p->fork_count, &c->fork_room, sizeof *p->forks);
    uint32_t index = p->fork_count++;
    uint32_t *targets = sim_arena_array(p->arena, count, sizeof *targets);
    emit(c, MDL_OP_FORK, index, 0, note);
    name_chance(c, "fork", "");
    for (uint32_t i = 0; i < count; i++) {
        if (step->times > 0 && i > 0) { /* copies share their code */
            targets[i] = targets[0];
            continue;
        }
        targets[i] = p->op_count;
        compile_block(c, &step->blocks[i]);
        emit(c, MDL_OP_JOIN, 0, 0, note);
    }
    p->forks[index] = (struct mdl_fork_code){
        .count = count,
        .targets = targets,
        .need = step->join > 0 ? (uint32_t)step->join : count,
        .cancel_rest = step->cancel_rest,
        .after = p->op_count,
    };
    p->withdraws = p->withdraws || step->cancel_rest;
}

static void compile_timeout(struct mdl_compiler *c, const struct mdl_step *step, const char *note) {
    struct mdl_program *p = c->p;
    p->timeouts = sim_arena_grow(p->arena, p->timeouts, p->timeout_count, &c->timeout_room,
                                 sizeof *p->timeouts);
    uint32_t index = p->timeout_count++;
    emit(c, MDL_OP_TIMEOUT, index, 0, note);
    name_chance(c, "timeout", "");
    compile_block(c, &step->blocks[0]);
    emit(c, MDL_OP_INTIME, 0, 0, note);
    p->timeouts[index] = (struct mdl_timeout_code){step->demand, step->cancel, p->op_count};
    p->withdraws = p->withdraws || step->cancel != MDL_CANCEL_NONE;
}

static void compile_retry(struct mdl_compiler *c, const struct mdl_step *step, const char *note) {
    struct mdl_program *p = c->p;
    p->retries =
        sim_arena_grow(p->arena, p->retries, p->retry_count, &c->retry_room, sizeof *p->retries);
    p->retries[p->retry_count] = step->retry;
    emit(c, MDL_OP_RETRY, p->retry_count++, 0, note);
    name_chance(c, "retry", "");
    compile_block(c, &step->blocks[0]);
    emit(c, MDL_OP_TRIED, 0, 0, note);
}

static void compile_branch(struct mdl_compiler *c, const struct mdl_step *step, const char *note) {
    struct mdl_program *p = c->p;
    uint32_t count = (uint32_t)step->block_count;
    p->branches = sim_arena_grow(p->arena, p->branches, p->branch_count, &c->branch_room,
                                 sizeof *p->branches);
    uint32_t index = p->branch_count++;
    uint32_t *targets = sim_arena_array(p->arena, count, sizeof *targets);
    double *cumulative = sim_arena_array(p->arena, count, sizeof *cumulative);
    uint32_t *jumps = sim_arena_array(p->arena, count, sizeof *jumps);
    emit(c, step->in_turn ? MDL_OP_TURN : MDL_OP_BRANCH, index, 0, note);
    name_chance(c, "branch", "");
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += step->in_turn ? 0 : step->weights[i];
        cumulative[i] = i + 1 == count ? 1 : sum;
        targets[i] = p->op_count;
        compile_block(c, &step->blocks[i]);
        jumps[i] = emit(c, MDL_OP_JUMP, 0, 0, note);
    }
    for (uint32_t i = 0; i < count; i++) {
        p->ops[jumps[i]].a = p->op_count;
    }
    p->branches[index] = (struct mdl_branch){.count = count,
                                             .cumulative = cumulative,
                                             .targets = targets,
                                             .turn = step->in_turn ? p->turn_count++ : 0};
}

/* Tells the last instruction which instances its step may use. Steps with the same share the
 * rotation of a round robin. */
static void narrow(struct mdl_compiler *c, const struct mdl_step *step, bool pool) {
    struct mdl_program *p = c->p;
    struct mdl_op *op = &p->ops[p->op_count - 1];
    if (step->instance_count == 0) {
        return;
    }
    struct mdl_range range = {op->a, pool, (uint32_t)step->instance,
                              (uint32_t)step->instance_count};
    uint32_t i = 0;
    while (i < p->range_count &&
           (p->ranges[i].of != range.of || p->ranges[i].pool != range.pool ||
            p->ranges[i].first != range.first || p->ranges[i].count != range.count)) {
        i++;
    }
    if (i == p->range_count) {
        p->ranges =
            sim_arena_grow(p->arena, p->ranges, p->range_count, &c->range_room, sizeof *p->ranges);
        p->ranges[p->range_count++] = range;
    }
    op->c = 1 + i;
}

static void compile_limit(struct mdl_compiler *c, const struct mdl_step *step, const char *note) {
    struct mdl_program *p = c->p;
    uint32_t bucket = c->limiter_first[mdl_find_limiter(c->network, step->target)];
    emit(c, MDL_OP_LIMIT, bucket, add_amount(c, step->tokens), note);
    if (step->instance_count > 0) {
        p->ops[p->op_count - 1].c = 1 + bucket + (uint32_t)step->instance;
    }
}

static void compile_serve(struct mdl_compiler *c, const struct mdl_step *step, const char *note) {
    uint32_t station = mdl_find_station(c->network, step->target);
    uint32_t row = demand_row(c, step, &c->network->stations[station]);
    bool loop = step->times > 1;
    if (loop) {
        emit(c, MDL_OP_LOOP, (uint32_t)step->times, 0, note);
    }
    uint32_t start = emit(c, MDL_OP_SERVE, station, row, note);
    name_chance(c, "serve", step->target);
    narrow(c, step, false);
    if (loop) {
        emit(c, MDL_OP_AGAIN, start, 0, note);
    }
}

static void compile_plain_step(struct mdl_compiler *c, const struct mdl_step *step) {
    struct mdl_program *p = c->p;
    const char *note = step->where;
    switch (step->kind) {
    case MDL_STEP_SERVE:
        compile_serve(c, step, note);
        break;
    case MDL_STEP_DELAY:
        emit(c, MDL_OP_DELAY, 0, mdl_add_dist(c, &step->demand), note);
        name_chance(c, "delay", "");
        break;
    case MDL_STEP_ACQUIRE:
        emit(c, MDL_OP_ACQUIRE, mdl_find_pool(c->network, step->target), 0, note);
        name_chance(c, "acquire", step->target);
        narrow(c, step, true);
        break;
    case MDL_STEP_RELEASE:
        emit(c, MDL_OP_RELEASE, mdl_find_pool(c->network, step->target), 0, note);
        break;
    case MDL_STEP_BRANCH:
        compile_branch(c, step, note);
        break;
    case MDL_STEP_CACHE: {
        uint32_t look = emit(c, MDL_OP_CACHE, mdl_find_cache(c->network, step->target), 0, note);
        name_chance(c, "cache", step->target);
        compile_block(c, &step->blocks[0]);
        uint32_t jump = emit(c, MDL_OP_JUMP, 0, 0, note);
        p->ops[look].b = p->op_count;
        compile_block(c, &step->blocks[1]);
        if (p->caches[p->ops[look].a].policy != MDL_PROBABILITY) {
            emit(c, MDL_OP_FILL, p->ops[look].a, 0, note);
        }
        p->ops[jump].a = p->op_count;
        break;
    }
    case MDL_STEP_CALL: /* the address is the route's index until all routes are laid out */
        emit(c, MDL_OP_CALL, mdl_find_route(c->network, step->target), 0, note);
        break;
    case MDL_STEP_GOTO:
        emit(c, MDL_OP_GOTO, mdl_find_route(c->network, step->target), 0, note);
        break;
    case MDL_STEP_REPEAT: {
        if (!step->has_again) {
            emit(c, MDL_OP_LOOP, (uint32_t)step->times, 0, note);
        }
        uint32_t body = p->op_count;
        compile_block(c, &step->blocks[0]);
        if (step->has_again) {
            emit(c, MDL_OP_CHANCE, body, add_chance(c, step->again), note);
            name_chance(c, "again", "");
        } else {
            emit(c, MDL_OP_AGAIN, body, 0, note);
        }
        break;
    }
    case MDL_STEP_MARK:
        emit(c, MDL_OP_MARK, mark_index(c, step->target), 0, note);
        break;
    case MDL_STEP_FAIL:
        emit(c, MDL_OP_FAIL, 0, 0, note);
        break;
    case MDL_STEP_CLASS:
        emit(c, MDL_OP_CLASS, mdl_find_class(c->network, step->target), 0, note);
        break;
    case MDL_STEP_LIMIT:
        compile_limit(c, step, note);
        break;
    case MDL_STEP_FORK:
        compile_fork(c, step, note);
        break;
    case MDL_STEP_ASYNC: {
        uint32_t start = emit(c, MDL_OP_ASYNC, 0, 0, note);
        name_chance(c, "async", "");
        compile_block(c, &step->blocks[0]);
        emit(c, MDL_OP_VANISH, 0, 0, note);
        p->ops[start].a = p->op_count;
        break;
    }
    case MDL_STEP_TIMEOUT:
        compile_timeout(c, step, note);
        break;
    case MDL_STEP_RETRY:
        compile_retry(c, step, note);
        break;
    case MDL_STEP_BREAKER:
        emit(c, MDL_OP_GUARD, mdl_find_breaker(c->network, step->target), 0, note);
        compile_block(c, &step->blocks[0]);
        emit(c, MDL_OP_GUARDED, 0, 0, note);
        break;
    }
}

/* A step with a name is reported: its sojourns are measured from entry to end. */
static void compile_step(struct mdl_compiler *c, const struct mdl_step *step) {
    if (step->name == NULL) {
        compile_plain_step(c, step);
        return;
    }
    uint32_t block = block_index(c, step->name);
    emit(c, MDL_OP_ENTER, block, 0, step->where);
    compile_plain_step(c, step);
    emit(c, MDL_OP_LEAVE, block, 0, step->where);
}

static void compile_block(struct mdl_compiler *c, const struct mdl_block *block) {
    uint32_t named = block->name != NULL ? block_index(c, block->name) : MDL_NONE;
    if (named != MDL_NONE) {
        emit(c, MDL_OP_ENTER, named, 0, block->where);
    }
    for (int i = 0; i < block->count; i++) {
        compile_step(c, &block->steps[i]);
    }
    if (named != MDL_NONE) {
        emit(c, MDL_OP_LEAVE, named, 0, block->where);
    }
}

void mdl_compile_routes(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    const struct mdl_network *n = c->network;
    c->route_pc = sim_arena_array(p->arena, (size_t)n->route_count, sizeof *c->route_pc);
    for (int i = 0; i < n->route_count; i++) {
        c->route_pc[i] = p->op_count;
        c->route = n->routes[i].name;
        c->ranked_count = 0;
        compile_block(c, &n->routes[i].body);
        emit(c, MDL_OP_RETURN, 0, 0, n->routes[i].where);
    }
    for (uint32_t i = 0; i < p->op_count; i++) {
        if (p->ops[i].code == MDL_OP_CALL || p->ops[i].code == MDL_OP_GOTO) {
            p->ops[i].a = c->route_pc[p->ops[i].a];
        }
    }
}
