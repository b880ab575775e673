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

/* Answers what runs would find: from a result store, or by std_run_all and storing. */
struct std_answerer {
    /* The findings of all variants of the design, all with the same seed and number of
     * replications; the caller frees them. False: it failed (none is set), and the answerer has
     * told why. `options` has seed, replications and aim only. */
    bool (*answer)(void *context, const struct std_design *design,
                   const struct mdl_scenario *const *scenarios,
                   const struct std_run_options *options, struct std_findings **findings,
                   struct std_stopping *stopping);
    void *context;
};

/* How all variants are run; what is not given is the first scenario's, else the default of `run`.
 */
struct std_compare_options {
    bool has_seed;
    uint64_t seed;
    int replications;               /* 0: not given */
    struct mdl_precision precision; /* not given: `within` and `at_most` are 0 */
};

/* Reads all variants (>= 2) first, then runs them, in one pool of work. Variants without label get
 * the name of their scenario, or the document where names are the same. NULL when the source or the
 * answerer failed; a bad variant does not keep the others from being read when `read_all` is set.
 * Free with std_comparison_free. */
struct std_comparison *std_compare(const struct std_design *design, bool read_all,
                                   const struct std_spec_source *source,
                                   const struct std_answerer *answerer,
                                   const struct std_compare_options *options);

#endif
