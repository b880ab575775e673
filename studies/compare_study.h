/* The compare study: variants run with common random numbers, and compared with the first.
 *
 * It knows no files and no database: specs come from a spec source, findings from an answerer.
 */
#ifndef STUDIES_COMPARE_STUDY_H
#define STUDIES_COMPARE_STUDY_H

#include "studies/comparison.h"
#include "studies/run_study.h"

/* Spec source: from a document and assignments to a checked scenario. */
struct std_spec_source {
    /* The scenario of a variant, borrowed: it must outlive the comparison. NULL: it could not be
     * read, and the source has told why. */
    const struct mdl_scenario *(*spec)(void *context, const struct std_variant *variant);
    void *context;
};

/* Answers what a run would find: from a result store, or by std_run and storing. */
struct std_answerer {
    /* The caller frees. NULL: it failed, and the answerer has told why. `options` has seed and
     * replications only. */
    struct std_findings *(*answer)(void *context, const struct std_variant *variant,
                                   const struct mdl_scenario *scenario,
                                   const struct std_run_options *options);
    void *context;
};

/* How all variants are run; what is not given is the first scenario's, else the default of `run`.
 */
struct std_compare_options {
    bool has_seed;
    uint64_t seed;
    int replications; /* 0: not given */
};

/* Reads all variants (>= 2) first, then runs each. Variants without label get the name of their
 * scenario, or the document where names are the same. NULL when the source or the answerer failed;
 * a bad variant does not keep the others from being read when `read_all` is set. Free with
 * std_comparison_free. */
struct std_comparison *std_compare(const struct std_design *design, bool read_all,
                                   const struct std_spec_source *source,
                                   const struct std_answerer *answerer,
                                   const struct std_compare_options *options);

#endif
