/* Lowering: the brief's optimizations. The demands of the document describe the state in which all
 * of them are on; a switch that is off changes the kinds' demands, before anything else is lowered.
 * Effects are on means: the laws keep their shapes. */
#include <math.h>

#include "models/lower_parts.h"

enum { READ, WRITE }; /* places in mdl_default_kinds */

static const double LEAST_CPU = 0.1; /* share of app_cpu that is left without compression */

static bool is_off(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    return mdl_number(l, id) == 0;
}

static void scale(struct mdl_lowering *l, struct mdl_request_kind *kind,
                  enum mdl_request_parameter_id id, double factor) {
    struct mdl_value *value = &kind->values[id];
    value->number *= factor;
    if (id == MDL_R_APP_CPU || id == MDL_R_QUERY_CPU) {
        value->dist = sim_dist_scaled(&value->dist, factor, l->arena);
    }
}

/* Nothing is kept, so that nothing is looked up or filled; sessions stay where they are. */
static void without_cache(struct mdl_request_kind *kind) {
    struct mdl_value *values = kind->values;
    double lookup = values[MDL_R_CACHEABLE].number > 0 ? 1 : 0;
    values[MDL_R_CACHE_COMMANDS].number = fmax(0, values[MDL_R_CACHE_COMMANDS].number - lookup);
    values[MDL_R_CACHEABLE].number = 0;
    values[MDL_R_CACHE_UPDATES].number = 0;
}

/* A share of the reads are lists; each answers with all rows, not with one page of them. */
static void without_pagination(struct mdl_lowering *l, struct mdl_request_kind *kind) {
    double share = mdl_number(l, MDL_P_LIST_SHARE);
    double more = share * (mdl_number(l, MDL_P_LIST_ROWS) - 1);
    scale(l, kind, MDL_R_RESPONSE_SIZE, 1 + more);
    scale(l, kind, MDL_R_PAGES, 1 + more);
    scale(l, kind, MDL_R_QUERY_CPU, 1 + more);
    scale(l, kind, MDL_R_APP_CPU, 1 + more * mdl_number(l, MDL_P_ROW_CPU));
}

static void without_indexes(struct mdl_lowering *l, struct mdl_request_kind *kind) {
    scale(l, kind, MDL_R_QUERY_CPU, mdl_number(l, MDL_P_SCAN_CPU));
    scale(l, kind, MDL_R_PAGES, mdl_number(l, MDL_P_SCAN_PAGES));
}

/* The wire carries the text as it is, and the application server need not compress it. */
static void without_compression(struct mdl_lowering *l, struct mdl_request_kind *kind) {
    double text = kind->values[MDL_R_RESPONSE_SIZE].number / mdl_number(l, MDL_P_COMPRESSED);
    double cpu_s = text / 1024 * mdl_number(l, MDL_P_COMPRESSION_CPU);
    double mean_s = kind->values[MDL_R_APP_CPU].dist.mean;
    kind->values[MDL_R_RESPONSE_SIZE].number = text;
    if (mean_s > 0) {
        scale(l, kind, MDL_R_APP_CPU, fmax(LEAST_CPU, 1 - cpu_s / mean_s));
    }
}

void mdl_lower_optimizations(struct mdl_lowering *l) {
    for (int i = 0; i < l->arch->kind_count; i++) {
        struct mdl_request_kind *kind = &l->arch->kinds[i];
        if (is_off(l, MDL_P_WITH_CACHE)) {
            without_cache(kind);
        }
        if (is_off(l, MDL_P_WITH_PAGINATION) && kind->defaults == READ) {
            without_pagination(l, kind);
        }
        if (is_off(l, MDL_P_WITH_INDEXES) && (kind->defaults == READ || kind->defaults == WRITE)) {
            without_indexes(l, kind);
        }
        if (is_off(l, MDL_P_WITH_COMPRESSION)) {
            without_compression(l, kind);
        }
    }
}
