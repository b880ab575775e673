#include "studies/steady_run.h"

#include <math.h>
#include <stdlib.h>

#include "sim/random.h"
#include "sim/steady.h"

/* Runs of the same keys that nobody is told of, and that are not kept. */
static struct std_run_options aside(const struct std_run_options *options, int replications) {
    struct std_run_options own = *options;
    own.replications = replications;
    own.progress = NULL;
    own.store = NULL;
    return own;
}

/* The scenario without what is looked at only in a whole run. */
static struct mdl_scenario bare(const struct mdl_scenario *scenario) {
    struct mdl_scenario s = *scenario;
    s.bucket_s = 0;
    s.sample_count = s.window_count = 0;
    s.sample_customers = 0;
    s.log_of = NULL;
    return s;
}

/* --- the warm-up ---------------------------------------------------------------------------- */

static double steady_from_s(const struct mdl_scenario *scenario) {
    struct mdl_program *program = mdl_compile(scenario);
    double from_s = sim_time_to_s(program->steady_from);
    mdl_program_free(program);
    return from_s;
}

static struct mdl_scenario pilot_of(const struct mdl_scenario *scenario, double from_s) {
    struct mdl_scenario pilot = bare(scenario);
    pilot.warmup_s = from_s;
    pilot.bucket_s = fmax((scenario->horizon_s - from_s) / STD_CELLS, 1e-9);
    pilot.breakdown = false;
    pilot.within_count = 0;
    return pilot;
}

/* The cut of the mean over the pilots. One that was stopped for too many requests has no cells
 * beyond: then nothing is cut, as no steady state is in sight. */
static void cut(struct std_warmup *warmup, const struct std_sample *sample) {
    const struct mdl_program *p = sample->program;
    int cells = p->bucket_count < STD_CELLS ? (int)p->bucket_count : STD_CELLS;
    double width_s = sim_time_to_s(p->bucket);
    double mean[STD_CELLS] = {0};
    bool stopped = false;
    for (int r = 0; r < STD_PILOTS; r++) {
        const struct mdl_result *result = sample->results[r];
        stopped = stopped || result->overfull;
        for (int i = 0; i < cells && !stopped; i++) {
            mean[i] += result->network.bucket_mean[i] / STD_PILOTS;
        }
    }
    int count = stopped ? 0 : sim_mser(mean, cells, SIM_MSER_GROUP);
    warmup->cut_s = warmup->from_s + count * width_s;
    warmup->beyond = count > cells / 2;
    warmup->s = fmin(warmup->cut_s, warmup->from_s + cells * width_s / 2);
}

enum std_outcome std_find_warmups(const struct mdl_scenario *const *scenarios, int count,
                                  const struct std_run_options *options,
                                  struct std_warmup *warmups) {
    size_t room = (size_t)count;
    struct mdl_scenario *pilots = sim_alloc(room, sizeof *pilots);
    const struct mdl_scenario **asked = sim_alloc(room, sizeof *asked);
    int found = 0;
    for (int i = 0; i < count; i++) {
        const struct mdl_scenario *s = scenarios[i];
        warmups[i] = (struct std_warmup){.s = s->warmup_s};
        if (s->analysis == MDL_STEADY && !s->warmup_given) {
            warmups[i].found = true;
            warmups[i].from_s = steady_from_s(s);
            pilots[found] = pilot_of(s, warmups[i].from_s);
            asked[found] = &pilots[found];
            found++;
        }
    }
    enum std_outcome outcome = STD_DONE;
    if (found > 0) {
        struct std_run_options own = aside(options, STD_PILOTS);
        own.seed = sim_mix(options->seed, sim_hash("pilots"));
        struct std_stopping stopping;
        int replications;
        struct std_pool *pool = std_pool_new(asked, found, &own);
        outcome = std_pool_run(pool, &replications, &stopping);
        for (int i = 0, k = 0; i < count && outcome == STD_DONE; i++) {
            if (warmups[i].found) {
                struct std_sample sample = std_pool_sample(pool, k++);
                cut(&warmups[i], &sample);
            }
        }
        std_pool_free(pool);
    }
    free(asked);
    free(pilots);
    return outcome;
}

/* --- batches -------------------------------------------------------------------------------- */

/* A series over the batches: the requests present, or the mean response of a class. The values of
 * batches `first`.. of `group` together. */
static double value_of(const struct std_batches *b, int series, int first, int group) {
    const struct mdl_program *p = b->program;
    struct sim_tally responses = {.count = 0};
    double present = 0;
    for (int i = first; i < first + group; i++) {
        const struct mdl_result *r = b->results[i];
        present += r->network.mean / group;
        for (uint32_t s = 0; s < p->source_count && series > 0; s++) {
            uint32_t row = s * p->class_count + (uint32_t)(series - 1);
            sim_tally_merge(&responses, &r->requests[row].response);
        }
    }
    return series == 0 ? present : sim_tally_mean(&responses);
}

/* The series that goes together most, when `group` batches are taken as one. A class that nobody
 * completes in some batch says nothing. */
static void test(struct std_batches *b, int group) {
    int series_count = 1 + (int)b->program->class_count;
    double values[STD_BATCHES_MOST];
    double worst = -INFINITY;
    b->correlation = NAN;
    b->significant = false;
    for (int series = 0; series < series_count; series++) {
        for (int i = 0; i < b->count / group; i++) {
            values[i] = value_of(b, series, i * group, group);
        }
        struct sim_serial serial = sim_serial(values, b->count / group);
        if (serial.score > worst) {
            worst = serial.score;
            b->correlation = serial.correlation;
            b->significant = serial.significant;
            b->of_class = series > 0;
            b->of = series == 0 ? "requests present" : b->program->class_names[series - 1];
        }
    }
}

static enum std_outcome run(struct std_batches *b, const struct mdl_scenario *scenario,
                            const struct std_run_options *options, int count) {
    struct std_stopping stopping;
    int replications;
    std_batches_free(b);
    b->scenario = bare(scenario);
    b->scenario.batches = count;
    b->one = &b->scenario;
    b->options = aside(options, 1);
    b->pool = std_pool_new(&b->one, 1, &b->options);
    enum std_outcome outcome = std_pool_run(b->pool, &replications, &stopping);
    if (outcome != STD_DONE) {
        return outcome;
    }
    struct std_sample sample = std_pool_sample(b->pool, 0);
    b->program = sample.program;
    b->results = sim_alloc((size_t)count, sizeof(struct mdl_result *));
    for (struct mdl_result *r = sample.results[0]; r != NULL; r = r->next) {
        b->results[b->count++] = r;
    }
    bool whole = b->count == count && !b->results[count - 1]->overfull;
    b->count = whole ? count : 0;
    return STD_DONE;
}

/* With the number of batches known, they are measured as such: percentiles and SLOs are then judged
 * by batches, as they are by replications. */
enum std_outcome std_run_batches(const struct mdl_scenario *scenario,
                                 const struct std_run_options *options,
                                 struct std_batches *batches) {
    *batches = (struct std_batches){.count = 0};
    enum std_outcome outcome = run(batches, scenario, options, STD_BATCHES_MOST);
    if (outcome != STD_DONE || batches->count == 0) {
        return outcome;
    }
    int group = 1;
    test(batches, group);
    while (batches->significant && batches->count / (2 * group) >= STD_BATCHES_LEAST) {
        group *= 2;
        test(batches, group);
    }
    if (group > 1) {
        struct std_batches tested = *batches;
        outcome = run(batches, scenario, options, STD_BATCHES_MOST / group);
        batches->correlation = tested.correlation;
        batches->significant = tested.significant;
        batches->of = tested.of;
        batches->of_class = tested.of_class;
    }
    return outcome;
}

void std_batches_free(struct std_batches *batches) {
    std_pool_free(batches->pool);
    free(batches->results);
    *batches = (struct std_batches){.count = 0};
}
