/* See models/lower_steps.h. */
#include "models/lower_steps.h"

struct mdl_steps mdl_steps_begin(const struct mdl_steps *outer) {
    return (struct mdl_steps){.lowering = outer->lowering,
                              .kind = outer->kind,
                              .site = outer->site,
                              .fleet = outer->fleet};
}

static struct mdl_step *append(struct mdl_steps *b, struct mdl_step step) {
    b->block.steps = sim_arena_grow(b->lowering->arena, b->block.steps, (size_t)b->block.count,
                                    &b->room, sizeof *b->block.steps);
    b->block.steps[b->block.count] = step;
    return &b->block.steps[b->block.count++];
}

struct mdl_step *mdl_steps_add(struct mdl_steps *b, enum mdl_step_kind kind, const char *target,
                               const char *what) {
    return append(b, (struct mdl_step){
                         .kind = kind,
                         .target = target,
                         .times = 1,
                         .where = sim_arena_print(b->lowering->arena, "(lowered) %s: %s",
                                                  b->kind->name, what),
                     });
}

void mdl_steps_serve(struct mdl_steps *b, const char *station, struct sim_dist demand,
                     const char *what) {
    struct mdl_step *step = mdl_steps_add(b, MDL_STEP_SERVE, station, what);
    step->has_demand = true;
    step->demand = demand;
}

void mdl_steps_enclose(struct mdl_steps *b, struct mdl_step *step, struct mdl_block first,
                       const struct mdl_block *second) {
    step->block_count = second ? 2 : 1;
    step->blocks = sim_arena_array(b->lowering->arena, 2, sizeof *step->blocks);
    step->blocks[0] = first;
    if (second) {
        step->blocks[1] = *second;
    }
}

void mdl_steps_branch(struct mdl_steps *b, double p, struct mdl_block yes, struct mdl_block no,
                      const char *what) {
    struct mdl_step *step = mdl_steps_add(b, MDL_STEP_BRANCH, NULL, what);
    mdl_steps_enclose(b, step, yes, &no);
    step->weights = sim_arena_array(b->lowering->arena, 2, sizeof *step->weights);
    step->weights[0] = p;
    step->weights[1] = 1 - p;
    step->weights_are_p = true;
}

void mdl_steps_repeat(struct mdl_steps *b, int times, struct mdl_steps body, const char *what) {
    if (times == 1) {
        for (int i = 0; i < body.block.count; i++) {
            append(b, body.block.steps[i]);
        }
    } else if (times > 1) {
        struct mdl_step *step = mdl_steps_add(b, MDL_STEP_REPEAT, NULL, what);
        step->times = times;
        mdl_steps_enclose(b, step, body.block, NULL);
    }
}
