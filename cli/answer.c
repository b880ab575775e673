#include "cli/answer.h"

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/replication_store.h"
#include "outputs/safe_text.h"
#include "sim/parallel.h"

enum { LABEL_WIDTH = 40 };

/* What one call of cli_answer works with. */
struct question {
    struct cli_answerer *answerer;
    const struct mdl_scenario *const *scenarios;
    const char **names; /* for messages */
    int count;
    const struct std_run_options *run;
    struct std_findings **findings;
    struct std_stopping *stopping;
};

enum cli_exit cli_world_failed(const struct out_error *error) {
    fprintf(stderr, "jauge: %s\n", error->text);
    return CLI_WORLD_FAILED;
}

static void note(struct cli_answerer *answerer, enum cli_exit code) {
    answerer->code = answerer->code == CLI_DONE ? code : answerer->code;
}

static const char *db_name(const struct cli_answerer *answerer) {
    return out_safe_copy(answerer->arena, answerer->options->db);
}

void cli_answerer_begin(struct cli_answerer *answerer, const struct cli_options *options,
                        struct sim_arena *arena) {
    *answerer = (struct cli_answerer){.options = options, .arena = arena};
    struct out_error error;
    if (out_db_open(options->db, true, &answerer->db, &error) != OUT_OK) {
        answerer->code = cli_world_failed(&error);
        fputs("jauge: the results are printed, but not kept\n", stderr);
    }
    cli_interrupt_watch();
}

void cli_answerer_end(struct cli_answerer *answerer) {
    out_db_close(answerer->db);
    answerer->db = NULL;
}

struct std_run_options cli_run_options(const struct cli_options *options,
                                       const struct mdl_scenario *scenario) {
    struct std_run_options run = {
        .seed = options->has_seed    ? options->seed
                : scenario->has_seed ? scenario->seed
                                     : STD_DEFAULT_SEED,
        .threads = options->threads > 0 ? options->threads : sim_parallel_cores(),
    };
    std_run_choose(scenario, options->replications, &options->precision, &run);
    return run;
}

/* --- from the database ---------------------------------------------------------------------- */

/* Where the database cannot be read, the run is made without it. */
static void db_failed(struct cli_answerer *answerer, const struct out_error *error) {
    note(answerer, cli_world_failed(error));
    fputs("jauge: the results are printed, but not kept\n", stderr);
    cli_answerer_end(answerer);
}

static int64_t find_run(struct cli_answerer *answerer, const struct mdl_scenario *scenario,
                        const struct std_run_options *run, int replications) {
    struct out_error error;
    int64_t id = 0;
    if (answerer->db != NULL && out_db_find(answerer->db, scenario->hash, run->seed, replications,
                                            &run->aim, JAUGE_VERSION, &id, &error) != OUT_OK) {
        db_failed(answerer, &error);
        id = 0;
    }
    return id;
}

static void look_up(const struct question *q, int index) {
    struct cli_answerer *answerer = q->answerer;
    int64_t id = find_run(answerer, q->scenarios[index], q->run, q->run->replications);
    struct out_error error;
    if (id == 0) {
        return;
    }
    if (out_db_get(answerer->db, id, q->scenarios[index], &q->findings[index], NULL, &error) !=
        OUT_OK) {
        db_failed(answerer, &error);
    } else if (!answerer->options->quiet) {
        fprintf(stderr, "jauge: %s: answered from %s (run %lld); --fresh runs it anew\n",
                q->names[index], db_name(answerer), (long long)id);
    }
}

/* --- by simulation -------------------------------------------------------------------------- */

/* With --fresh what was kept is forgotten, so that an interrupted fresh run goes on from its own
 * replications only. */
static void forget(const struct question *q) {
    struct cli_answerer *answerer = q->answerer;
    for (int i = 0; i < q->count && answerer->db != NULL; i++) {
        struct out_error error;
        if (out_db_drop_replications(answerer->db, q->scenarios[i]->run_hash, q->run->seed,
                                     &error) != OUT_OK) {
            db_failed(answerer, &error);
        }
    }
}

static void tell_interrupted(const struct question *q, const struct cli_store *store,
                             const char *name) {
    struct cli_answerer *answerer = q->answerer;
    note(answerer, (enum cli_exit)cli_interrupt_code());
    if (store->db == NULL || store->failed) {
        fprintf(stderr, "jauge: %s: interrupted; nothing was kept\n", name);
        return;
    }
    fprintf(stderr,
            "jauge: %s: interrupted; %d replications are kept in %s: to go on, run the same "
            "command with --resume\n",
            name, store->found + store->kept, db_name(answerer));
}

static void tell_found(const struct question *q, const struct cli_store *store, const char *name) {
    const struct cli_options *options = q->answerer->options;
    if (options->quiet) {
        return;
    }
    if (store->found > 0) {
        fprintf(stderr, "jauge: %s: %d replications taken from %s, %d simulated\n", name,
                store->found, db_name(q->answerer), store->kept);
    } else if (options->resume) {
        fprintf(stderr, "jauge: %s: found nothing to resume in %s: run from the start\n", name,
                db_name(q->answerer));
    }
}

static bool simulate(const struct question *q) {
    struct cli_answerer *answerer = q->answerer;
    const struct cli_options *options = answerer->options;
    const char *name =
        q->count == 1 ? q->names[0] : sim_arena_print(answerer->arena, "%d variants", q->count);
    if (options->fresh && !options->resume) {
        forget(q);
    }
    struct cli_progress progress;
    cli_progress_begin(&progress, out_text_cut(answerer->arena, name, LABEL_WIDTH), options->quiet);
    struct cli_store store;
    cli_store_init(&store, answerer->db);
    struct std_run_options told = *q->run;
    told.progress = cli_progress_step;
    told.context = &progress;
    told.interrupted = cli_interrupted;
    told.store = answerer->db != NULL ? &store.interface : NULL;
    enum std_outcome outcome = std_run_all(q->scenarios, q->count, &told, q->findings, q->stopping);
    cli_progress_end(&progress);
    if (store.failed) {
        db_failed(answerer, &store.error);
    }
    switch (outcome) {
    case STD_INTERRUPTED:
        tell_interrupted(q, &store, name);
        return false;
    case STD_NO_THREAD:
        fputs("jauge: no thread could be started\n", stderr);
        note(answerer, CLI_WORLD_FAILED);
        return false;
    case STD_DONE:
        break;
    }
    tell_found(q, &store, name);
    return true;
}

/* Stores the findings of a run, unless `found_is_enough` and they are there already. */
static void keep(const struct question *q, int index, bool found_is_enough) {
    struct cli_answerer *answerer = q->answerer;
    const struct std_findings *findings = q->findings[index];
    if (found_is_enough &&
        find_run(answerer, q->scenarios[index], q->run, findings->replications) != 0) {
        return;
    }
    struct out_error error;
    int64_t id = 0;
    if (answerer->db != NULL &&
        out_db_put(answerer->db, findings, JAUGE_VERSION, &id, &error) != OUT_OK) {
        db_failed(answerer, &error);
    }
}

/* Runs those that the database has no answer for, in one pool. Those are all, or none, where the
 * number of replications depends on what is found. */
static bool run_missing(const struct question *q) {
    struct sim_arena *arena = q->answerer->arena;
    size_t room = (size_t)q->count;
    struct question missing = *q;
    const struct mdl_scenario **scenarios = sim_arena_array(arena, room, sizeof *scenarios);
    missing.scenarios = scenarios;
    missing.names = sim_arena_array(arena, room, sizeof *missing.names);
    missing.findings = sim_arena_array(arena, room, sizeof(struct std_findings *));
    missing.count = 0;
    for (int i = 0; i < q->count; i++) {
        if (q->findings[i] == NULL) {
            scenarios[missing.count] = q->scenarios[i];
            missing.names[missing.count++] = q->names[i];
        }
    }
    if (missing.count == 0) {
        *q->stopping = q->findings[0]->stopping;
        return true;
    }
    if (!simulate(&missing)) {
        return false;
    }
    bool together = q->count > 1 && q->run->replications == 0;
    int next = 0;
    for (int i = 0; i < q->count; i++) {
        if (q->findings[i] == NULL) {
            q->findings[i] = missing.findings[next];
            keep(&missing, next++, together && !q->answerer->options->fresh);
        }
    }
    return true;
}

bool cli_answer(struct cli_answerer *answerer, const struct mdl_scenario *const *scenarios,
                const char *const *labels, int count, const struct std_run_options *run,
                struct std_findings **findings, struct std_stopping *stopping) {
    struct question q = {answerer, scenarios, NULL, count, run, findings, stopping};
    q.names = sim_arena_array(answerer->arena, (size_t)count, sizeof *q.names);
    bool together = count > 1 && run->replications == 0;
    for (int i = 0; i < count; i++) {
        const char *label = labels != NULL ? labels[i] : NULL;
        q.names[i] = out_safe_copy(answerer->arena, label != NULL ? label : scenarios[i]->name);
        findings[i] = NULL;
        if (!answerer->options->fresh && !together) {
            look_up(&q, i);
        }
    }
    bool answered = run_missing(&q);
    for (int i = 0; i < count && !answered; i++) {
        std_findings_free(findings[i]);
        findings[i] = NULL;
    }
    return answered;
}

enum cli_exit cli_slo_exit(const struct std_findings *findings) {
    switch (std_slo_all(findings->slos, findings->slo_count)) {
    case STD_SLO_MISSED:
        return CLI_SLO_MISSED;
    case STD_SLO_UNDETERMINED:
        return CLI_SLO_UNDETERMINED;
    case STD_SLO_MET:
        break;
    }
    return CLI_DONE;
}

enum cli_exit cli_exit_worse(enum cli_exit a, enum cli_exit b) {
    bool a_failed = a != CLI_DONE && a != CLI_SLO_MISSED && a != CLI_SLO_UNDETERMINED;
    if (a_failed || b == CLI_DONE) {
        return a;
    }
    return a == CLI_SLO_MISSED && b == CLI_SLO_UNDETERMINED ? a : b;
}
