/* See models/lower_storage.h. */
#include "models/lower_storage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double STORAGE_CV = 0.5; /* assumption */
static const double MIB = 1048576;
static const double STRIPED_GIB = 400; /* storage.csv: 4 striped volumes from 400 GiB */
static const double STRIPES = 4;
static const double BURSTING_GIB = 1000;     /* volumes < 1000 GiB */
static const double SMALL_GIB = 170;         /* 128 MiB/s up to this size */
static const double IO_GIB = 100;            /* the least io1 */
static const double BITS_TO_BYTES = 1e6 / 8; /* Mbit/s */
static const double PROVISIONED_IO = 3000;   /* assumption: io1 and io2 when nothing is said */
static const double PAGES[] = {8192, 16384}; /* PostgreSQL, MySQL */
static const char *const PAGE_TEXTS[] = {"8KiB", "16KiB"};

/* --- facts --------------------------------------------------------------------------------- */

static const struct mdl_fact *fact(struct mdl_lowering *l, const char *category, const char *item,
                                   const char *parameter, enum mdl_parameter_id id) {
    const struct mdl_fact *found = mdl_catalog_fact(l->catalog, category, item, parameter, NULL);
    if (!found) {
        sim_diag_add(l->diags, "bad-catalog", mdl_parameters[id].key, "a row of storage.csv", NULL,
                     "no %s of %s %s", parameter, category, item);
    }
    return found;
}

/* 1 after a diagnostic. */
static double figure(struct mdl_lowering *l, const char *category, const char *item,
                     const char *parameter, enum mdl_parameter_id id) {
    const struct mdl_fact *found = fact(l, category, item, parameter, id);
    return found ? strtod(found->value, NULL) : 1;
}

/* The two ends of a range, LOW-HIGH, that ends the text. */
static void ends_of(const char *text, double *low, double *high) {
    size_t at = strcspn(text, "0123456789");
    *low = 0;
    *high = INFINITY;
    if (sscanf(text + at, "%lf-%lf", low, high) != 2) {
        *low = 0;
        *high = INFINITY;
    }
}

static double size_gib(const struct mdl_lowering *l) {
    return mdl_number(l, MDL_P_STORAGE_SIZE) / MDL_GIB;
}

static double stripes(const struct mdl_lowering *l) {
    return size_gib(l) >= STRIPED_GIB ? STRIPES : 1;
}

static const char *gp3_item(const struct mdl_lowering *l) {
    return stripes(l) > 1 ? "gp3 >=400 GiB" : "gp3 <400 GiB";
}

/* --- what is computed ---------------------------------------------------------------------- */

static void derive_latency(struct mdl_lowering *l, enum mdl_parameter_id id, const char *what) {
    static const char *const levels[3] = {"low", "mid", "high"};
    /* io1 has no row: the slower volumes' latencies */
    bool io1 = (int)mdl_number(l, MDL_P_STORAGE) == MDL_VOLUME_IO1;
    const char *volume = io1 ? "gp3" : l->scope.values[MDL_P_STORAGE].text;
    double ms[3];
    if (l->scope.values[id].given) {
        return;
    }
    for (int i = 0; i < 3; i++) {
        ms[i] = figure(l, "ebs", volume,
                       sim_arena_print(l->arena, "%s_io_latency_%s", what, levels[i]), id);
    }
    const char *source =
        sim_arena_print(l->arena, "%sstorage.csv: ebs %s %s_io_latency (netflix); cv assumed",
                        io1 ? "assumption, as gp3: " : "", volume, what);
    mdl_derive_dist(l, id, sim_dist_lognormal(ms[1] / 1e3, STORAGE_CV),
                    mdl_lognormal_text(l, ms[1] / 1e3, STORAGE_CV),
                    mdl_lognormal_text(l, ms[0] / 1e3, STORAGE_CV),
                    mdl_lognormal_text(l, ms[2] / 1e3, STORAGE_CV), source);
}

static void derive_figure(struct mdl_lowering *l, enum mdl_parameter_id id, double value,
                          const char *source) {
    const char *text = id == MDL_P_DB_THROUGHPUT
                           ? sim_arena_print(l->arena, "%.6gMiB/s", value / MIB)
                           : sim_arena_print(l->arena, "%.9g", value);
    mdl_derive_number(l, id, value, text, NULL, NULL, source);
}

static void refuse(struct mdl_lowering *l, enum mdl_parameter_id id, const char *expected,
                   double found, const char *unit) {
    sim_diag_add(l->diags, "out-of-range", mdl_key(l, id), expected, NULL, "%.9g%s", found, unit);
}

/* What is provisioned lies within the limits. */
static void check_between(struct mdl_lowering *l, enum mdl_parameter_id id, double low, double high,
                          double unit, const char *unit_text, const char *why) {
    double value = mdl_number(l, id) / unit;
    if (l->scope.values[id].given && (value < low * (1 - 1e-9) || value > high * (1 + 1e-9))) {
        refuse(l, id,
               low == high ? sim_arena_print(l->arena, "%.9g%s: %s", low, unit_text, why)
                           : sim_arena_print(l->arena, "from %.9g%s to %.9g%s: %s", low, unit_text,
                                             high, unit_text, why),
               value, unit_text);
    }
}

static void derive_gp2(struct mdl_lowering *l) {
    double n = stripes(l);
    double gib = size_gib(l) / n;
    double per_gib = figure(l, "ebs", "gp2", "baseline_iops_per_gib", MDL_P_DB_IOPS);
    double least = figure(l, "ebs", "gp2", "baseline_iops_min", MDL_P_DB_IOPS);
    double most = figure(l, "ebs", "gp2", "baseline_iops_max", MDL_P_DB_IOPS);
    double slow = figure(l, "ebs", "gp2", "throughput_max", MDL_P_DB_THROUGHPUT);
    double fast = figure(l, "ebs", "gp2", "throughput_max_burst", MDL_P_DB_THROUGHPUT);
    static const enum mdl_parameter_id ids[] = {MDL_P_DB_IOPS, MDL_P_DB_THROUGHPUT};
    for (int i = 0; i < 2; i++) {
        if (l->scope.values[ids[i]].given) {
            sim_diag_add(l->diags, "out-of-range", mdl_key(l, ids[i]),
                         "no figure: gp2's follow from \"storage_size\"",
                         "\"storage\": \"gp3\", or io1 or io2", "a figure for a gp2 volume");
        }
    }
    derive_figure(l, MDL_P_DB_IOPS, n * fmin(most, fmax(least, per_gib * gib)),
                  "storage.csv: gp2 3 IOPS/GiB, 100 to 16 000 (ec2ug); 4 stripes from 400 GiB "
                  "(rdsug)");
    derive_figure(l, MDL_P_DB_THROUGHPUT, n * (gib <= SMALL_GIB ? slow : fast) * MIB,
                  "storage.csv: gp2 128 MiB/s up to 170 GiB, else 250 (ec2ug)");
}

static void derive_gp3(struct mdl_lowering *l) {
    const char *item = gp3_item(l);
    bool large = stripes(l) > 1;
    const struct mdl_fact *iops = fact(l, "rds", item, "baseline_iops", MDL_P_DB_IOPS);
    const struct mdl_fact *bytes = fact(l, "rds", item, "baseline_throughput", MDL_P_DB_THROUGHPUT);
    if (!iops || !bytes) {
        return;
    }
    double low = strtod(iops->value, NULL);
    double high = low;
    double slow = strtod(bytes->value, NULL);
    double fast = slow;
    derive_figure(l, MDL_P_DB_IOPS, low, "storage.csv: rds gp3 baseline_iops (rdsug)");
    derive_figure(l, MDL_P_DB_THROUGHPUT, slow * MIB,
                  "storage.csv: rds gp3 baseline_throughput (rdsug)");
    const char *why = "gp3 below 400 GiB cannot be raised";
    if (large) {
        ends_of(iops->conditions, &low, &high);
        ends_of(bytes->conditions, &slow, &fast);
        why = "what gp3 can be provisioned with from 400 GiB on";
    }
    check_between(l, MDL_P_DB_IOPS, low, high, 1, " operations/s", why);
    check_between(l, MDL_P_DB_THROUGHPUT, slow, fast, MIB, " MiB/s", why);
}

static void derive_io(struct mdl_lowering *l) {
    const struct mdl_fact *range =
        fact(l, "rds", "io1",
             stripes(l) > 1 ? "iops_range 400-65536 GiB" : "iops_range 100-399 GiB", MDL_P_DB_IOPS);
    double low = 0;
    double high = 0;
    if (!range) {
        return;
    }
    ends_of(range->value, &low, &high);
    if (size_gib(l) < IO_GIB) {
        refuse(l, MDL_P_STORAGE_SIZE, "at least 100 GiB for io1 and io2", size_gib(l), " GiB");
    }
    derive_figure(l, MDL_P_DB_IOPS, PROVISIONED_IO,
                  "assumption; storage.csv: rds io1 iops_range (rdsug)");
    check_between(l, MDL_P_DB_IOPS, low, high, 1, " operations/s",
                  "what io1 of that size can be provisioned with (io2 alike, assumption)");
    if (!l->scope.values[MDL_P_DB_THROUGHPUT].given) {
        l->scope.values[MDL_P_DB_THROUGHPUT].number = INFINITY; /* the catalog has none */
    }
}

bool mdl_storage_derive(struct mdl_lowering *l) {
    int errors = l->diags->errors;
    int engine = (int)mdl_number(l, MDL_P_ENGINE);
    derive_latency(l, MDL_P_READ_LATENCY, "read");
    derive_latency(l, MDL_P_WRITE_LATENCY, "write");
    mdl_derive_number(l, MDL_P_PAGE_SIZE, PAGES[engine], PAGE_TEXTS[engine], NULL, NULL,
                      mdl_parameters[MDL_P_PAGE_SIZE].source);
    switch ((int)mdl_number(l, MDL_P_STORAGE)) {
    case MDL_VOLUME_GP2:
        derive_gp2(l);
        break;
    case MDL_VOLUME_GP3:
        derive_gp3(l);
        break;
    default:
        derive_io(l);
        break;
    }
    return l->diags->errors == errors;
}

/* --- volumes and limits --------------------------------------------------------------------- */

struct mdl_volume mdl_storage_volume(const struct mdl_lowering *l,
                                     const struct mdl_instance_type *type) {
    const struct mdl_value *values = l->arch->values;
    struct mdl_volume volume = {
        .iops = values[MDL_P_DB_IOPS].number,
        .bytes_per_s = values[MDL_P_DB_THROUGHPUT].number,
        .instance_iops = isnan(type->ebs_iops) ? INFINITY : type->ebs_iops,
        .instance_bytes_s = isnan(type->ebs_mbps) ? INFINITY : type->ebs_mbps * BITS_TO_BYTES,
    };
    double gib = values[MDL_P_STORAGE_SIZE].number / MDL_GIB;
    double n = gib >= STRIPED_GIB ? STRIPES : 1;
    const struct mdl_fact *burst = mdl_catalog_fact(l->catalog, "ebs", "gp2", "burst_iops", NULL);
    const struct mdl_fact *bucket =
        mdl_catalog_fact(l->catalog, "ebs", "gp2", "io_credit_bucket_max", NULL);
    if ((int)values[MDL_P_STORAGE].number == MDL_VOLUME_GP2 && gib / n < BURSTING_GIB && burst &&
        bucket) {
        volume.burst_iops = n * strtod(burst->value, NULL);
        volume.bucket = n * strtod(bucket->value, NULL);
    }
    return volume;
}

static void add_limit(struct mdl_lowering *l, const char *name, double rate, double burst,
                      int servers, const char *with) {
    struct mdl_limiter *limiter = mdl_add_limiter(l, name);
    limiter->rate_per_s = rate;
    limiter->burst = fmax(1, burst);
    limiter->waits = true;
    limiter->queue = -1;
    limiter->instances = servers;
    limiter->with = servers > 1 ? with : NULL;
}

static bool has_limit(const struct mdl_network *n, const char *name) {
    for (int i = 0; i < n->limiter_count; i++) {
        if (strcmp(n->limiters[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

void mdl_storage_places(struct mdl_lowering *l, const char *tier,
                        const struct mdl_instance_type *type, int servers, const char *with) {
    const struct mdl_volume v = mdl_storage_volume(l, type);
    double window = l->arch->values[MDL_P_STORAGE_WINDOW].number;
    double iops = fmin(v.burst_iops > 0 ? v.burst_iops : v.iops, v.instance_iops);
    double bytes = fmin(v.bytes_per_s, v.instance_bytes_s);
    add_limit(l, mdl_place_name(l, tier, "", "iops"), iops, iops * window, servers, with);
    if (v.burst_iops > 0) {
        add_limit(l, mdl_place_name(l, tier, "", "burst"), v.iops, v.bucket, servers, with);
    }
    if (isfinite(bytes)) {
        add_limit(l, mdl_place_name(l, tier, "", "throughput"), bytes, bytes * window, servers,
                  with);
    }
}

void mdl_storage_pass(struct mdl_steps *b, const char *tier, double operations, double bytes,
                      int server, const char *what) {
    static const char *const parts[] = {"iops", "burst", "throughput"};
    for (int i = 0; i < 3; i++) {
        const char *name = mdl_place_name(b->lowering, tier, "", parts[i]);
        if (has_limit(b->lowering->network, name)) {
            struct mdl_step *step = mdl_steps_add(b, MDL_STEP_LIMIT, name, what);
            step->tokens = i < 2 ? operations : bytes;
            step->instance = server < 0 ? 0 : server;
            step->instance_count = server < 0 ? 0 : 1;
        }
    }
}
