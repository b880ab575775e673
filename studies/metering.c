/* Metered quantities of an architecture (models/lower_meters.c), per replication. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"

static const double HOUR_S = 3600;
/* One load balancer capacity unit (lb_network.csv: alb LCU). */
static const double NEW_CONNECTIONS_PER_S = 25;
static const double ACTIVE_CONNECTIONS = 3000;
static const double BYTES_PER_H = 1e9;

static int station_index(const struct mdl_program *p, const char *name) {
    for (uint32_t i = 0; i < p->station_count; i++) {
        if (strcmp(p->stations[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int source_index(const struct mdl_program *p, const char *name) {
    for (uint32_t i = 0; i < p->source_count; i++) {
        if (strcmp(p->sources[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static double visits(const struct mdl_program *p, const struct mdl_result *r,
                     const struct mdl_meter *meter) {
    int index = station_index(p, meter->place);
    if (index < 0) {
        return NAN; /* no step comes to it */
    }
    const struct mdl_station_code *station = &p->stations[index];
    double sum = 0;
    for (uint32_t i = 0; i < station->instances; i++) {
        for (uint32_t c = 0; c < p->class_count; c++) {
            size_t at = (size_t)(station->first_place + i) * p->class_count + c;
            sum += meter->weights[c] * (double)r->visits[at].outcome[MDL_OK];
        }
    }
    return sum;
}

static double tokens(const struct std_builder *b, const struct mdl_result *r,
                     const struct mdl_meter *meter) {
    struct std_buckets buckets = std_buckets_of(b, meter->place);
    double sum = buckets.count > 0 ? 0 : NAN;
    for (uint32_t i = buckets.first; i < buckets.first + buckets.count; i++) {
        sum += r->balances[i].taken;
    }
    return sum;
}

static double requests(const struct mdl_program *p, const struct mdl_result *r,
                       const struct mdl_meter *meter) {
    size_t source = (size_t)source_index(p, meter->place);
    double sum = 0;
    for (uint32_t c = 0; c < p->class_count; c++) {
        const struct mdl_sojourn *s = &r->requests[source * p->class_count + c];
        sum += meter->weights[c] * (double)s->outcome[MDL_OK];
    }
    return sum;
}

/* Averages over stretches of an hour (of a bucket, where that is longer); the last one may be
 * shorter. */
static double capacity_units(const struct std_builder *b, const struct mdl_result *r,
                             const struct mdl_meter *meter) {
    const struct mdl_program *p = b->program;
    size_t source = (size_t)source_index(p, meter->place);
    int buckets = b->f->bucket_count;
    double units = 0;
    double connections = 0;
    double active = 0;
    double bytes = 0;
    double length = 0;
    for (int k = 0; k < buckets; k++) {
        size_t at = source * (size_t)buckets + (size_t)k;
        double width = fmin(b->f->bucket_s, b->f->observed_s - k * b->f->bucket_s);
        connections += r->arrivals[at] * meter->amount;
        active += r->users[source].bucket_mean[k] * meter->amount * width;
        for (uint32_t c = 0; c < p->class_count; c++) {
            size_t place = (source * p->class_count + c) * (size_t)buckets + (size_t)k;
            bytes += meter->weights[c] * (double)r->buckets[place].ok;
        }
        length += width;
        if (length >= HOUR_S * (1 - 1e-9) || k == buckets - 1) {
            double most = fmax(connections / length / NEW_CONNECTIONS_PER_S,
                               active / length / ACTIVE_CONNECTIONS);
            most = fmax(most, bytes / (length / HOUR_S) / BYTES_PER_H);
            units += most * length / HOUR_S;
            connections = active = bytes = length = 0;
        }
    }
    return units;
}

static double quantity(const struct std_builder *b, const struct mdl_result *r,
                       const struct mdl_meter *meter) {
    switch (meter->kind) {
    case MDL_METER_TIME:
        return meter->amount * r->observed_s / HOUR_S;
    case MDL_METER_VISITS:
        return visits(b->program, r, meter);
    case MDL_METER_TOKENS:
        return tokens(b, r, meter);
    case MDL_METER_REQUESTS:
        return requests(b->program, r, meter);
    case MDL_METER_LCU:
        return capacity_units(b, r, meter);
    }
    return NAN;
}

void std_build_meters(struct std_builder *b) {
    const struct mdl_scenario *scenario = b->f->scenario;
    for (int i = 0; i < scenario->meter_count; i++) {
        const struct mdl_meter *meter = &scenario->meters[i];
        double *values = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            values[r] = quantity(b, b->results[r], meter);
        }
        std_add_mean(b, "meter", meter->name, "quantity", meter->unit, values);
    }
}
