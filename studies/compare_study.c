/* See studies/compare_study.h. */
#include "studies/compare_study.h"

#include <string.h>

/* Labels those that have none. */
static void label_variants(struct sim_arena *arena, struct std_variant *variants, int count,
                           const struct mdl_scenario *const *scenarios) {
    for (int v = 0; v < count; v++) {
        bool same_name = false;
        for (int i = 0; i < count; i++) {
            same_name =
                same_name || (i != v && strcmp(scenarios[i]->name, scenarios[v]->name) == 0);
        }
        const char *label = variants[v].label;
        if (label == NULL) {
            label = same_name ? variants[v].document : scenarios[v]->name;
        }
        variants[v].label = std_label_distinct(arena, variants, v, label);
    }
}

struct std_comparison *std_compare(const struct std_design *design, bool read_all,
                                   const struct std_spec_source *source,
                                   const struct std_answerer *answerer,
                                   const struct std_compare_options *options) {
    size_t count = (size_t)design->variant_count;
    struct sim_arena *arena = sim_arena_new();
    const struct mdl_scenario **scenarios = sim_arena_array(arena, count, sizeof *scenarios);
    struct std_findings **findings = sim_arena_array(arena, count, sizeof *findings);
    struct std_stopping stopping;
    bool sound = true;
    for (size_t v = 0; v < count && (sound || read_all); v++) {
        scenarios[v] = source->spec(source->context, &design->variants[v]);
        sound = sound && scenarios[v] != NULL;
    }
    struct std_comparison *comparison = NULL;
    if (sound) {
        const struct mdl_scenario *first = scenarios[0];
        struct std_run_options run = {
            .seed = options->has_seed ? options->seed
                    : first->has_seed ? first->seed
                                      : STD_DEFAULT_SEED,
            .threads = 1,
        };
        std_run_choose(first, options->replications, &options->precision, &run);
        sound = answerer->answer(answerer->context, design, scenarios, &run, findings, &stopping);
    }
    if (sound) {
        comparison = std_comparison_build(design, findings);
        comparison->stopping = stopping;
        label_variants(comparison->arena, comparison->variants, comparison->variant_count,
                       scenarios);
    }
    sim_arena_free(arena);
    return comparison;
}
