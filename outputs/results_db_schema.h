/* Tables and views of the results database. docs/results.md explains them. */
#ifndef OUTPUTS_RESULTS_DB_SCHEMA_H
#define OUTPUTS_RESULTS_DB_SCHEMA_H

/* The statements that make an empty database of version OUT_DB_SCHEMA, to be run in one
 * transaction. Ends with NULL. */
extern const char *const out_db_schema_sql[];

#endif
