/* The engine: runs one replication of a program and leaves a result. */
#ifndef MODELS_ENGINE_H
#define MODELS_ENGINE_H

#include "models/program.h"
#include "models/result.h"
#include "sim/random.h"

struct mdl_world;

/* A world for the program (borrowed, must outlive it). One thread at a time; free with
 * mdl_world_free. */
struct mdl_world *mdl_world_new(const struct mdl_program *program);
void mdl_world_free(struct mdl_world *world);

/* Runs the replication named by `key` from an empty system to the horizon, checks the conservation
 * laws and returns its result (free with mdl_result_free). The same key gives the same bits
 * whatever the world ran before. */
struct mdl_result *mdl_world_run(struct mdl_world *world, struct sim_key key);

#endif
