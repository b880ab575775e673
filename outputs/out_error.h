/* When the world fails (disk, database, gnuplot): a status, and the caller's record of why.
 *
 * The text is one line for a reader, without a trailing newline; control characters in it are
 * already made visible. It is written only when the status is not OUT_OK.
 */
#ifndef OUTPUTS_OUT_ERROR_H
#define OUTPUTS_OUT_ERROR_H

enum { OUT_ERROR_SIZE = 512 };

struct out_error {
    char text[OUT_ERROR_SIZE];
};

enum out_status {
    OUT_OK = 0,
    OUT_FAILED,     /* see the error record */
    OUT_NO_RUN,     /* database: it holds no run of that id; see the error record */
    OUT_NO_GNUPLOT, /* charts: the scripts were written, gnuplot is not installed */
};

/* Fills the record (NULL is allowed) and returns OUT_FAILED. Cut where it is too long. */
enum out_status out_error_set(struct out_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
