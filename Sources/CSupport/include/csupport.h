/// The few system calls that Swift's Glibc module cannot see.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Milliseconds since boot, suspended time included (CLOCK_BOOTTIME): not moved by changes of the wall clock.
int64_t csupport_boottime_ms(void);

/// Takes an exclusive `flock` on `fd`, waiting at most `timeout_ms` milliseconds.
/// The wait is a blocking `flock`, so that waiters are served in order; a timer ends it.
/// Returns 0, or an errno value: ETIMEDOUT when the time ran out.
int csupport_flock_exclusive(int fd, int64_t timeout_ms);

/// Opens `path` below the directory `dirfd` for reading, following no symbolic link in any component.
/// Returns a descriptor, or -1 with errno set: ELOOP when a component is a link.
int csupport_open_beneath(int dirfd, const char *path);

/// A descriptor for process `pid` that cannot come to mean another process, or -1 with errno set.
int csupport_pidfd_open(pid_t pid);

/// Sends `signal` to the process behind a pidfd. Returns 0, or -1 with errno set.
int csupport_pidfd_send_signal(int pidfd, int signal);

/// The kind of file system that holds `path`, as `f_type` of statfs(2), or -1 with errno set.
int64_t csupport_file_system_type(const char *path);

/// Bytes that this user may still write to the file system of `path`, or -1 with errno set.
int64_t csupport_free_bytes(const char *path);

/// Turns off SQLite's count of allocated memory, which every allocation of every thread takes one mutex for.
/// To be called before the first connection is opened; later it does nothing.
void csupport_configure_sqlite(void);
