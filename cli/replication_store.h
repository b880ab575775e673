/* The result store of studies/replicate.h, kept in the results database: each replication is
 * committed when it ends. */
#ifndef CLI_REPLICATION_STORE_H
#define CLI_REPLICATION_STORE_H

#include "outputs/results_db.h"
#include "studies/replicate.h"

struct cli_store {
    struct out_db *db; /* NULL: none could be opened; nothing is kept */
    bool failed;       /* a write failed: no other is tried */
    struct out_error error;
    int found; /* replications that it gave */
    int kept;
    struct std_store interface;
};

/* A store over `db` (borrowed; may be NULL). `store` must stay where it is. */
void cli_store_init(struct cli_store *store, struct out_db *db);

#endif
