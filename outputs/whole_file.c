#include "outputs/whole_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum out_status out_folder_make(const char *folder, struct out_error *error) {
    char path[OUT_PATH_SIZE];
    if (strlen(folder) >= sizeof path) {
        return out_error_set(error, "the folder name is too long: %.200s...", folder);
    }
    strcpy(path, folder);
    for (char *c = path; *c != '\0'; c++) {
        if (*c == '/' && c > path && c[1] != '\0') {
            *c = '\0';
            (void)mkdir(path, 0777); /* what matters is the last one */
            *c = '/';
        }
    }
    struct stat status;
    if (mkdir(path, 0777) != 0 && (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))) {
        return out_error_set(error, "cannot make the folder %s: %s", folder,
                             strerror(errno == EEXIST ? ENOTDIR : errno));
    }
    return OUT_OK;
}

enum out_status out_file_begin(struct out_file *file, const char *path, struct out_error *error) {
    int length = snprintf(file->path, sizeof file->path, "%s", path);
    int temporary_length =
        snprintf(file->temporary, sizeof file->temporary, "%s.%ld.part", path, (long)getpid());
    if (length >= (int)sizeof file->path || temporary_length >= (int)sizeof file->temporary) {
        return out_error_set(error, "the file name is too long: %.200s...", path);
    }
    file->stream = fopen(file->temporary, "w");
    if (file->stream == NULL) {
        return out_error_set(error, "cannot write %s: %s", path, strerror(errno));
    }
    return OUT_OK;
}

enum out_status out_file_commit(struct out_file *file, struct out_error *error) {
    errno = 0;
    int bad = ferror(file->stream);
    if (fclose(file->stream) != 0 || bad != 0) {
        int reason = errno;
        unlink(file->temporary);
        return out_error_set(error, "cannot write %s: %s", file->path,
                             reason != 0 ? strerror(reason) : "a write failed");
    }
    if (rename(file->temporary, file->path) != 0) {
        int reason = errno;
        unlink(file->temporary);
        return out_error_set(error, "cannot write %s: %s", file->path, strerror(reason));
    }
    return OUT_OK;
}

void out_file_abandon(struct out_file *file) {
    fclose(file->stream);
    unlink(file->temporary);
}
