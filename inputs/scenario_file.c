/* See inputs/scenario_file.h: from a file to a checked scenario. */
#include "inputs/scenario_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inputs/arch_reader.h"
#include "inputs/document.h"
#include "inputs/extends.h"
#include "inputs/locust_reader.h"
#include "inputs/slo_reader.h"
#include "models/lower.h"

/* --- the data folder ---------------------------------------------------------------------- */

static bool has_catalog(const char *folder) {
    char path[4096];
    struct stat info;
    int length = snprintf(path, sizeof path, "%s/catalog", folder);
    return length > 0 && length < (int)sizeof path && stat(path, &info) == 0 &&
           S_ISDIR(info.st_mode);
}

const char *in_data_folder(char *buffer, int size) {
    const char *given = getenv("JAUGE_DATA");
    if (given && *given) {
        int length = snprintf(buffer, (size_t)size, "%s", given);
        return length < size && has_catalog(buffer) ? buffer : NULL;
    }
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        static const char *const beside[] = {"inputs", "../share/jauge"};
        program[length] = '\0';
        char *slash = strrchr(program, '/');
        if (slash) {
            *slash = '\0';
        }
        for (int i = 0; i < 2; i++) {
            int written = snprintf(buffer, (size_t)size, "%s/%s", program, beside[i]);
            if (written < size && has_catalog(buffer)) {
                return buffer;
            }
        }
    }
    int written = snprintf(buffer, (size_t)size, "%s/share/jauge", JAUGE_PREFIX);
    return written < size && has_catalog(buffer) ? buffer : NULL;
}

/* --- documents of the architecture form --------------------------------------------------- */

/* in_arch_read takes these keys from the document itself. */
static void arch_key(struct in_json value, void *record) {
    (void)value;
    (void)record;
}

const struct in_form *in_arch_document_form(struct sim_arena *arena) {
    static const struct in_field shared[] = {IN_DOCUMENT_FIELDS,
                                             {"horizon", false, in_document_horizon}};
    enum { SHARED = sizeof shared / sizeof shared[0] };
    struct in_field *fields = sim_arena_array(arena, SHARED + IN_ARCH_KEYS, sizeof *fields);
    memcpy(fields, shared, sizeof shared);
    for (int i = 0; i < IN_ARCH_KEYS; i++) {
        fields[SHARED + i] = (struct in_field){in_arch_keys[i], false, arch_key};
    }
    struct in_form *form = sim_arena_alloc(arena, sizeof *form);
    *form = (struct in_form){"architecture_document", fields, SHARED + IN_ARCH_KEYS};
    return form;
}

/* --- which form --------------------------------------------------------------------------- */

static void read_document(struct in_json root, struct mdl_scenario *scenario,
                          const struct mdl_catalog *catalog) {
    struct sim_diags *diags = root.context->diags;
    struct mdl_arch *arch = NULL;
    bool network = in_json_present(in_json_get(root, "network"));
    if (network && in_arch_is(root)) {
        sim_diag_add(diags, "conflicting-keys", root.path,
                     "either \"network\" (the network form) or \"workload\" and its companions "
                     "(the architecture form)",
                     NULL, "keys of both forms");
        return;
    }
    if (network) {
        in_network_document_read(root, scenario);
        return;
    }
    if (in_arch_is(root)) {
        in_json_read(root, in_arch_document_form(scenario->arena), scenario);
        arch = in_arch_read(root);
    } else if (in_locust_is(root)) {
        arch = in_locust_read(root);
        struct in_json slo = in_json_get(root, "slo");
        struct in_json window = in_json_get(root, "slo_window");
        if (in_json_present(slo)) {
            in_slo_read(slo, scenario);
        }
        if (in_json_present(window)) {
            in_slo_window_read(window, scenario);
        }
    } else {
        in_json_wrong(root, "unknown-form",
                      "an object with the key \"network\" (the network form), \"workload\" (the "
                      "architecture form), or \"users\" and \"actions\" (Locust style)",
                      "docs/scenario.md shows one of each");
        return;
    }
    if (arch && diags->errors == 0) {
        mdl_lower(arch, catalog, scenario, diags);
        scenario->breakdown = true;
    }
}

static uint64_t hash_of(const struct in_context *context, const struct mdl_scenario *scenario,
                        const char *text) {
    uint64_t hash = sim_mix(sim_hash(text), context->files_hash);
    return scenario->catalog_date ? sim_mix(hash, sim_hash(scenario->catalog_date)) : hash;
}

/* --- loading ------------------------------------------------------------------------------ */

/* The document with what it extends and what is assigned to it; absent after a diagnostic. */
static struct in_json resolve(struct in_json root, const char *path,
                              const struct in_assignment *assignments, int count) {
    struct in_json resolved = in_json_present(root) ? in_extends_resolve(root, path) : root;
    bool sound = in_json_present(resolved);
    for (int i = 0; i < count && in_json_present(resolved); i++) {
        sound = in_assign(resolved, assignments[i].path, assignments[i].value) && sound;
    }
    resolved.node = sound ? resolved.node : NULL;
    return resolved;
}

/* Keys of the document that change no replication, only how many there are, or their words. */
static const char *const of_no_replication[] = {"name", "about", "seed", "replications",
                                                "precision"};
enum { OTHERS = sizeof of_no_replication / sizeof of_no_replication[0] };

/* Reads `text`, or the file at `path` when it is NULL. Counts errors from zero, so that a bad file
 * before this one does not refuse it. */
static struct mdl_scenario *load(const char *text, const char *path,
                                 const struct in_assignment *assignments, int count,
                                 const struct mdl_catalog *catalog, struct sim_diags *diags) {
    const char *file_before = diags->file;
    int errors_before = diags->errors;
    diags->file = sim_arena_copy(diags->arena, path);
    diags->errors = 0;

    struct sim_arena *arena = sim_arena_new();
    struct mdl_scenario *scenario = sim_arena_alloc(arena, sizeof *scenario);
    scenario->arena = arena;
    in_document_prepare(scenario, path);
    struct in_context context;
    in_context_init(&context, arena, diags, path);
    size_t length = text ? strlen(text) : 0;
    const char *document = text ? text : in_file_read(&context, path, "file", &length);
    if (document) {
        struct in_json root =
            resolve(in_json_parse(&context, document, length), path, assignments, count);
        if (in_json_present(root)) {
            in_document_conflicts(root);
            read_document(root, scenario, catalog);
            if (diags->errors == 0) {
                in_slo_complete(&context, scenario);
            }
            scenario->resolved = in_json_print(root);
            scenario->hash = hash_of(&context, scenario, scenario->resolved);
            scenario->run_hash =
                hash_of(&context, scenario, in_json_print_without(root, of_no_replication, OTHERS));
        }
    }
    in_context_fini(&context);
    if (diags->errors == 0) {
        mdl_check(scenario, diags);
    }
    bool sound = diags->errors == 0;
    diags->errors += errors_before;
    diags->file = file_before;
    if (!sound) {
        sim_arena_free(arena);
        return NULL;
    }
    return scenario;
}

struct mdl_scenario *in_scenario_load(const char *path, const struct mdl_catalog *catalog,
                                      struct sim_diags *diags) {
    return load(NULL, path, NULL, 0, catalog, diags);
}

struct mdl_scenario *in_scenario_load_with(const char *path,
                                           const struct in_assignment *assignments, int count,
                                           const struct mdl_catalog *catalog,
                                           struct sim_diags *diags) {
    return load(NULL, path, assignments, count, catalog, diags);
}

struct mdl_scenario *in_scenario_parse(const char *text, const char *name,
                                       const struct mdl_catalog *catalog, struct sim_diags *diags) {
    return load(text, name, NULL, 0, catalog, diags);
}

void in_scenario_free(struct mdl_scenario *scenario) {
    if (scenario) {
        sim_arena_free(scenario->arena);
    }
}
