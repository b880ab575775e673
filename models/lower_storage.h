/* Lowering: the volumes of the database's servers. Private to models/lower*.c.
 *
 * What a volume sustains follows from its type and size (storage.csv: ec2ug, rdsug), RDS striping
 * 400 GiB and more over four EBS volumes:
 *
 *   gp2   3 operations/s per GiB, 100 to 16 000 per stripe; a stripe below 1000 GiB bursts to 3000
 *         while its bucket of 5.4 million credits lasts; 128 MiB/s per stripe up to 170 GiB, else
 * 250 gp3   3000 operations/s and 125 MiB/s below 400 GiB, 12 000 and 500 from there, or as
 *         provisioned
 *   io1   as provisioned; io2 with io1's range
 *
 * and no more than the instance's own sustained bandwidth and operations to EBS (ec2.csv: the
 * smaller of the baseline of its EC2 type and the maximum of its RDS class).
 */
#ifndef MODELS_LOWER_STORAGE_H
#define MODELS_LOWER_STORAGE_H

#include "models/lower_steps.h"

struct mdl_volume {
    double iops;             /* sustained, operations/s */
    double burst_iops;       /* gp2 that bursts; 0: no */
    double bucket;           /* credits of the burst, operations */
    double bytes_per_s;      /* INFINITY: no limit of the volume's own */
    double instance_iops;    /* of the server; INFINITY: unknown */
    double instance_bytes_s; /* of the server; INFINITY: unknown */
};

/* Latencies, page size and the figures of the volume type, computed where they are not given. The
 * scope in hand is the whole. False after diagnostics. */
bool mdl_storage_derive(struct mdl_lowering *lowering);

/* The volume of a server of the type. After mdl_storage_derive. */
struct mdl_volume mdl_storage_volume(const struct mdl_lowering *lowering,
                                     const struct mdl_instance_type *type);

/* The limiters of a tier's volumes, TIER.iops, TIER.burst and TIER.throughput: one bucket per
 * server, with the servers' pool `with` where there are several. */
void mdl_storage_places(struct mdl_lowering *lowering, const char *tier,
                        const struct mdl_instance_type *type, int servers, const char *with);

/* So many operations of so many bytes in all pass the limits of the tier's volume: of `server`, or
 * (-1) of the one held. */
void mdl_storage_pass(struct mdl_steps *steps, const char *tier, double operations, double bytes,
                      int server, const char *what);

#endif
