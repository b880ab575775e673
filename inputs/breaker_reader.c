/* Circuit breakers of the network form. */
#include "inputs/network_reader.h"
#include "inputs/quantity.h"

enum { CALLS_MAX = 1000000 };

static const double NS = 1e-9; /* the smallest span that the clock knows, in s */

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }

static void breaker_prepare(struct in_json value, void *record) {
    struct mdl_breaker *breaker = record;
    *breaker = (struct mdl_breaker){.where = value.path, .over = 100, .probes = 1};
    for (int i = 0; i < IN_FAILURES; i++) {
        breaker->on[1 + i] = true;
    }
}

static void breaker_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_breaker *)record)->name);
}

static void breaker_failures(struct in_json value, void *record) {
    struct mdl_breaker *breaker = record;
    if (in_json_share(value, &breaker->failures) && !(breaker->failures > 0)) {
        in_json_wrong(value, "out-of-range", "a share above 0", NULL);
    }
}

static void breaker_calls(struct in_json value, void *record) {
    in_json_int(value, 1, CALLS_MAX, &((struct mdl_breaker *)record)->calls);
}

static void breaker_over(struct in_json value, void *record) {
    in_json_int(value, 1, CALLS_MAX, &((struct mdl_breaker *)record)->over);
}

static void breaker_open_for(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_breaker *)record)->open_for_s);
}

static void breaker_probes(struct in_json value, void *record) {
    in_json_int(value, 1, CALLS_MAX, &((struct mdl_breaker *)record)->probes);
}

static void breaker_on(struct in_json value, void *record) {
    in_network_failures(value, ((struct mdl_breaker *)record)->on);
}

static const struct in_field breaker_fields[] = {
    {"name", true, breaker_name},
    {"failures", true, breaker_failures},
    {"calls", false, breaker_calls},
    {"over", false, breaker_over},
    {"open_for", true, breaker_open_for},
    {"probes", false, breaker_probes},
    {"on", false, breaker_on},
};
const struct in_form in_breaker_form = FORM("breaker", breaker_fields);

/* Without a least number of calls the window must be full. */
static void breaker_finish(struct in_json value, void *record) {
    struct mdl_breaker *breaker = record;
    if (!in_json_present(in_json_get(value, "calls"))) {
        breaker->calls = breaker->over;
    }
}

void in_network_breakers(struct in_json value, void *record) {
    static const struct in_record kind = {&in_breaker_form, sizeof(struct mdl_breaker),
                                          breaker_prepare, breaker_finish};
    struct mdl_network *network = record;
    network->breakers = in_json_records(value, &kind, &network->breaker_count);
}
