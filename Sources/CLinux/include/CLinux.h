// Inline C for what Swift cannot call by itself: variadic functions, names that Swift reads as two
// things at once, and constants that the Glibc overlay leaves out. No policy may live here.
#ifndef HOLDFAST_CSYSTEM_H
#define HOLDFAST_CSYSTEM_H

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

// Every wrapper answers 0 (or a value of at least 0) when it worked, and minus errno when not, so
// that no caller has to read errno after something else may have changed it.

/// Opens `path` so that no child inherits the descriptor.
static inline int csystem_open(const char *path, int flags, unsigned int mode) {
    int fd;
    do { fd = open(path, flags | O_CLOEXEC, mode); } while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

// Linux's O_PATH, which glibc shows to _GNU_SOURCE only: names a file without opening it.
#define CSYSTEM_PATH_ONLY 010000000

/// Takes the exclusive whole-file lock of an open file, now or not at all (-EWOULDBLOCK).
static inline int csystem_flock_try(int fd) {
    int code;
    do { code = flock(fd, LOCK_EX | LOCK_NB); } while (code < 0 && errno == EINTR);
    return code < 0 ? -errno : 0;
}

/// Takes the exclusive whole-file lock of an open file, however long that takes.
static inline int csystem_flock_wait(int fd) {
    int code;
    do { code = flock(fd, LOCK_EX); } while (code < 0 && errno == EINTR);
    return code < 0 ? -errno : 0;
}

static inline int csystem_flock_release(int fd) {
    return flock(fd, LOCK_UN) < 0 ? -errno : 0;
}

// Linux's numbers for F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, which glibc shows to _GNU_SOURCE only.
#define CSYSTEM_OFD_GETLK 36
#define CSYSTEM_OFD_SETLK 37
#define CSYSTEM_OFD_SETLKW 38

static inline int csystem_range(int fd, int command, short type) {
    struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
    int code;
    do { code = fcntl(fd, command, &range); } while (code < 0 && errno == EINTR);
    return code < 0 ? -errno : 0;
}

/// Whether nobody else has the lock of a file's first byte (1) or somebody has (0).
static inline int csystem_byte_is_free(int fd) {
    struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
    return fcntl(fd, CSYSTEM_OFD_GETLK, &range) < 0 ? -errno : range.l_type == F_UNLCK;
}

/// Takes the lock of a file's first byte, which stands beside the whole-file lock and does not
/// touch it. It belongs to the open file, not to the process.
static inline int csystem_byte_wait(int fd) {
    return csystem_range(fd, CSYSTEM_OFD_SETLKW, F_WRLCK);
}

static inline int csystem_byte_release(int fd) {
    return csystem_range(fd, CSYSTEM_OFD_SETLK, F_UNLCK);
}

/// Keeps up to `trim_bytes` of free heap, and at most `arenas` heaps beside one another.
static inline void csystem_settle_allocator(int trim_bytes, int arenas) {
    mallopt(M_TRIM_THRESHOLD, trim_bytes);
    mallopt(M_ARENA_MAX, arenas);
}

/// Gives back the pages of the program itself that are mapped now. What is still needed comes back
/// from the page cache when it is next touched: nothing in these pages is ever changed.
static inline int csystem_forget_program_pages(void) {
    extern char __executable_start, etext;
    extern int getpagesize(void);
    unsigned long page = (unsigned long)getpagesize();
    unsigned long start = ((unsigned long)&__executable_start + page - 1) & ~(page - 1);
    unsigned long end = (unsigned long)&etext & ~(page - 1);
    if (end <= start) { return 0; }
    return madvise((void *)start, end - start, MADV_DONTNEED) < 0 ? -errno : 0;
}

/// The file system's magic number, as statfs(2) lists them.
static inline int csystem_file_system(const char *path, unsigned long *type) {
    struct statfs found;
    int code;
    do { code = statfs(path, &found); } while (code < 0 && errno == EINTR);
    if (code < 0) { return -errno; }
    *type = (unsigned long)found.f_type & 0xffffffffUL;
    return 0;
}

/// Asks for `signal` when the thread that made this process ends.
static inline int csystem_signal_on_parent_death(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0UL, 0UL, 0UL) < 0 ? -errno : 0;
}

/// Makes this process the parent of descendants whose own parents have gone.
static inline int csystem_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0 ? -errno : 0;
}

// SQLite's header belongs to the package that brings SQLite; only these variadic functions are
// needed here, and their signatures are part of SQLite's stable interface.
struct sqlite3;
extern int sqlite3_db_config(struct sqlite3 *, int operation, ...);
extern int sqlite3_config(int operation, ...);

#define CSYSTEM_SQLITE_MEMORY_STATISTICS 9

/// Switches a setting of the whole library on (1) or off (0). Before its first connection only.
/// - Returns: 0, or the code with which SQLite refused.
static inline int csystem_sqlite_library_setting(int operation, int value) {
    return sqlite3_config(operation, value);
}

#define CSYSTEM_SQLITE_NO_CHECKPOINT_ON_CLOSE 1006

/// Switches one of a connection's settings on (1) or off (0), or with -1 leaves it.
/// - Returns: the setting as it is now; below 0 where SQLite refused.
static inline int csystem_sqlite_setting(void *connection, int operation, int value) {
    int now = 0;
    int code = sqlite3_db_config((struct sqlite3 *)connection, operation, value, &now);
    return code == 0 ? now : -1;
}

#endif
