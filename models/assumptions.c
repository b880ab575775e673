/* See models/assumptions.h. */
#include "models/assumptions.h"

#include "models/arch.h"

#define PARAMETER(id, key_, kind_, unit_, likely_, low_, high_, source_, text_)                    \
    [MDL_P_##id] = {key_, kind_, unit_, likely_, low_, high_, source_, text_},
const struct mdl_parameter mdl_parameters[MDL_PARAMETERS] = {MDL_PARAMETER_LIST(PARAMETER)};

const char *const mdl_default_kinds[MDL_DEFAULT_KINDS] = {"read", "write", "export"};

#define READ(id, key_, kind_, unit_, text_, likely_, low_, high_, source_, ...)                    \
    [MDL_R_##id] = {key_, kind_, unit_, likely_, low_, high_, source_, text_},
#define WRITE(id, key_, kind_, unit_, text_, a, b, c, d, likely_, low_, high_, source_, ...)       \
    [MDL_R_##id] = {key_, kind_, unit_, likely_, low_, high_, source_, text_},
#define EXPORT(id, key_, kind_, unit_, text_, a, b, c, d, e, f, g, h, likely_, low_, high_,        \
               source_)                                                                            \
    [MDL_R_##id] = {key_, kind_, unit_, likely_, low_, high_, source_, text_},
const struct mdl_parameter mdl_request_parameters[MDL_DEFAULT_KINDS][MDL_REQUEST_PARAMETERS] = {
    {MDL_REQUEST_PARAMETER_LIST(READ)},
    {MDL_REQUEST_PARAMETER_LIST(WRITE)},
    {MDL_REQUEST_PARAMETER_LIST(EXPORT)},
};

const char *const mdl_reading_names[MDL_READINGS] = {
    "system_frequency", "persona_requests", "personas", "back_to_back", "per_user_frequency"};
static const char *const arrivals[] = {"poisson", "fixed"};
static const char *const shapes[] = {"linear", "smooth"};
static const char *const engines[] = {"postgresql", "mysql"};
static const char *const volumes[] = {"gp2", "gp3", "io1", "io2"};
static const char *const cancels[] = {"none", "waiting", "all"}; /* enum mdl_cancel */
static const char *const jitters[] = {"none", "full", "equal"};  /* enum mdl_jitter */
static const char *const credits[] = {"standard", "unlimited"};
static const char *const balancers[] = {"round_robin", "least_outstanding", "random"};

static const char *const switches[] = {"off", "on"};
static const char *const cache_models[] = {"fixed", "che", "store"};
static const char *const cache_policies[] = {"lru", "fifo"};
static const char *const cache_starts[] = {"cold", "warm"};

#define WORDS(list) (*count = (int)(sizeof(list) / sizeof(list)[0]), list)

const char *const *mdl_parameter_words(enum mdl_parameter_id id, int *count) {
    switch ((int)id) {
    case MDL_P_READING:
        return WORDS(mdl_reading_names);
    case MDL_P_LAUNCH_ARRIVALS:
        return WORDS(arrivals);
    case MDL_P_LAUNCH_SHAPE:
        return WORDS(shapes);
    case MDL_P_REGION:
        return WORDS(mdl_region_names);
    case MDL_P_BALANCER:
    case MDL_P_REPLICA_BALANCER:
        return WORDS(balancers);
    case MDL_P_ENGINE:
        return WORDS(engines);
    case MDL_P_CANCEL:
        return WORDS(cancels);
    case MDL_P_JITTER:
        return WORDS(jitters);
    case MDL_P_APP_CREDITS:
    case MDL_P_DB_CREDITS:
    case MDL_P_CACHE_CREDITS:
        return WORDS(credits);
    case MDL_P_CACHE_MODEL:
        return WORDS(cache_models);
    case MDL_P_CACHE_POLICY:
        return WORDS(cache_policies);
    case MDL_P_CACHE_START:
        return WORDS(cache_starts);
    case MDL_P_MULTI_AZ:
    case MDL_P_CACHE_COALESCE:
    case MDL_P_CACHE_MULTI_AZ:
    case MDL_P_CACHE_GLOBAL:
    case MDL_P_WITH_CACHE:
    case MDL_P_WITH_PAGINATION:
    case MDL_P_WITH_INDEXES:
    case MDL_P_WITH_COMPRESSION:
        return WORDS(switches);
    case MDL_P_STORAGE:
        return WORDS(volumes);
    }
    *count = 0;
    return NULL;
}
