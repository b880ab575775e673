/* Routes of the network form: lists of steps. A new kind of step is one row of in_step_kinds with
 * its fields (and its entry in the schema). */
#include "inputs/dist_text.h"
#include "inputs/network_reader.h"

static struct mdl_block read_block(struct in_json list);

enum { TIMES_MAX = 1000000000, COPIES_MAX = 100000, INSTANCE_MAX = 1000000 };
static const double TOKENS_MAX = 1e12;

/* --- fields ------------------------------------------------------------------------------- */

static void step_target(struct in_json value, void *record) {
    struct mdl_step *step = record;
    in_json_name(value, &step->target);
}

static void step_name(struct in_json value, void *record) {
    struct mdl_step *step = record;
    in_json_name(value, &step->name);
}

static void step_demand(struct in_json value, void *record) {
    struct mdl_step *step = record;
    step->has_demand = in_json_dist(value, &step->demand);
}

static void step_times(struct in_json value, void *record) {
    struct mdl_step *step = record;
    in_json_int(value, 1, TIMES_MAX, &step->times);
}

static void step_tokens(struct in_json value, void *record) {
    struct mdl_step *step = record;
    if (in_json_number(value, 0, TOKENS_MAX, &step->tokens) && !(step->tokens > 0)) {
        in_json_wrong(value, "out-of-range", "a number above 0", NULL);
    }
}

static void step_instance(struct in_json value, void *record) {
    struct mdl_step *step = record;
    if (in_json_int(value, 0, INSTANCE_MAX, &step->instance)) {
        step->instance_count = 1;
    }
}

static void step_instances(struct in_json value, void *record) {
    const char *expected = "[first, last], first <= last, instances counted from 0";
    struct mdl_step *step = record;
    int ends[2] = {0, 0};
    if (!in_json_array(value)) {
        return;
    }
    if (in_json_count(value) != 2) {
        in_json_wrong(value, "bad-point", expected, NULL);
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (!in_json_int(in_json_item(value, i), 0, INSTANCE_MAX, &ends[i])) {
            return;
        }
    }
    if (ends[0] > ends[1]) {
        in_json_wrong(value, "not-ascending", expected, NULL);
        return;
    }
    step->instance = ends[0];
    step->instance_count = ends[1] - ends[0] + 1;
}

static void finish_instances(struct in_json value, void *record) {
    (void)record;
    if (in_json_present(in_json_get(value, "instance"))) {
        in_json_conflict(value, "instances", "\"instance\" (one) or \"instances\" (several)");
    }
}

static void step_in_turn(struct in_json value, void *record) {
    struct mdl_step *step = record;
    in_json_bool(value, &step->in_turn);
}

static void step_fail(struct in_json value, void *record) {
    (void)record;
    bool yes = true;
    if (in_json_bool(value, &yes) && !yes) {
        in_json_wrong(value, "unknown-value", "\"fail\": true", "leave the step out");
    }
}

/* --- branch ------------------------------------------------------------------------------- */

struct entry {
    bool has_p;
    bool has_weight;
    double p;
    double weight;
    const char *name;
    struct mdl_block block;
};

static void entry_p(struct in_json value, void *record) {
    struct entry *entry = record;
    entry->has_p = true;
    in_json_share(value, &entry->p);
}

static void entry_weight(struct in_json value, void *record) {
    struct entry *entry = record;
    entry->has_weight = true;
    in_json_number(value, 0, 1e15, &entry->weight);
}

static void entry_steps(struct in_json value, void *record) {
    struct entry *entry = record;
    entry->block = read_block(value);
}

static void entry_name(struct in_json value, void *record) {
    in_json_name(value, &((struct entry *)record)->name);
}

static const struct in_field entry_fields[] = {
    {"p", false, entry_p},
    {"weight", false, entry_weight},
    {"steps", false, entry_steps},
    {"name", false, entry_name},
};
const struct in_form in_branch_entry_form = {"branch_entry", entry_fields, 4};

static void step_branch(struct in_json value, void *record) {
    static const struct in_record kind = {&in_branch_entry_form, sizeof(struct entry), NULL, NULL};
    struct mdl_step *step = record;
    int count = 0;
    const struct entry *entries = in_json_records(value, &kind, &count);
    if (count == 0) {
        if (in_json_is_array(value)) {
            in_json_wrong(value, "empty-list", "at least one entry", NULL);
        }
        return;
    }
    struct sim_arena *arena = value.context->arena;
    step->blocks = sim_arena_array(arena, (size_t)count, sizeof *step->blocks);
    step->weights = sim_arena_array(arena, (size_t)count, sizeof *step->weights);
    step->block_count = count;
    step->weights_are_p = entries[0].has_p;
    for (int i = 0; i < count; i++) {
        const struct entry *entry = &entries[i];
        step->blocks[i] = entry->block;
        step->blocks[i].name = entry->name;
        step->blocks[i].where = in_json_item(value, i).path;
        step->weights[i] = step->in_turn ? 1 : step->weights_are_p ? entry->p : entry->weight;
        struct in_json item = in_json_item(value, i);
        if (step->in_turn && (entry->has_p || entry->has_weight)) {
            in_json_wrong(item, "conflicting-keys",
                          "no \"p\" or \"weight\" in entries taken in turn", NULL);
        } else if (!step->in_turn && !entry->has_p && !entry->has_weight) {
            sim_diag_add(item.context->diags, "missing-key", item.path,
                         "\"p\" (a probability) or \"weight\" in each entry",
                         "or \"in_turn\": true beside \"branch\"", "neither");
        } else if (!step->in_turn &&
                   (entry->has_p == entry->has_weight || entry->has_p != step->weights_are_p)) {
            sim_diag_add(item.context->diags, "conflicting-keys", item.path,
                         "\"p\" in all entries of a branch, or \"weight\" in all", NULL,
                         "both \"p\" and \"weight\"");
        }
    }
}

/* --- cache and repeat --------------------------------------------------------------------- */

enum { HIT, MISS };

static void block_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_block *)record)->name);
}

static void block_steps(struct in_json value, void *record) {
    struct mdl_block *block = record;
    struct mdl_block read = read_block(value);
    block->steps = read.steps;
    block->count = read.count;
}

static const struct in_field block_fields[] = {
    {"name", true, block_name},
    {"steps", true, block_steps},
};
const struct in_form in_block_form = {"block", block_fields, 2};

/* A list of steps, or {"name": ..., "steps": [...]}. */
static struct mdl_block read_named_block(struct in_json value) {
    if (!in_json_is_object(value)) {
        return read_block(value);
    }
    struct mdl_block block = {.where = value.path};
    in_json_read(value, &in_block_form, &block);
    return block;
}

static void two_blocks(struct in_json value, struct mdl_step *step) {
    if (!step->blocks) {
        step->blocks = sim_arena_array(value.context->arena, 2, sizeof *step->blocks);
        step->block_count = 2;
    }
}

static void step_cache(struct in_json value, void *record) {
    step_target(value, record);
    two_blocks(value, record);
}

static void step_hit(struct in_json value, void *record) {
    struct mdl_step *step = record;
    two_blocks(value, step);
    step->blocks[HIT] = read_named_block(value);
}

static void step_miss(struct in_json value, void *record) {
    struct mdl_step *step = record;
    two_blocks(value, step);
    step->blocks[MISS] = read_named_block(value);
}

static void one_block(struct in_json value, struct mdl_step *step) {
    step->blocks = sim_arena_array(value.context->arena, 1, sizeof *step->blocks);
    step->block_count = 1;
    step->blocks[0] = read_block(value);
}

static void step_again(struct in_json value, void *record) {
    struct mdl_step *step = record;
    step->has_again = true;
    if (in_json_share(value, &step->again) && step->again >= 1) {
        in_json_wrong(value, "out-of-range", "a probability below 1", "it would never end");
    }
}

static void step_steps(struct in_json value, void *record) { one_block(value, record); }

static const struct in_field repeat_fields[] = {
    {"times", false, step_times},
    {"again", false, step_again},
};
const struct in_form in_repeat_form = {"repeat", repeat_fields, 2};

/* Either {"repeat": {"times": 3}, "steps": [...]}, as blocks are written, or
 * {"repeat": [...], "times": 3}, as branches are. */
static void step_repeat(struct in_json value, void *record) {
    if (in_json_is_array(value)) {
        one_block(value, record);
    } else {
        in_json_read(value, &in_repeat_form, record);
    }
}

static void finish_repeat(struct in_json value, void *record) {
    (void)record;
    struct in_json repeat = in_json_get(value, "repeat");
    bool list = in_json_is_array(repeat);
    struct in_json rule = list ? value : repeat;
    struct in_json other = list ? repeat : value;
    bool times = in_json_present(in_json_get(rule, "times"));
    bool again = in_json_present(in_json_get(rule, "again"));
    if (times == again) {
        sim_diag_add(value.context->diags, times ? "conflicting-keys" : "missing-key", rule.path,
                     "either \"times\" (an integer) or \"again\" (a probability)", NULL,
                     times ? "both" : "neither");
    }
    bool body = in_json_present(in_json_get(value, "steps"));
    bool stray = in_json_present(in_json_get(other, "times")) ||
                 in_json_present(in_json_get(other, "again"));
    if (body == list || stray) {
        sim_diag_add(value.context->diags, body || stray ? "conflicting-keys" : "missing-key",
                     value.path,
                     "{\"repeat\": {\"times\": 3}, \"steps\": [...]} or {\"repeat\": [...], "
                     "\"times\": 3}",
                     NULL, body || stray ? "a mixture of the two spellings" : "no \"steps\"");
    }
}

/* --- fork and async ----------------------------------------------------------------------- */

static bool is_list_of_lists(struct in_json value) {
    return in_json_is_array(in_json_item(value, 0));
}

/* Either branches, each a list of steps, or one list of steps with "copies". */
static void step_fork(struct in_json value, void *record) {
    struct mdl_step *step = record;
    int count = in_json_array(value) ? in_json_count(value) : 0;
    if (count == 0) {
        if (in_json_is_array(value)) {
            in_json_wrong(value, "empty-list", "at least one branch", NULL);
        }
        return;
    }
    if (!is_list_of_lists(value)) {
        one_block(value, step);
        return;
    }
    step->blocks = sim_arena_array(value.context->arena, (size_t)count, sizeof *step->blocks);
    step->block_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        step->blocks[item.index] = read_block(item);
    }
}

static void step_copies(struct in_json value, void *record) {
    struct mdl_step *step = record;
    in_json_int(value, 1, COPIES_MAX, &step->times);
}

static void step_join(struct in_json value, void *record) {
    struct mdl_step *step = record;
    if (in_json_is_string(value)) {
        static const char *const words[] = {"all"};
        int choice = 0;
        in_json_choice(value, words, 1, &choice);
    } else {
        in_json_int(value, 1, COPIES_MAX, &step->join);
    }
}

static void step_cancel_rest(struct in_json value, void *record) {
    struct mdl_step *step = record;
    in_json_bool(value, &step->cancel_rest);
}

static void finish_fork(struct in_json value, void *record) {
    const struct mdl_step *step = record;
    struct in_json fork = in_json_get(value, "fork");
    bool copies = in_json_present(in_json_get(value, "copies"));
    if (step->block_count > 0 && copies == is_list_of_lists(fork)) {
        sim_diag_add(value.context->diags, copies ? "conflicting-keys" : "missing-key", value.path,
                     "{\"fork\": [[...], [...]]}, each branch a list of steps, or {\"fork\": "
                     "[...], \"copies\": 3}",
                     NULL, copies ? "a list of branches beside \"copies\"" : "no \"copies\"");
    }
}

static void step_async(struct in_json value, void *record) { one_block(value, record); }

/* --- timeout ------------------------------------------------------------------------------ */

static void step_cancel(struct in_json value, void *record) {
    static const char *const words[] = {
        [MDL_CANCEL_NONE] = "none", [MDL_CANCEL_WAITING] = "waiting", [MDL_CANCEL_ALL] = "all"};
    struct mdl_step *step = record;
    int choice = 0;
    in_json_choice(value, words, (int)(sizeof words / sizeof words[0]), &choice);
    step->cancel = (enum mdl_cancel)choice;
}

/* --- the table ---------------------------------------------------------------------------- */

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }

static const struct in_field serve_fields[] = {
    {"serve", true, step_target},         {"demand", false, step_demand},
    {"times", false, step_times},         {"instance", false, step_instance},
    {"instances", false, step_instances}, {"name", false, step_name},
};
static const struct in_field delay_fields[] = {
    {"delay", true, step_demand},
    {"name", false, step_name},
};
static const struct in_field acquire_fields[] = {
    {"acquire", true, step_target},
    {"instance", false, step_instance},
    {"instances", false, step_instances},
    {"name", false, step_name},
};
static const struct in_field release_fields[] = {
    {"release", true, step_target},
    {"name", false, step_name},
};
static const struct in_field branch_fields[] = {
    {"in_turn", false, step_in_turn}, /* before the entries, which depend on it */
    {"branch", true, step_branch},
    {"name", false, step_name},
};
static const struct in_field cache_fields[] = {
    {"cache", true, step_cache},
    {"hit", false, step_hit},
    {"miss", false, step_miss},
    {"name", false, step_name},
};
static const struct in_field call_fields[] = {
    {"call", true, step_target},
    {"name", false, step_name},
};
static const struct in_field goto_fields[] = {
    {"goto", true, step_target},
    {"name", false, step_name},
};
static const struct in_field repeat_step_fields[] = {
    {"repeat", true, step_repeat}, {"steps", false, step_steps}, {"times", false, step_times},
    {"again", false, step_again},  {"name", false, step_name},
};
static const struct in_field mark_fields[] = {
    {"mark", true, step_target},
    {"name", false, step_name},
};
static const struct in_field fail_fields[] = {
    {"fail", true, step_fail},
    {"name", false, step_name},
};
static const struct in_field class_fields[] = {
    {"class", true, step_target},
    {"name", false, step_name},
};
static const struct in_field limit_fields[] = {
    {"limit", true, step_target},
    {"tokens", false, step_tokens},
    {"instance", false, step_instance},
    {"name", false, step_name},
};
static const struct in_field fork_fields[] = {
    {"fork", true, step_fork},  {"copies", false, step_copies},
    {"join", false, step_join}, {"cancel_rest", false, step_cancel_rest},
    {"name", false, step_name},
};
static const struct in_field async_fields[] = {
    {"async", true, step_async},
    {"name", false, step_name},
};
static const struct in_field timeout_fields[] = {
    {"timeout", true, step_demand},
    {"cancel", false, step_cancel},
    {"steps", true, step_steps},
    {"name", false, step_name},
};
static const struct in_field retry_fields[] = {
    {"retry", true, in_network_retry},
    {"steps", true, step_steps},
    {"name", false, step_name},
};

static const struct in_field breaker_fields[] = {
    {"breaker", true, step_target},
    {"steps", true, step_steps},
    {"name", false, step_name},
};

const struct in_step_kind in_step_kinds[] = {
    [MDL_STEP_SERVE] = {"serve", FORM("step_serve", serve_fields), finish_instances},
    [MDL_STEP_DELAY] = {"delay", FORM("step_delay", delay_fields), NULL},
    [MDL_STEP_ACQUIRE] = {"acquire", FORM("step_acquire", acquire_fields), finish_instances},
    [MDL_STEP_RELEASE] = {"release", FORM("step_release", release_fields), NULL},
    [MDL_STEP_BRANCH] = {"branch", FORM("step_branch", branch_fields), NULL},
    [MDL_STEP_CACHE] = {"cache", FORM("step_cache", cache_fields), NULL},
    [MDL_STEP_CALL] = {"call", FORM("step_call", call_fields), NULL},
    [MDL_STEP_GOTO] = {"goto", FORM("step_goto", goto_fields), NULL},
    [MDL_STEP_REPEAT] = {"repeat", FORM("step_repeat", repeat_step_fields), finish_repeat},
    [MDL_STEP_MARK] = {"mark", FORM("step_mark", mark_fields), NULL},
    [MDL_STEP_FAIL] = {"fail", FORM("step_fail", fail_fields), NULL},
    [MDL_STEP_CLASS] = {"class", FORM("step_class", class_fields), NULL},
    [MDL_STEP_LIMIT] = {"limit", FORM("step_limit", limit_fields), NULL},
    [MDL_STEP_FORK] = {"fork", FORM("step_fork", fork_fields), finish_fork},
    [MDL_STEP_ASYNC] = {"async", FORM("step_async", async_fields), NULL},
    [MDL_STEP_TIMEOUT] = {"timeout", FORM("step_timeout", timeout_fields), NULL},
    [MDL_STEP_RETRY] = {"retry", FORM("step_retry", retry_fields), NULL},
    [MDL_STEP_BREAKER] = {"breaker", FORM("step_breaker", breaker_fields), NULL},
};
enum { STEP_KINDS = sizeof in_step_kinds / sizeof in_step_kinds[0] };
const int in_step_kind_count = STEP_KINDS;

/* --- steps and routes --------------------------------------------------------------------- */

static void unknown_step(struct in_json value, int kinds_found) {
    struct sim_arena *arena = value.context->arena;
    const char *names[STEP_KINDS];
    const char *list = "";
    for (int i = 0; i < (int)STEP_KINDS; i++) {
        names[i] = in_step_kinds[i].key;
        list = sim_arena_print(arena, "%s%s%s", list, i > 0 ? ", " : "", names[i]);
    }
    const char *expected = sim_arena_print(arena, "one of the steps: %s", list);
    if (kinds_found > 1) {
        sim_diag_add(value.context->diags, "conflicting-keys", value.path, expected,
                     "make it several steps of the list", "%d kinds of step in one object",
                     kinds_found);
        return;
    }
    const char *first = NULL;
    const char *mend = NULL;
    for (struct in_json member = {0}; !mend && in_json_next(value, &member);) {
        const char *key = in_json_key(member);
        first = first ? first : key;
        const char *nearest = sim_nearest(key, names, STEP_KINDS);
        mend = nearest ? sim_arena_print(arena, "did you mean \"%s\"?", nearest) : NULL;
    }
    sim_diag_add(value.context->diags, "unknown-step", value.path, expected, mend,
                 first ? "a step with the key \"%.60s\"" : "an empty step%s", first ? first : "");
}

static void read_step(struct in_json value, struct mdl_step *step) {
    step->where = value.path;
    if (!in_json_object(value)) {
        return;
    }
    int found = 0;
    for (int i = 0; i < (int)STEP_KINDS; i++) {
        if (in_json_present(in_json_get(value, in_step_kinds[i].key))) {
            step->kind = (enum mdl_step_kind)i;
            found++;
        }
    }
    if (found != 1) {
        unknown_step(value, found);
        return;
    }
    const struct in_step_kind *kind = &in_step_kinds[step->kind];
    step->times = step->kind == MDL_STEP_FORK ? 0 : 1;
    step->tokens = 1;
    in_json_read(value, &kind->form, step);
    if (kind->finish) {
        kind->finish(value, step);
    }
}

static struct mdl_block read_block(struct in_json list) {
    struct mdl_block block = {0};
    int count = in_json_array(list) ? in_json_count(list) : 0;
    if (count > 0) {
        block.steps = sim_arena_array(list.context->arena, (size_t)count, sizeof *block.steps);
        block.count = count;
    }
    for (struct in_json item = {0}; count > 0 && in_json_next(list, &item);) {
        read_step(item, &block.steps[item.index]);
    }
    return block;
}

void in_network_routes(struct in_json value, void *record) {
    struct mdl_network *network = record;
    int count = in_json_object(value) ? in_json_count(value) : 0;
    if (count == 0) {
        return;
    }
    network->routes = sim_arena_array(value.context->arena, (size_t)count, sizeof *network->routes);
    network->route_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        struct mdl_route *route = &network->routes[item.index];
        route->name = in_json_key(item);
        route->where = item.path;
        if (!in_name_ok(route->name)) {
            in_json_wrong(item, "bad-name", "a name of 1 to 100 bytes without control characters",
                          NULL);
        }
        route->body = read_block(item);
    }
}
