/* Files written whole or not at all: under a temporary name in the same folder, then renamed. */
#ifndef OUTPUTS_WHOLE_FILE_H
#define OUTPUTS_WHOLE_FILE_H

#include <stdio.h>

#include "outputs/out_error.h"

enum { OUT_PATH_SIZE = 4096 };

struct out_file {
    FILE *stream; /* write here */
    char path[OUT_PATH_SIZE];
    char temporary[OUT_PATH_SIZE];
};

/* Makes the folder and those above it (mode 0777 less the umask); no error if it is there. */
enum out_status out_folder_make(const char *folder, struct out_error *error);

/* Opens a temporary file beside `path`. On OUT_OK one of commit and abandon must follow. */
enum out_status out_file_begin(struct out_file *file, const char *path, struct out_error *error);

/* Closes, checks every write, and renames over `path`. On failure nothing is left behind. */
enum out_status out_file_commit(struct out_file *file, struct out_error *error);

/* Closes and removes the temporary file; `path` is as it was. */
void out_file_abandon(struct out_file *file);

#endif
