/* The catalog: facts about AWS types, as plain records. Filled by the reader of inputs/catalog/.
 *
 * Every figure comes from a row with a source; a figure the catalog lacks is NAN, never zero.
 */
#ifndef MODELS_CATALOG_H
#define MODELS_CATALOG_H

#include <stdbool.h>

#include "sim/base_arena.h"

enum { MDL_REGIONS = 3 };
extern const char *const mdl_region_names[MDL_REGIONS]; /* "eu-west-3", "eu-west-1", "us-east-1" */

/* y(t3.large): the yield of the reference machine's two threads over one (Geekbench 6 row of
 * inputs/catalog/sparecores.csv; the catalog's reader checks that the row says so). */
#define MDL_REFERENCE_YIELD 1.436

/* CPU of an EC2, RDS or ElastiCache type. */
struct mdl_cpu {
    int vcpus;
    int physical_cores;
    double capacity; /* C: all threads busy, relative to t3.large (CoreMark ratio) */
    double
        capacity_geekbench; /* C by the Geekbench 6 multi-core ratio: the other end of its range */
    double thread_yield; /* y: throughput of all threads over one (Geekbench row; see SOURCES.md) */
    const char *capacity_source;
    const char *yield_source;
};

struct mdl_instance_type {
    const char *name;    /* "t3.large", "db.t3.large", "cache.t3.medium" */
    const char *family;  /* "t3" */
    const char *service; /* "ec2", "rds", "elasticache" */
    const char *arch;    /* "x86_64", "arm64", or NULL */
    double memory_gib;
    struct mdl_cpu cpu;
    double network_baseline_gbps; /* NAN: unknown */
    double network_burst_gbps;
    double ebs_mbps;         /* sustained bandwidth to EBS, Mbit/s; NAN: unknown */
    double ebs_iops;         /* sustained EBS operations of 16 KiB per second; NAN: unknown */
    double credits_per_hour; /* NAN: not burstable */
    double max_credits;
    const char *credit_mode;   /* default mode: "standard", "unlimited"; NULL: not burstable */
    const char *credit_modes;  /* allowed: "standard|unlimited"; NULL: not burstable */
    const char *credit_source; /* ids in SOURCES.md; NULL: not burstable */
    double surplus_usd_per_vcpu_hour; /* of surplus credits charged; NAN: not burstable */
    int max_connections_postgresql;   /* rds; 0 elsewhere */
    int max_connections_mysql;
    int max_connections; /* elasticache; 0 elsewhere */
    double
        redis_cpu_per_op_s; /* elasticache: CPU of one command, from the redis rows; NAN unknown */
    double maxmemory_bytes; /* elasticache */
    double usd_per_hour[MDL_REGIONS]; /* on demand, Linux or PostgreSQL Single-AZ or Redis; NAN
                                         unknown */
    double usd_per_hour_mysql[MDL_REGIONS]; /* rds */
    const char *price_basis[MDL_REGIONS];   /* "sourced", "derived_ratio_m5", ... */
    bool verified_eu_west_3;                /* sold in Paris: verified */
    const char *source;                     /* ids in SOURCES.md */
    const char *as_of;                      /* date of the row's prices */
    const char *redis_source; /* elasticache: where redis_cpu_per_op_s comes from; else NULL */
};

/* One figure of demands.csv, storage.csv or lb_network.csv. */
struct mdl_fact {
    const char *table;    /* "demands" */
    const char *category; /* "redis", "ebs", "alb" */
    const char *item;
    const char *parameter;
    const char *platform; /* or region */
    const char *value;    /* as written: may be a range "0.5-3" */
    const char *unit;
    const char *conditions;
    const char *source;
    const char *as_of; /* date of the source */
};

struct mdl_catalog {
    struct sim_arena *arena;
    const char *date; /* compiled on */
    struct mdl_instance_type *types;
    int type_count;
    struct mdl_fact *facts;
    int fact_count;
};

/* The fact of that category, item and parameter: the first whose platform is `platform` (NULL:
 * any). NULL when there is none. */
const struct mdl_fact *mdl_catalog_fact(const struct mdl_catalog *catalog, const char *category,
                                        const char *item, const char *parameter,
                                        const char *platform);

/* The type by exact name, or NULL. */
const struct mdl_instance_type *mdl_catalog_type(const struct mdl_catalog *catalog,
                                                 const char *name);

/* Total work rate at n = 1..vcpus busy threads, in units of one thread of t3.large (DESIGN 5.2):
 * one thread runs at capacity x y(t3.large) / y; jobs fill idle physical cores first, then their
 * second threads; all threads deliver capacity x y(t3.large). `rates` has vcpus entries. */
void mdl_cpu_rates(const struct mdl_cpu *cpu, double *rates);

#endif
