#include "cli/replication_store.h"

static void failed(struct cli_store *store, enum out_status status) {
    store->failed = store->failed || status != OUT_OK;
}

static unsigned char *get(void *context, const struct mdl_scenario *scenario, uint64_t seed,
                          int replication, size_t *size) {
    struct cli_store *store = context;
    unsigned char *bytes = NULL;
    if (store->db != NULL && !store->failed) {
        failed(store, out_db_get_replication(store->db, scenario->run_hash, seed, replication,
                                             JAUGE_VERSION, &bytes, size, &store->error));
        store->found += bytes != NULL;
    }
    return bytes;
}

static void put(void *context, const struct mdl_scenario *scenario, uint64_t seed, int replication,
                const unsigned char *bytes, size_t size) {
    struct cli_store *store = context;
    if (store->db != NULL && !store->failed) {
        failed(store, out_db_put_replication(store->db, scenario->run_hash, seed, replication,
                                             JAUGE_VERSION, bytes, size, &store->error));
        store->kept += !store->failed;
    }
}

void cli_store_init(struct cli_store *store, struct out_db *db) {
    *store = (struct cli_store){.db = db};
    store->interface = (struct std_store){get, put, store};
}
