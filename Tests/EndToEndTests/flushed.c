// A disk that drops what was not flushed, for tests: loaded before a host, it copies each file of
// the folder FLUSHED_UNDER into FLUSHED_TO when it is flushed. What lies there is what a loss of
// power leaves. It changes nothing else.

#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int reader(const char *path) {
    static struct { char *path; int descriptor; } readers[32];
    for (int i = 0; i < 32; i++) {
        if (readers[i].path && strcmp(readers[i].path, path) == 0) return readers[i].descriptor;
        if (!readers[i].path) {
            readers[i].path = strdup(path);
            readers[i].descriptor = open(path, O_RDONLY | O_CLOEXEC);
            return readers[i].descriptor;
        }
    }
    abort();
}

static void copy(const char *from, const char *to) {
    char draft[PATH_MAX], buffer[65536];
    snprintf(draft, sizeof draft, "%s.%d.new", to, getpid());
    // Closing any descriptor of a file drops the locks that the process has on it, so the one for
    // reading is opened once for each file and stays open.
    int in = reader(from);
    int out = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0) abort();
    ssize_t count;
    off_t at = 0;
    while ((count = pread(in, buffer, sizeof buffer, at)) > 0) {
        if (write(out, buffer, count) != count) abort();
        at += count;
    }
    close(out);
    if (rename(draft, to) != 0) abort();
}

static void keep(int descriptor) {
    const char *under = getenv("FLUSHED_UNDER"), *folder = getenv("FLUSHED_TO");
    char link[64], path[PATH_MAX], to[PATH_MAX];
    if (!under || !folder) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    if (strncmp(path, under, strlen(under)) != 0) return;
    const char *name = strrchr(path, '/') + 1;
    if (!strstr(name, ".db")) return;
    snprintf(to, sizeof to, "%s/%s", folder, name);
    pthread_mutex_lock(&one_at_a_time);
    copy(path, to);
    pthread_mutex_unlock(&one_at_a_time);
}

int fdatasync(int descriptor) {
    int code = syscall(SYS_fdatasync, descriptor);
    if (code == 0) keep(descriptor);
    return code;
}

int fsync(int descriptor) {
    int code = syscall(SYS_fsync, descriptor);
    if (code == 0) keep(descriptor);
    return code;
}
