// Inline C for starting and watching processes: calls that the Glibc module of Swift leaves out. No policy may live here.
#ifndef HOLDFAST_CPROCESS_H
#define HOLDFAST_CPROCESS_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

// As in CLinux.h: at least 0 when it worked, minus errno when not.

// Declared here and not included: their headers would give this module types that belong to Glibc's.
extern int pipe2(int ends[2], int flags);
extern int eventfd(unsigned int count, int flags);
extern int signalfd(int fd, const sigset_t *signals, int flags);

/// Both ends are close-on-exec from the start, so that no child of another thread gets them.
static inline int cprocess_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0;
}

/// A counter that is readable once it was raised.
static inline int cprocess_event(void) {
    int fd = eventfd(0, O_CLOEXEC | O_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

/// A descriptor that is readable when one of `signals` (which must be blocked) is pending.
static inline int cprocess_signals(const sigset_t *signals) {
    int fd = signalfd(-1, signals, O_CLOEXEC | O_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

// glibc's flag for posix_spawn: the child leads a session of its own.
#define CPROCESS_SPAWN_NEW_SESSION 0x80

#endif
