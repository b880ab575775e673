/* The architecture form's parameters: one line each, for the reader, the lowering, the listing of
 * assumptions and the documents.
 *
 * A line says the JSON path of the key, what kind of value it takes, its unit, its default with a
 * low and a high value, where these come from, and what it is. Values are spelled as in a scenario,
 * and read by the same code. NULL as default: the figure is computed or taken from the catalog when
 * the architecture is lowered. NULL as range: none is known (names), or it comes with the figure.
 * Sources: "brief" is the customer's load estimate; "demands.csv" and other tables are in
 * inputs/catalog/; "assumption" is our judgement, to be replaced by a measurement.
 */
#ifndef MODELS_ASSUMPTIONS_H
#define MODELS_ASSUMPTIONS_H

#include <stdbool.h>

#include "sim/dist.h"

enum mdl_value_kind {
    MDL_COUNT,     /* a whole number from 1 */
    MDL_COUNT0,    /* a whole number from 0 */
    MDL_RATIO,     /* a number above 0 */
    MDL_EXPONENT,  /* a number from 0 to 20 */
    MDL_SWITCH,    /* "on" or "off", or true or false: 1 or 0 */
    MDL_SHARE,     /* "15%" */
    MDL_DURATION,  /* "2m"; s */
    MDL_RATE,      /* "100/h"; 1/s */
    MDL_SIZE,      /* "20KB"; bytes */
    MDL_BANDWIDTH, /* "2.5MB/s"; bytes/s */
    MDL_TIME_DIST, /* "lognormal(8ms, cv=1.5)"; s */
    MDL_NAME,      /* a name */
    MDL_WORD,      /* one of the words of mdl_parameter_words */
    MDL_POINTS,    /* a list of [time, value]; read by a reader of its own */
    MDL_KINDS,     /* a list of kinds of requests, such as ["read"] */
};

/* clang-format off */

/* X(id, key, kind, unit, default, low, high, source, text) */
#define MDL_PARAMETER_LIST(X)                                                                      \
    X(READING, "workload.reading", MDL_WORD, "name", NULL, NULL, NULL,                             \
      "convention: personas for a launch day, back_to_back for a load test",                       \
      "how the brief's frequencies are read")                                                      \
    X(LOAD_FACTOR, "workload.load_factor", MDL_RATIO, "ratio", "1", "0.5", "3",                    \
      "brief: its figures as they stand", "multiplies the request rate of the reading")            \
    X(DURATION_CV, "workload.duration_cv", MDL_EXPONENT, "ratio", "0", "0", "0.5",                 \
      "brief: durations as they stand; it calls them means",                                       \
      "coefficient of variation of the actions' durations, lognormal; 0: constant")                \
    X(LAUNCH_USERS, "workload.launch_day.users", MDL_COUNT, "users", "10000", "5000", "20000",     \
      "brief; range assumed", "users over the whole curve")                                        \
    X(LAUNCH_CURVE, "workload.launch_day.curve", MDL_POINTS, "share of users",                     \
      "[[\"1h\", \"15%\"], [\"4h\", \"50%\"], [\"24h\", \"100%\"]]", NULL, NULL, "brief",          \
      "cumulative share of the users who have arrived")                                            \
    X(LAUNCH_SIMULTANEOUS, "workload.launch_day.simultaneous", MDL_SHARE, "share of users", "3%",  \
      "2%", "5%", "brief; range assumed", "share of the users present at once in the first hour")  \
    X(LAUNCH_STAY, "workload.launch_day.stay", MDL_TIME_DIST, "s", NULL, NULL, NULL,               \
      "Little's law: simultaneous users over the arrival rate of the curve's first part; "         \
      "lognormal with cv 1 assumed", "how long a user stays")                                      \
    X(LAUNCH_ARRIVALS, "workload.launch_day.arrivals", MDL_WORD, "name", "poisson", NULL, NULL,    \
      "assumption: independent users", "number of users: poisson about the total, or fixed")       \
    X(LAUNCH_SHAPE, "workload.launch_day.shape", MDL_WORD, "name", "linear", NULL, NULL,           \
      "assumption", "the curve between its points: linear or smooth")                              \
    X(TEST_PROFILE, "workload.load_test.profile", MDL_POINTS, "users",                             \
      "[[\"0s\", 0], [\"10m\", 300], [\"40m\", 300], [\"45m\", 0]]", NULL, NULL, "brief",          \
      "number of simulated users over time")                                                       \
    X(SME_SHARE, "workload.personas.sme_manager.share", MDL_SHARE, "share of users", "70%", "50%", \
      "90%", "assumption: the brief gives no shares", "users who are SME managers")                \
    X(SME_RATE, "workload.personas.sme_manager.rate", MDL_RATE, "1/s", "10/h", "5/h", "20/h",      \
      "brief; range assumed", "actions an SME manager starts per hour of presence")                \
    X(MARKETING_SHARE, "workload.personas.marketing_manager.share", MDL_SHARE, "share of users",   \
      "30%", "10%", "50%", "assumption: the brief gives no shares",                                \
      "users who are marketing managers")                                                          \
    X(MARKETING_RATE, "workload.personas.marketing_manager.rate", MDL_RATE, "1/s", "5/h", "2/h",   \
      "10/h", "brief; range assumed", "actions a marketing manager starts per hour of presence")   \
    X(CREATE_KIND, "workload.actions.create_client.kind", MDL_NAME, "name", "write", NULL, NULL,   \
      "derived: 100/h to 200/h is as 30 % writes to 60 % reads", "request kind of create_client")  \
    X(CREATE_REQUESTS, "workload.actions.create_client.requests", MDL_COUNT, "requests", "5", "3", \
      "8", "brief; range assumed", "requests of one create_client")                                \
    X(CREATE_DURATION, "workload.actions.create_client.duration", MDL_DURATION, "s", "2m", "1m",   \
      "4m", "brief; range assumed", "time over which create_client spreads its requests")          \
    X(CREATE_FREQUENCY, "workload.actions.create_client.frequency", MDL_RATE, "1/s", "100/h",      \
      "50/h", "200/h", "brief; range assumed", "frequency of create_client, as the reading says")  \
    X(VIEW_KIND, "workload.actions.view_data.kind", MDL_NAME, "name", "read", NULL, NULL,          \
      "derived: 100/h to 200/h is as 30 % writes to 60 % reads", "request kind of view_data")      \
    X(VIEW_REQUESTS, "workload.actions.view_data.requests", MDL_COUNT, "requests", "3", "2", "6",  \
      "brief; range assumed", "requests of one view_data")                                         \
    X(VIEW_DURATION, "workload.actions.view_data.duration", MDL_DURATION, "s", "1m", "30s", "2m",  \
      "brief; range assumed", "time over which view_data spreads its requests")                    \
    X(VIEW_FREQUENCY, "workload.actions.view_data.frequency", MDL_RATE, "1/s", "200/h", "100/h",   \
      "400/h", "brief; range assumed", "frequency of view_data, as the reading says")              \
    X(EXPORT_KIND, "workload.actions.export_report.kind", MDL_NAME, "name", "export", NULL, NULL,  \
      "assumption: the brief has exports without a scenario", "request kind of export_report")     \
    X(EXPORT_REQUESTS, "workload.actions.export_report.requests", MDL_COUNT, "requests", "1", "1", \
      "3", "assumption: the brief has exports without a scenario", "requests of one export_report")\
    X(EXPORT_DURATION, "workload.actions.export_report.duration", MDL_DURATION, "s", "1m", "30s",  \
      "2m", "assumption: the brief has exports without a scenario",                                \
      "time that export_report takes a user")                                                      \
    X(EXPORT_FREQUENCY, "workload.actions.export_report.frequency", MDL_RATE, "1/s",               \
      "33.3333/h", "20/h", "100/h", "derived: 10 % of the actions at the scale of the other two",  \
      "frequency of export_report, as the reading says")                                           \
    X(MIX_READ, "workload.mix.read", MDL_SHARE, "share of actions", "60%", "50%", "80%",           \
      "brief; range assumed", "actions that read")                                                 \
    X(MIX_WRITE, "workload.mix.write", MDL_SHARE, "share of actions", "30%", "10%", "40%",         \
      "brief; range assumed", "actions that write")                                                \
    X(MIX_EXPORT, "workload.mix.export", MDL_SHARE, "share of actions", "10%", "5%", "20%",        \
      "brief; range assumed", "actions that export")                                               \
    X(REGION, "infrastructure.region", MDL_WORD, "name", "eu-west-3", NULL, NULL,                  \
      "assumption: French users, so Paris", "AWS region")                                          \
    X(HOP, "infrastructure.hop", MDL_TIME_DIST, "s", "0.5ms", "0.12ms", "1.2ms",                   \
      "lb_network.csv: rtt same AZ 0.12-0.151 ms, cross-AZ planning range 0.5-1.2 ms",             \
      "network round trip of a call between two services of a region")                             \
    X(CALL_CPU, "infrastructure.call_cpu", MDL_TIME_DIST, "s", "lognormal(1ms, cv=1)",             \
      "lognormal(0.3ms, cv=1)", "lognormal(5ms, cv=1)",                                            \
      "assumption: decoding, authorization and encoding of one call",                              \
      "CPU of one call on the service that is called")                                             \
    X(HOME_ROUND_TRIP, "infrastructure.home_round_trip", MDL_TIME_DIST, "s", NULL, NULL, NULL,     \
      "lb_network.csv", "network round trip between a region and that of the database")            \
    X(ROUND_TRIP, "infrastructure.client.round_trip", MDL_TIME_DIST, "s",                          \
      "lognormal(25ms, cv=0.5)", "lognormal(10ms, cv=0.5)", "lognormal(60ms, cv=0.5)",             \
      "assumption: access lines in France to Paris, connections kept alive",                       \
      "network round trip between a user and the load balancer")                                   \
    X(BANDWIDTH, "infrastructure.client.bandwidth", MDL_BANDWIDTH, "B/s", "2.5MB/s", "0.5MB/s",    \
      "12.5MB/s", "assumption: 20 Mbit/s (4 to 100) of an office line",                            \
      "rate at which a response reaches its user")                                                 \
    X(REQUEST_SIZE, "infrastructure.client.request_size", MDL_SIZE, "B", "1KB", "500B", "4KB",     \
      "assumption: headers and a short body", "size of a request on the wire")                     \
    X(CONNECTIONS_PER_USER, "infrastructure.client.connections_per_user", MDL_RATIO,               \
      "connections", "2", "1", "6", "assumption: HTTP/2 keeps one or two, HTTP/1.1 up to six",     \
      "connections that a user opens to the load balancer")                                        \
    X(BALANCER, "infrastructure.load_balancer.algorithm", MDL_WORD, "name", "round_robin", NULL,   \
      NULL, "lb_network.csv: ALB default (elbug)", "how the load balancer picks an instance")      \
    X(BALANCER_LATENCY, "infrastructure.load_balancer.latency", MDL_TIME_DIST, "s", "1.2ms",       \
      "0.5ms", "3ms", "lb_network.csv: alb added_latency_typical 0.5-3 ms (memory)",               \
      "time that the Application Load Balancer adds; an ALB in phase 1 is an assumption")          \
    X(APP_INSTANCE, "infrastructure.app.instance", MDL_NAME, "name", "t3.large", NULL, NULL,       \
      "brief", "EC2 type of the application servers")                                              \
    X(APP_COUNT, "infrastructure.app.count", MDL_COUNT, "instances", "3", "2", "6",                \
      "brief; range assumed", "number of application servers")                                     \
    X(APP_CAPACITY, "infrastructure.app.capacity", MDL_RATIO, "t3.large", NULL, NULL, NULL,        \
      "catalog", "work rate of an application server with all threads busy")                       \
    X(APP_YIELD, "infrastructure.app.thread_yield", MDL_RATIO, "threads", NULL, NULL, NULL,        \
      "catalog", "work of all threads of an application server over that of one alone")            \
    X(APP_CREDITS, "infrastructure.app.credits", MDL_WORD, "name", NULL, NULL, NULL,               \
      "credits.csv", "CPU credit mode of an application server of a burstable type: standard or unlimited") \
    X(APP_LAUNCHED, "infrastructure.app.launched", MDL_DURATION, "s", NULL, NULL, NULL,            \
      "assumption: started and checked an hour before the launch",                                 \
      "how long an application server of a burstable type has been idle before the start, earning credits") \
    X(WORKERS, "infrastructure.app.workers", MDL_COUNT, "requests", "32", "5", "200",              \
      "assumption: thread pools from 5 (Puma) to 200 (Tomcat)",                                    \
      "requests that an application server handles at once")                                       \
    X(ACCEPT_QUEUE, "infrastructure.app.accept_queue", MDL_COUNT0, "requests", "128", "0", "4096", \
      "assumption: listen backlogs of Linux (128, since 5.4 4096)",                                \
      "requests that wait for a worker of a server; beyond it: 503")                               \
    X(APP_MEMORY_BASE, "infrastructure.app.memory_base", MDL_SIZE, "B", "1GiB", "512MiB", "3GiB",  \
      "assumption", "memory of an idle application server, system included")                       \
    X(APP_MEMORY_REQUEST, "infrastructure.app.memory_per_request", MDL_SIZE, "B", "10MiB", "1MiB", \
      "50MiB", "assumption", "more memory per request in flight, waiting ones included")                                    \
    X(APP_RESTART, "infrastructure.app.restart", MDL_TIME_DIST, "s", "30s", "5s", "2m",            \
      "assumption: a supervisor starts the process anew",                                          \
      "time that a server whose memory ran out takes none, until its process is up again")         \
    X(NETWORK_ALLOWANCE, "infrastructure.app.network_allowance", MDL_DURATION, "s", "20m", "5m",   \
      "60m", "assumption; lb_network.csv: net burst, typically 5 to 60 minutes by size",           \
      "how long a full allowance lets an application server send at its network's burst rate")     \
    X(ENGINE, "infrastructure.database.engine", MDL_WORD, "name", "postgresql", NULL, NULL,        \
      "assumption: the brief names no engine", "database engine")                                  \
    X(DB_INSTANCE, "infrastructure.database.instance", MDL_NAME, "name", "db.t3.large", NULL,      \
      NULL, "brief", "RDS class of the database")                                                  \
    X(DB_CAPACITY, "infrastructure.database.capacity", MDL_RATIO, "t3.large", NULL, NULL, NULL,    \
      "catalog", "work rate of the database server with all threads busy")                         \
    X(DB_YIELD, "infrastructure.database.thread_yield", MDL_RATIO, "threads", NULL, NULL, NULL,    \
      "catalog", "work of all threads of the database server over that of one alone")              \
    X(DB_CREDITS, "infrastructure.database.credits", MDL_WORD, "name", NULL, NULL, NULL,           \
      "credits.csv", "CPU credit mode of a database server of a burstable type: standard or unlimited") \
    X(DB_LAUNCHED, "infrastructure.database.launched", MDL_DURATION, "s", NULL, NULL, NULL,        \
      "assumption: there, and idle, for a day before the launch",                                  \
      "how long a database server of a burstable type has been idle before the start, earning credits") \
    X(STORAGE, "infrastructure.database.storage", MDL_WORD, "name", "gp3", NULL, NULL,             \
      "assumption", "EBS volume type of the database")                                             \
    X(STORAGE_SIZE, "infrastructure.database.storage_size", MDL_SIZE, "B", "100GiB",               \
      "20GiB", "1000GiB",                                                                          \
      "assumption: the brief gives none",                                                          \
      "size of the volume")                                                                        \
    X(DB_IOPS, "infrastructure.database.iops", MDL_COUNT, "operations/s", NULL, NULL, NULL,        \
      "storage.csv",                                                                               \
      "storage operations a second that the volume sustains; provisioned ones for gp3, io1 "       \
      "and io2")                                                                                   \
    X(DB_THROUGHPUT, "infrastructure.database.throughput", MDL_BANDWIDTH, "B/s", NULL, NULL, NULL, \
      "storage.csv",                                                                               \
      "bytes a second that the volume sustains; provisioned ones for gp3")                         \
    X(STORAGE_WINDOW, "infrastructure.database.storage_window", MDL_DURATION, "s", "1s", "50ms",   \
      "5s", "assumption: limits are enforced over about a second",                                 \
      "time whose worth of operations and bytes may come at once after a pause")                   \
    X(PAGE_SIZE, "infrastructure.database.page_size", MDL_SIZE, "B", NULL, NULL, NULL,             \
      "assumption: defaults of the engines (memory)",                                              \
      "page of the engine: what one storage read reads")                                           \
    X(COMMIT_OPERATIONS, "infrastructure.database.commit_operations", MDL_COUNT,                   \
      "operations", "2", "1", "10",                                                                \
      "assumption: the flush of the log, and a changed page written back later",                   \
      "storage operations of one commit, of which the flush is waited for")                        \
    X(COMMIT_SIZE, "infrastructure.database.commit_size", MDL_SIZE, "B", "16KiB", "8KiB",          \
      "128KiB",                                                                                    \
      "assumption: log records and a changed page",                                                \
      "bytes written for one commit")                                                              \
    X(READ_LATENCY, "infrastructure.database.read_latency", MDL_TIME_DIST, "s", NULL, NULL, NULL,  \
      "storage.csv", "time of one storage read")                                                   \
    X(WRITE_LATENCY, "infrastructure.database.write_latency", MDL_TIME_DIST, "s", NULL, NULL,      \
      NULL, "storage.csv", "time of the storage write of one commit")                              \
    X(MULTI_AZ, "infrastructure.database.multi_az", MDL_SWITCH, "name", "off", NULL, NULL,         \
      "assumption: the brief names no standby",                                                    \
      "a standby in another zone, which every commit is copied to before it is acknowledged")      \
    X(STANDBY_LATENCY, "infrastructure.database.multi_az_latency", MDL_TIME_DIST, "s",             \
      "lognormal(2ms, cv=0.5)", "lognormal(1ms, cv=0.5)", "lognormal(5ms, cv=0.5)",                \
      "storage.csv: rds multi-AZ instance commit_latency_added 1-5 ms (memory); cv assumed",       \
      "time that the copy to the standby adds to a commit")                                        \
    X(DB_CONNECTIONS, "infrastructure.database.max_connections", MDL_COUNT, "connections", NULL,   \
      NULL, NULL, "rds.csv", "connections that the engine allows")                                 \
    X(POOL, "infrastructure.database.pool", MDL_COUNT, "connections", "10", "5", "50",             \
      "assumption: common pool defaults (HikariCP 10, SQLAlchemy 5 + 10)",                         \
      "database connections of one application server")                                            \
    X(POOL_TIMEOUT, "infrastructure.database.pool_timeout", MDL_DURATION, "s", "30s", "5s", "60s", \
      "assumption: common pool defaults (HikariCP and SQLAlchemy 30 s)",                           \
      "longest wait for a connection of the pool; beyond it the request fails")                    \
    X(DB_ROUND_TRIP, "infrastructure.database.round_trip", MDL_TIME_DIST, "s", "0.5ms", "0.12ms",  \
      "1.2ms", "lb_network.csv: rtt same AZ 0.12-0.151 ms, cross-AZ planning range 0.5-1.2 ms",    \
      "network round trip of one query")                                                           \
    X(DATA_SIZE, "infrastructure.database.data_size", MDL_SIZE, "B", "1GiB", "256MiB", "20GiB",    \
      "assumption: 100 KB of data and indexes per user",                                           \
      "data and indexes that queries touch")                                                       \
    X(PAGE_SKEW, "infrastructure.database.page_skew", MDL_EXPONENT, "exponent", "0.8",             \
      "0.64", "0.99",                                                                              \
      "demands.csv: web pages 0.64-0.83 (breslau99), YCSB 0.99 (memory)",                          \
      "Zipf exponent of the pages that queries touch")                                             \
    X(BUFFER_SHARE, "infrastructure.database.buffer_share", MDL_SHARE, "share of memory", NULL,    \
      NULL, NULL, "assumption: RDS default parameter groups (memory)",                             \
      "part of the instance's memory that is buffer pool")                                         \
    X(BUFFER_HIT, "infrastructure.database.buffer_hit", MDL_SHARE, "share of pages", NULL, NULL,   \
      NULL, "Che's approximation for LRU, at most 99 %",                                           \
      "pages found in the buffer pool")                                                            \
    X(QUERY_SIZE, "infrastructure.database.query_size", MDL_SIZE, "B", "4KB", "500B", "100KB",     \
      "assumption: a query and a few rows", "bytes of one query and its answer on the wire")       \
    X(DB_MEMORY_BASE, "infrastructure.database.memory_base", MDL_SIZE, "B", "512MiB", "256MiB",    \
      "1GiB", "assumption", "memory of the idle database server without its buffer pool")          \
    X(DB_MEMORY_CONNECTION, "infrastructure.database.memory_per_connection", MDL_SIZE, "B",        \
      "10MiB", "2MiB", "20MiB", "assumption", "more memory per connection in use")                 \
    X(REPLICAS, "infrastructure.database.replicas", MDL_COUNT0, "replicas", "0", "0", "5",         \
      "assumption: none in phase 1",                                                               \
      "read replicas of the database, or of each shard")                                           \
    X(REPLICA_INSTANCE, "infrastructure.database.replica_instance", MDL_NAME, "name", NULL,        \
      NULL, NULL,                                                                                  \
      "assumption: as the primary",                                                                \
      "RDS class of the read replicas")                                                            \
    X(REPLICA_CAPACITY, "infrastructure.database.replica_capacity", MDL_RATIO, "t3.large",         \
      NULL, NULL, NULL,                                                                            \
      "catalog",                                                                                   \
      "work rate of a read replica with all threads busy")                                         \
    X(REPLICA_YIELD, "infrastructure.database.replica_thread_yield", MDL_RATIO, "threads",         \
      NULL, NULL, NULL,                                                                            \
      "catalog",                                                                                   \
      "work of all threads of a read replica over that of one alone")                              \
    X(REPLICA_BALANCER, "infrastructure.database.replica_algorithm", MDL_WORD, "name",             \
      "round_robin", NULL, NULL,                                                                   \
      "assumption",                                                                                \
      "how reads are spread over the replicas")                                                    \
    X(READ_FROM, "infrastructure.database.read_from_replicas", MDL_KINDS, "names",                 \
      "[\"read\", \"export\"]", NULL, NULL,                                                        \
      "assumption: what only reads tolerates staleness",                                           \
      "kinds of requests that may read from a replica; those that commit do not")                  \
    X(REPLICATION_DELAY, "infrastructure.database.replication_delay", MDL_TIME_DIST, "s",          \
      "lognormal(10ms, cv=1)", "lognormal(1ms, cv=1)", "lognormal(1s, cv=1)",                      \
      "storage.csv: rds read replica typical_lag_same_region 0.01-1 s (memory); cv assumed",       \
      "time from a commit to its arrival at a replica")                                            \
    X(REPLAY_CPU, "infrastructure.database.replay_cpu", MDL_SHARE, "share of query_cpu",           \
      "30%", "10%", "60%",                                                                         \
      "assumption: changes are applied without being parsed or planned",                           \
      "CPU of a replica to replay a commit, of its queries' on the primary")                       \
    X(REPLAY_WORKERS, "infrastructure.database.replay_workers", MDL_COUNT, "processes",            \
      "1", "1", "8",                                                                               \
      "assumption: one process, as with PostgreSQL; MySQL can have several",                       \
      "commits that a replica replays at once")                                                    \
    X(STALE_OVERLAP, "infrastructure.database.stale_overlap", MDL_SHARE, "probability",            \
      "0.1%", "0.001%", "10%",                                                                     \
      "assumption",                                                                                \
      "that a read touches what one given commit has changed")                                     \
    X(SHARDS, "infrastructure.database.shards", MDL_COUNT, "shards", "1", "1", "8",                \
      "assumption: one database in phases 1 and 2",                                                \
      "databases that the data is divided over by key")                                            \
    X(SHARD_SKEW, "infrastructure.database.shard_skew", MDL_EXPONENT, "exponent", "0", "0", "1",   \
      "assumption: hashed keys are spread evenly",                                                 \
      "Zipf exponent of the shares that the shards have of the data and of the requests")          \
    X(SCATTER, "infrastructure.database.scatter", MDL_KINDS, "names", "[\"export\"]", NULL, NULL,  \
      "assumption: reports are over all customers",                                                \
      "kinds of requests that ask all shards and merge the answers")                               \
    X(MERGE_CPU, "infrastructure.database.merge_cpu", MDL_TIME_DIST, "s", "lognormal(0.5ms, "      \
      "cv=1)", "lognormal(0.1ms, cv=1)", "lognormal(5ms, cv=1)",                                   \
      "assumption",                                                                                \
      "CPU of the application server to merge one shard's answer")                                 \
    X(CACHE_INSTANCE, "infrastructure.cache.instance", MDL_NAME, "name", "cache.t3.medium", NULL,  \
      NULL, "brief", "ElastiCache node of the cache")                                              \
    X(CACHE_CREDITS, "infrastructure.cache.credits", MDL_WORD, "name", NULL, NULL, NULL,           \
      "credits.csv", "CPU credit mode of a cache node of a burstable type: standard or unlimited") \
    X(CACHE_LAUNCHED, "infrastructure.cache.launched", MDL_DURATION, "s", NULL, NULL, NULL,        \
      "assumption: there, and idle, for a day before the launch",                                  \
      "how long a cache node of a burstable type has been idle before the start, earning credits") \
    X(CACHE_HIT, "infrastructure.cache.hit", MDL_SHARE, "share of lookups", "80%", "50%", "95%",   \
      "assumption", "lookups of cacheable answers that find one")                                  \
    X(CACHE_MODEL, "infrastructure.cache.model", MDL_WORD, "name", NULL, NULL, NULL,               \
      "convention: store where items are given, else fixed",                                       \
      "how hits are found: fixed (the share hit), che (a share by Che's approximation), store "    \
      "(keys in a simulated store)")                                                               \
    X(CACHE_ITEMS, "infrastructure.cache.items", MDL_COUNT, "answers", "100000", "10000",          \
      "1000000", "assumption: ten answers per user of the brief",                                  \
      "different answers that requests ask for")                                                   \
    X(CACHE_ITEM_SIZE, "infrastructure.cache.item_size", MDL_SIZE, "B", "20KB", "2KB", "200KB",    \
      "assumption: as the response of a read", "memory of one answer with its key")                \
    X(CACHE_ZIPF, "infrastructure.cache.zipf", MDL_RATIO, "exponent", "0.9", "0.64", "1.1",        \
      "demands.csv: popularity of web pages 0.64-0.83 (1999), YCSB 0.99 (memory)",                 \
      "popularity: the answer of rank i is asked for as 1 / i^zipf")                               \
    X(CACHE_MEMORY, "infrastructure.cache.memory", MDL_SIZE, "B", NULL, NULL, NULL,                \
      "elasticache.csv", "memory for answers, over all shards")                                    \
    X(CACHE_TTL, "infrastructure.cache.ttl", MDL_DURATION, "s", "1h", "5m", "24h",                 \
      "assumption: stands for expiry and for invalidation by writes",                              \
      "life of an answer from its insertion")                                                      \
    X(CACHE_POLICY, "infrastructure.cache.policy", MDL_WORD, "name", "lru", NULL, NULL,            \
      "assumption: maxmemory-policy volatile-lru or allkeys-lru",                                  \
      "which answer makes room: lru (longest not used), fifo (first inserted)")                    \
    X(CACHE_START, "infrastructure.cache.start", MDL_WORD, "name", "cold", NULL, NULL,             \
      "assumption: nothing is cached at the launch",                                               \
      "cold: empty at the start, or warm: full of the most popular answers")                       \
    X(CACHE_FLUSH, "infrastructure.cache.flush_at", MDL_DURATION, "s", NULL, NULL, NULL,           \
      "none unless given", "when the cache loses all answers")                                     \
    X(CACHE_COALESCE, "infrastructure.cache.coalesce", MDL_SWITCH, "name", "off", NULL, NULL,        \
      "assumption: every miss asks the database",                                                  \
      "on: one fetch of an answer at a time, others wait for it")                                  \
    X(CACHE_SHARDS, "infrastructure.cache.shards", MDL_COUNT, "shards", "1", "1", "3",             \
      "brief: one node", "shards of the cluster, each with a command thread of its own")           \
    X(CACHE_REPLICAS, "infrastructure.cache.replicas", MDL_COUNT0, "nodes", "0", "0", "2",         \
      "brief: one node", "replicas of each shard; they serve no reads here")                       \
    X(CACHE_MULTI_AZ, "infrastructure.cache.multi_az", MDL_SWITCH, "name", "off", NULL, NULL,        \
      "brief: one node", "whether a replica in another zone takes over")                           \
    X(CACHE_GLOBAL, "infrastructure.cache.global_datastore", MDL_SWITCH, "name", "off", NULL, NULL,  \
      "assumption: caches of regions are apart",                                                   \
      "whether ElastiCache itself replicates between regions")                                     \
    X(CACHE_LAG, "infrastructure.cache.replication_lag", MDL_TIME_DIST, "s", "0.5s", "0.1s",       \
      "1s", "demands.csv: Redis Global Datastore, lag below 1 s (gh_gd)",                          \
      "time for an invalidation to come to the cache of another region")                           \
    X(CACHE_ROUND_TRIP, "infrastructure.cache.round_trip", MDL_TIME_DIST, "s", "0.3ms", "0.2ms",   \
      "0.5ms", "demands.csv: redis GET/SET end-to-end 0.2-0.5 ms in one AZ (memory)",              \
      "network round trip of one command")                                                         \
    X(COMMAND_CPU, "infrastructure.cache.command_cpu", MDL_TIME_DIST, "s", NULL, NULL, NULL,       \
      "sparecores.csv", "time of one command on the command thread")                               \
    X(COMMAND_SIZE, "infrastructure.cache.command_size", MDL_SIZE, "B", "1KB", "200B", "20KB",     \
      "assumption", "bytes of one cache command and its answer on the wire")                       \
    X(CACHE_DATA, "infrastructure.cache.data", MDL_SIZE, "B", "500MB", "100MB", "2GB",             \
      "assumption", "data held by the cache")                                                      \
    X(WITH_CACHE, "optimizations.cache", MDL_SWITCH, "name", "on", NULL, NULL,                       \
      "brief recommends it; the demands of requests describe it on", "cache of answers")           \
    X(WITH_PAGINATION, "optimizations.pagination", MDL_SWITCH, "name", "on", NULL, NULL,             \
      "brief recommends it; the demands of requests describe it on", "pages of lists")             \
    X(WITH_INDEXES, "optimizations.indexes", MDL_SWITCH, "name", "on", NULL, NULL,                   \
      "brief recommends them; the demands of requests describe them on",                           \
      "indexes for the queries of reads and writes")                                               \
    X(WITH_COMPRESSION, "optimizations.compression", MDL_SWITCH, "name", "on", NULL, NULL,           \
      "brief recommends it; the demands of requests describe it on", "compressed responses")       \
    X(LIST_SHARE, "optimizations.list_share", MDL_SHARE, "share of reads", "30%", "10%", "60%",    \
      "assumption", "reads that are lists: without pagination they answer with all rows")          \
    X(LIST_ROWS, "optimizations.list_rows", MDL_RATIO, "ratio", "10", "3", "50",                   \
      "assumption: 200 rows and pages of 20",                                                      \
      "rows of a whole list over those of a page: response size, pages and query CPU grow by it")  \
    X(ROW_CPU, "optimizations.row_cpu", MDL_SHARE, "share of app_cpu", "30%", "10%", "70%",        \
      "assumption", "part of a list's CPU on the application server that grows with its rows")     \
    X(SCAN_CPU, "optimizations.scan_cpu", MDL_RATIO, "ratio", "10", "3", "100",                    \
      "assumption; demands.csv: indexed read 0.05-0.15 ms, scan of 100k rows 20-60 ms (memory)",   \
      "query CPU of reads and writes without indexes over that with")                              \
    X(SCAN_PAGES, "optimizations.scan_pages", MDL_RATIO, "ratio", "20", "5", "200", "assumption",  \
      "pages of a query of reads and writes without indexes over those with")                      \
    X(COMPRESSED, "optimizations.compressed", MDL_SHARE, "share of bytes", "20%", "10%", "35%",    \
      "demands.csv: gzip of JSON 10-25 % (memory); range widened",                                 \
      "size of a compressed response over that of the text")                                       \
    X(COMPRESSION_CPU, "optimizations.compression_cpu", MDL_DURATION, "s per KiB", "16us",         \
      "16us", "46us", "Spare Cores: gzip on t3.large, levels 1 and 5 (scinsp, CC BY-SA 4.0)",      \
      "CPU of compressing 1 KiB of text, part of app_cpu while compression is on")                 \
    X(TIMEOUT, "policies.timeout", MDL_DURATION, "s", NULL, NULL, NULL, "none unless given",       \
      "longest wait of a client for a response, per attempt; beyond it the attempt has failed")    \
    X(CANCEL, "policies.cancel", MDL_WORD, "name", "none", NULL, NULL,                             \
      "assumption: servers do not notice that a client has gone",                                  \
      "what becomes of work given up: none (it goes on), waiting (withdrawn from queues), all")    \
    X(ATTEMPTS, "policies.attempts", MDL_COUNT, "attempts", "1", "1", "5",                         \
      "assumption: clients do not retry", "attempts of a request, the first included")             \
    X(BACKOFF, "policies.backoff", MDL_DURATION, "s", "100ms", "0s", "1s",                         \
      "assumption: common defaults of client libraries (50 ms to 1 s)",                            \
      "backoff before the second attempt; it doubles with every attempt")                          \
    X(BACKOFF_MAX, "policies.backoff_max", MDL_DURATION, "s", "20s", "1s", "60s",                  \
      "assumption: common defaults of client libraries (20 s)", "longest backoff")                 \
    X(JITTER, "policies.jitter", MDL_WORD, "name", "full", NULL, NULL,                             \
      "assumption: common defaults of client libraries", "jitter of the backoff: none, full, equal")\
    X(RETRY_BUDGET, "policies.retry_budget", MDL_SHARE, "share of requests", NULL, NULL, NULL,     \
      "none unless given", "retries allowed per request, over all requests of a kind in a region") \
    X(ABANDON_AFTER, "policies.abandon_after", MDL_TIME_DIST, "s", NULL, NULL, NULL,               \
      "none unless given", "wait for a worker after which a request is given up")                  \
    X(RATE_LIMIT, "policies.rate_limit", MDL_RATE, "1/s", NULL, NULL, NULL, "none unless given",   \
      "requests per second that the load balancer of a region lets through; others are shed (429)")\
    X(RATE_BURST, "policies.rate_burst", MDL_COUNT, "requests", "100", "1", "10000",               \
      "assumption", "requests let through at once before the rate limit bites")                    \
    X(MAX_IN_FLIGHT, "policies.max_in_flight", MDL_COUNT, "requests", NULL, NULL, NULL,            \
      "none unless given",                                                                         \
      "requests in the system of a region at once; those beyond are shed (503)")                   \
    X(DATA_TIMEOUT, "policies.data_timeout", MDL_DURATION, "s", NULL, NULL, NULL,                  \
      "none unless given", "longest wait of a server for the database; beyond it the request fails")\
    X(BREAKER_FAILURES, "policies.breaker.failures", MDL_SHARE, "share of calls", NULL, NULL, NULL,\
      "none unless given",                                                                         \
      "share of failures at which the circuit breaker of a fleet before the database opens")       \
    X(BREAKER_OVER, "policies.breaker.over", MDL_COUNT, "calls", "100", "20", "1000",              \
      "assumption: common defaults of libraries (100)",                                            \
      "last calls that the share of failures is taken over")                                       \
    X(BREAKER_CALLS, "policies.breaker.calls", MDL_COUNT, "calls", "20", "5", "100",               \
      "assumption: common defaults of libraries (10 to 100)", "calls it must have seen")           \
    X(BREAKER_OPEN_FOR, "policies.breaker.open_for", MDL_DURATION, "s", "30s", "5s", "60s",        \
      "assumption: common defaults of libraries (5 s to 60 s)",                                    \
      "how long it stays open before it lets probes through")                                      \
    X(BREAKER_PROBES, "policies.breaker.probes", MDL_COUNT, "calls", "5", "1", "10",               \
      "assumption: common defaults of libraries (1 to 10)", "probes that must succeed to close it")\
    X(QUEUE_LATENCY, "policies.queue_latency", MDL_TIME_DIST, "s", "lognormal(10ms, cv=0.5)",      \
      "lognormal(5ms, cv=0.5)", "lognormal(50ms, cv=0.5)", "assumption: a message queue in the region",\
      "time to put a job into the queue of background work")

/* X(id, key, kind, unit, text, read: default, low, high, source, write: ..., export: ...). Kinds of
 * other names have no defaults: all their keys are to be given. CPU demands are seconds of one
 * thread of t3.large. */
#define MDL_REQUEST_PARAMETER_LIST(X)                                                              \
    X(APP_CPU, "app_cpu", MDL_TIME_DIST, "s", "CPU of one request on an application server",       \
      "lognormal(8ms, cv=1.5)", "lognormal(3ms, cv=1.5)", "lognormal(40ms, cv=1.5)",               \
      "demands.csv: JSON endpoint 3-8 ms, server-rendered page 20-80 ms (memory); cv 1-2",         \
      "lognormal(12ms, cv=1.5)", "lognormal(5ms, cv=1.5)", "lognormal(60ms, cv=1.5)",              \
      "demands.csv: JSON endpoint 3-8 ms, server-rendered page 20-80 ms (memory); cv 1-2",         \
      "lognormal(60ms, cv=1.5)", "lognormal(20ms, cv=1.5)", "lognormal(80ms, cv=1.5)",             \
      "demands.csv: server-rendered page 20-80 ms (memory); cv 1-2")                               \
    X(APP_FIRST, "app_first", MDL_SHARE, "share of app_cpu", "part of app_cpu before data access", \
      "40%", "20%", "80%", "assumption", "60%", "20%", "80%", "assumption", "10%", "5%", "50%",    \
      "assumption")                                                                                \
    X(CACHE_COMMANDS, "cache_commands", MDL_COUNT0, "commands",                                    \
      "cache commands before data access (session, lookup)",                                       \
      "2", "1", "5", "assumption", "1", "1", "3", "assumption", "1", "1", "3", "assumption")       \
    X(CACHEABLE, "cacheable", MDL_SHARE, "share of requests",                                      \
      "requests whose answer the cache may hold",                                                  \
      "70%", "30%", "90%", "assumption", "0%", "0%", "0%", "assumption", "0%", "0%", "50%",        \
      "assumption")                                                                                \
    X(CACHE_UPDATES, "cache_updates", MDL_COUNT0, "commands",                                      \
      "cache commands after data access: fill after a miss, invalidation after a write",           \
      "1", "1", "2", "assumption", "1", "0", "3", "assumption", "0", "0", "1", "assumption")       \
    X(QUERIES, "queries", MDL_COUNT0, "queries", "database queries of one request",                \
      "2", "1", "10", "assumption", "4", "2", "10", "assumption", "1", "1", "5", "assumption")     \
    X(QUERY_CPU, "query_cpu", MDL_TIME_DIST, "s", "CPU of one query on the database server",       \
      "lognormal(0.5ms, cv=1.5)", "lognormal(0.1ms, cv=1.5)", "lognormal(5ms, cv=1.5)",            \
      "demands.csv: indexed read 0.05-0.15 ms (memory), lists and joins more; cv assumed",         \
      "lognormal(0.4ms, cv=1.5)", "lognormal(0.2ms, cv=1.5)", "lognormal(2ms, cv=1.5)",            \
      "demands.csv: simple UPDATE or INSERT 0.2-0.5 ms (memory), indexes more; cv assumed",        \
      "lognormal(40ms, cv=2)", "lognormal(20ms, cv=2)", "lognormal(500ms, cv=2)",                  \
      "demands.csv: aggregate of 100k rows 20-60 ms, of 1M rows 150-500 ms (memory); cv 2-4")      \
    X(PAGES, "pages", MDL_COUNT0, "pages", "database pages that one query touches",                \
      "5", "3", "50", "assumption: an index path and a few rows", "5", "3", "50",                  \
      "assumption: an index path and a few rows", "500", "100", "10000",                           \
      "assumption: a scan of some thousand rows")                                                  \
    X(COMMITS, "commits", MDL_COUNT0, "commits", "commits, each with one storage write",           \
      "0", "0", "0", "assumption", "1", "1", "3", "assumption: one transaction", "0", "0", "1",    \
      "assumption")                                                                                \
    X(RESPONSE_SIZE, "response_size", MDL_SIZE, "B", "size of the response on the wire",           \
      "20KB", "2KB", "200KB", "assumption", "2KB", "500B", "20KB", "assumption", "300KB", "50KB",  \
      "5MB", "assumption")

#define MDL_PARAMETER_ID(id, ...) MDL_P_##id,
enum mdl_parameter_id { MDL_PARAMETER_LIST(MDL_PARAMETER_ID) MDL_PARAMETERS };
#define MDL_REQUEST_PARAMETER_ID(id, ...) MDL_R_##id,
enum mdl_request_parameter_id {
    MDL_REQUEST_PARAMETER_LIST(MDL_REQUEST_PARAMETER_ID) MDL_REQUEST_PARAMETERS
};
/* clang-format on */

struct mdl_parameter {
    const char *key; /* "infrastructure.app.count"; of requests: "app_cpu" */
    enum mdl_value_kind kind;
    const char *unit;
    const char *likely; /* as in a scenario; NULL: computed */
    const char *low;
    const char *high;
    const char *source;
    const char *text;
};

extern const struct mdl_parameter mdl_parameters[MDL_PARAMETERS];

/* The request kinds that have defaults. */
enum { MDL_DEFAULT_KINDS = 3 };
extern const char *const mdl_default_kinds[MDL_DEFAULT_KINDS]; /* "read", "write", "export" */
extern const struct mdl_parameter mdl_request_parameters[MDL_DEFAULT_KINDS][MDL_REQUEST_PARAMETERS];

/* The words that a parameter of kind MDL_WORD takes; their places are the enums of models/arch.h.
 */
const char *const *mdl_parameter_words(enum mdl_parameter_id id, int *count);

/* The value of a parameter. */
struct mdl_value {
    bool given;           /* by the document */
    double number;        /* in SI units; MDL_WORD: the place of the word; NAN: not known yet */
    const char *text;     /* MDL_NAME; MDL_WORD: the word */
    struct sim_dist dist; /* MDL_TIME_DIST */
    const char **names;   /* MDL_KINDS */
    int name_count;
    bool known; /* number, text or dist is set */
};

#endif
