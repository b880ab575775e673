/* Stations of the network form. */
#include <string.h>

#include "inputs/dist_text.h"
#include "inputs/network_reader.h"

enum { SERVERS_MAX = 1000000, INSTANCES_MAX = 100000 };

static const int64_t CUSTOMERS_MAX = 1000000000000;
static const double SPEED_MAX = 1e9;
static const double CREDITS_MAX = 1e9;
static const double NS = 1e-9; /* the smallest span that the clock knows, in s */

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }
#define WORDS(list) list, (int)(sizeof(list) / sizeof(list)[0])

static const char *const discipline_words[] = {
    [MDL_FCFS] = "fcfs",   [MDL_PS] = "ps",
    [MDL_DELAY] = "delay", [MDL_PRIORITY] = "priority",
    [MDL_LCFS] = "lcfs",   [MDL_LCFS_PR] = "lcfs_pr",
    [MDL_SIRO] = "random", [MDL_PRIORITY_PREEMPTIVE] = "priority_preemptive",
    [MDL_RR] = "rr",
};
static const char *const balancer_words[] = {
    [MDL_RANDOM] = "random",
    [MDL_ROUND_ROBIN] = "round_robin",
    [MDL_LEAST_OUTSTANDING] = "least_outstanding",
    [MDL_WEIGHTED_RANDOM] = "weighted_random",
    [MDL_WEIGHTED_ROUND_ROBIN] = "weighted_round_robin",
    [MDL_POWER_OF] = "power_of",
};
static const char *const ties_words[] = {
    [MDL_TIES_RANDOM] = "random", [MDL_TIES_LOWEST] = "lowest"};
static const char *const when_full_words[] = {"reject", "push_out"};
static const char *const preempted_words[] = {
    [MDL_RESUME] = "resume", [MDL_RESTART] = "restart", [MDL_RESAMPLE] = "resample"};
static const char *const victim_words[] = {[MDL_NEWEST] = "newest", [MDL_OLDEST] = "oldest"};

/* --- instances, for stations and pools ---------------------------------------------------- */

void in_network_instances(struct in_json value, int *out) {
    in_json_int(value, 1, INSTANCES_MAX, out);
}

void in_network_choices(struct in_json value, int *out) {
    in_json_int(value, 1, INSTANCES_MAX, out);
}

void in_network_ties(struct in_json value, enum mdl_ties *out) {
    int choice = (int)*out;
    in_json_choice(value, WORDS(ties_words), &choice);
    *out = (enum mdl_ties)choice;
}

void in_network_finish_balancer(struct in_json value, enum mdl_balancer balancer, int instances,
                                int *choices) {
    if (in_json_present(in_json_get(value, "with"))) {
        in_json_conflict(value, "balancer",
                         "no \"balancer\" beside \"with\": the place held "
                         "decides");
    }
    if (balancer != MDL_POWER_OF) {
        in_json_conflict(value, "choices", "\"choices\" only beside \"balancer\": \"power_of\"");
    } else if (*choices == 0) {
        *choices = instances < 2 ? instances : 2;
    }
}

/* --- speeds ------------------------------------------------------------------------------- */

static bool read_positive(struct in_json value, const char *expected, double *out) {
    double number = 0;
    if (!in_json_number(value, 0, SPEED_MAX, &number)) {
        return false;
    }
    if (number <= 0) {
        in_json_wrong(value, "out-of-range", expected, NULL);
        return false;
    }
    *out = number;
    return true;
}

static bool read_speed(struct in_json value, double *out) {
    return read_positive(value, "a speed above 0", out);
}

static bool read_factor(struct in_json value, double *out) {
    return in_json_number(value, 0, SPEED_MAX, out);
}

static void station_speed(struct in_json value, void *record) {
    read_speed(value, &((struct mdl_station *)record)->speed);
}

static void station_speeds(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int count = in_json_array(value) ? in_json_count(value) : 0;
    if (count == 0) {
        if (in_json_is_array(value)) {
            in_json_wrong(value, "empty-list", "the total speed at 1, 2, ... jobs", NULL);
        }
        return;
    }
    station->speeds = sim_arena_array(value.context->arena, (size_t)count, sizeof *station->speeds);
    station->speed_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        read_speed(item, &station->speeds[item.index]);
    }
}

static void schedule_points(struct in_json value, void *record) {
    struct mdl_station *station = record;
    station->schedule = in_network_points(value, read_factor, &station->schedule_count);
}

static void schedule_every(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_station *)record)->schedule_every_s);
}

static const struct in_field schedule_fields[] = {
    {"points", true, schedule_points},
    {"every", false, schedule_every},
};
const struct in_form in_schedule_form = FORM("schedule", schedule_fields);

static void station_schedule(struct in_json value, void *record) {
    if (in_json_is_array(value)) {
        schedule_points(value, record);
    } else {
        in_json_read(value, &in_schedule_form, record);
    }
}

/* --- CPU credits -------------------------------------------------------------------------- */

static const char *const mode_words[] = {"standard", "unlimited"};

static void credits_earn(struct in_json value, void *record) {
    double per_s = 0;
    if (!in_json_rate(value, &per_s)) {
        return;
    }
    if (!(per_s > 0)) {
        in_json_wrong(value, "out-of-range", "a rate above 0", NULL);
        return;
    }
    ((struct mdl_credits *)record)->earn_per_h = per_s * 3600;
}

static void credits_cap(struct in_json value, void *record) {
    read_positive(value, "credits above 0", &((struct mdl_credits *)record)->cap);
}

static void credits_start(struct in_json value, void *record) {
    in_json_number(value, 0, CREDITS_MAX, &((struct mdl_credits *)record)->start);
}

static void credits_launch(struct in_json value, void *record) {
    in_json_number(value, 0, CREDITS_MAX, &((struct mdl_credits *)record)->launch);
}

static void credits_mode(struct in_json value, void *record) {
    int choice = 0;
    in_json_choice(value, WORDS(mode_words), &choice);
    ((struct mdl_credits *)record)->unlimited = choice == 1;
}

static void credits_resume(struct in_json value, void *record) {
    in_json_number(value, 0, CREDITS_MAX, &((struct mdl_credits *)record)->resume);
}

static const struct in_field credits_fields[] = {
    {"earn", true, credits_earn},    {"cap", false, credits_cap},
    {"start", false, credits_start}, {"launch", false, credits_launch},
    {"mode", false, credits_mode},   {"resume", false, credits_resume},
};
const struct in_form in_credits_form = FORM("credits", credits_fields);

static void station_credits(struct in_json value, void *record) {
    struct mdl_credits *credits = sim_arena_alloc(value.context->arena, sizeof *credits);
    if (!in_json_read(value, &in_credits_form, credits)) {
        return;
    }
    ((struct mdl_station *)record)->credits = credits;
    if (!in_json_present(in_json_get(value, "cap"))) {
        credits->cap = 24 * credits->earn_per_h;
    }
    if (!in_json_present(in_json_get(value, "resume"))) {
        credits->resume = mdl_credits_resume(credits->earn_per_h, credits->cap);
    }
    if (credits->unlimited) {
        in_json_conflict(value, "resume",
                         "no \"resume\" where the mode is \"unlimited\": nothing "
                         "is ever slowed");
    }
}

/* --- instances with figures of their own -------------------------------------------------- */

static void instance_speed(struct in_json value, void *record) {
    read_speed(value, &((struct mdl_instance *)record)->speed);
}

static void instance_servers(struct in_json value, void *record) {
    in_json_int(value, 1, SERVERS_MAX, &((struct mdl_instance *)record)->servers);
}

static void instance_weight(struct in_json value, void *record) {
    read_positive(value, "a weight above 0", &((struct mdl_instance *)record)->weight);
}

static const struct in_field instance_fields[] = {
    {"speed", false, instance_speed},
    {"servers", false, instance_servers},
    {"weight", false, instance_weight},
};
const struct in_form in_instance_form = FORM("instance", instance_fields);

/* After "speed" and "servers" of the station, which are the defaults. */
static void station_instances(struct in_json value, void *record) {
    struct mdl_station *station = record;
    if (!in_json_is_array(value)) {
        in_network_instances(value, &station->instances);
        return;
    }
    int count = in_json_count(value);
    if (count == 0 || count > INSTANCES_MAX) {
        in_json_wrong(value, count == 0 ? "empty-list" : "out-of-range",
                      "a list of 1 to 100000 instances", NULL);
        return;
    }
    station->instances = count;
    station->instance_list =
        sim_arena_array(value.context->arena, (size_t)count, sizeof *station->instance_list);
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        struct mdl_instance *instance = &station->instance_list[item.index];
        *instance = (struct mdl_instance){station->speed, station->servers, 1};
        in_json_read(item, &in_instance_form, instance);
    }
}

/* --- other keys --------------------------------------------------------------------------- */

static void station_prepare(struct in_json value, void *record) {
    *(struct mdl_station *)record = (struct mdl_station){
        .where = value.path, .servers = 1, .capacity = -1, .speed = 1, .instances = 1};
}

static void station_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_station *)record)->name);
}

static void station_discipline(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int choice = (int)station->discipline;
    in_json_choice(value, WORDS(discipline_words), &choice);
    station->discipline = (enum mdl_discipline)choice;
}

static void station_servers(struct in_json value, void *record) {
    in_json_int(value, 1, SERVERS_MAX, &((struct mdl_station *)record)->servers);
}

static void station_capacity(struct in_json value, void *record) {
    in_json_integer(value, 1, CUSTOMERS_MAX, &((struct mdl_station *)record)->capacity);
}

static void station_when_full(struct in_json value, void *record) {
    int choice = 0;
    in_json_choice(value, WORDS(when_full_words), &choice);
    ((struct mdl_station *)record)->push_out = choice == 1;
}

static void station_patience(struct in_json value, void *record) {
    struct mdl_station *station = record;
    station->has_patience = in_json_dist(value, &station->patience);
}

static void station_slots(struct in_json value, void *record) {
    in_json_int(value, 1, SERVERS_MAX, &((struct mdl_station *)record)->slots);
}

static void station_quantum(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_station *)record)->quantum_s);
}

static void station_switch(struct in_json value, void *record) {
    in_json_duration(value, 0, &((struct mdl_station *)record)->switch_s);
}

static void station_preempted(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int choice = (int)station->preempted;
    in_json_choice(value, WORDS(preempted_words), &choice);
    station->preempted = (enum mdl_preempted)choice;
}

static void station_victim(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int choice = (int)station->victim;
    in_json_choice(value, WORDS(victim_words), &choice);
    station->victim = (enum mdl_victim)choice;
}

static void station_balancer(struct in_json value, void *record) {
    struct mdl_station *station = record;
    int choice = (int)station->balancer;
    in_json_choice(value, WORDS(balancer_words), &choice);
    station->balancer = (enum mdl_balancer)choice;
}

static void station_choices(struct in_json value, void *record) {
    in_network_choices(value, &((struct mdl_station *)record)->choices);
}

static void station_ties(struct in_json value, void *record) {
    in_network_ties(value, &((struct mdl_station *)record)->ties);
}

static void station_with(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_station *)record)->with);
}

static void station_demand(struct in_json value, void *record) {
    struct mdl_station *station = record;
    if (!in_json_is_object(value)) {
        station->has_demand = in_json_dist(value, &station->demand);
        return;
    }
    size_t count = (size_t)in_json_count(value);
    struct sim_arena *arena = value.context->arena;
    station->demand_classes = sim_arena_array(arena, count, sizeof *station->demand_classes);
    station->demand_by_class = sim_arena_array(arena, count, sizeof *station->demand_by_class);
    station->demand_class_count = (int)count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        station->demand_classes[item.index] = in_json_key(item);
        station->demand_by_class[item.index] = sim_dist_constant(0);
        in_json_dist(item, &station->demand_by_class[item.index]);
    }
}

static const struct in_field station_fields[] = {
    {"name", true, station_name},
    {"discipline", false, station_discipline},
    {"servers", false, station_servers},
    {"capacity", false, station_capacity},
    {"when_full", false, station_when_full},
    {"patience", false, station_patience},
    {"slots", false, station_slots},
    {"quantum", false, station_quantum},
    {"switch", false, station_switch},
    {"preempted", false, station_preempted},
    {"victim", false, station_victim},
    {"speed", false, station_speed},
    {"speeds", false, station_speeds},
    {"schedule", false, station_schedule},
    {"instances", false, station_instances},
    {"balancer", false, station_balancer},
    {"choices", false, station_choices},
    {"ties", false, station_ties},
    {"with", false, station_with},
    {"demand", false, station_demand},
    {"credits", false, station_credits},
};
const struct in_form in_station_form = FORM("station", station_fields);

/* --- across keys -------------------------------------------------------------------------- */

/* Keys that go with one discipline only. */
static const struct {
    const char *key;
    enum mdl_discipline with;
    const char *expected;
} companions[] = {
    {"slots", MDL_PS, "\"slots\" only where the discipline is \"ps\""},
    {"quantum", MDL_RR, "\"quantum\" only where the discipline is \"rr\""},
    {"switch", MDL_RR, "\"switch\" only where the discipline is \"rr\""},
    {"preempted", MDL_PRIORITY_PREEMPTIVE,
     "\"preempted\" only where the discipline is \"priority_preemptive\""},
    {"victim", MDL_PRIORITY_PREEMPTIVE,
     "\"victim\" only where the discipline is \"priority_preemptive\""},
};

static void finish_discipline(struct in_json value, const struct mdl_station *station) {
    for (int i = 0; i < (int)(sizeof companions / sizeof companions[0]); i++) {
        if (station->discipline != companions[i].with) {
            in_json_conflict(value, companions[i].key, companions[i].expected);
        }
    }
    if (station->discipline == MDL_DELAY) {
        in_json_conflict(value, "servers",
                         "no \"servers\" where the discipline is \"delay\": "
                         "none waits");
        in_json_conflict(value, "speeds", "no \"speeds\" where the discipline is \"delay\"");
        in_json_conflict(value, "credits",
                         "no \"credits\" where the discipline is \"delay\": no server is busy");
    }
    if (station->discipline == MDL_RR) {
        in_json_need(value, "quantum",
                     "\"quantum\": the longest slice of service, such as "
                     "\"4ms\"");
    }
    bool nobody_waits = station->discipline == MDL_DELAY || station->discipline == MDL_LCFS_PR ||
                        (station->discipline == MDL_PS && station->slots == 0);
    if (nobody_waits) {
        in_json_conflict(value, "patience",
                         "no \"patience\" where every arrival is served at once "
                         "(delay, lcfs_pr, ps without slots)");
    }
}

static void finish_instances(struct in_json value, const struct mdl_station *station) {
    struct in_json list = in_json_get(value, "instances");
    for (struct in_json item = {0}; station->instance_list && in_json_next(list, &item);) {
        if (station->speeds) {
            in_json_conflict(item, "speed", "either \"speeds\" or instances with their own speed");
        }
        if (station->discipline == MDL_DELAY) {
            in_json_conflict(item, "servers",
                             "no \"servers\" where the discipline is \"delay\": "
                             "none waits");
        }
    }
}

static void station_finish(struct in_json value, void *record) {
    struct mdl_station *station = record;
    finish_discipline(value, station);
    finish_instances(value, station);
    if (station->speeds) {
        in_json_conflict(value, "speed", "either \"speed\" or \"speeds\"");
    }
    if (station->push_out) {
        in_json_need(value, "capacity", "\"capacity\" where \"when_full\" is \"push_out\"");
    }
    in_network_finish_balancer(value, station->balancer, station->instances, &station->choices);
}

void in_network_stations(struct in_json value, void *record) {
    static const struct in_record kind = {&in_station_form, sizeof(struct mdl_station),
                                          station_prepare, station_finish};
    struct mdl_network *network = record;
    network->stations = in_json_records(value, &kind, &network->station_count);
}
