/// Copies and reads database files in a child of its own: to open one in this process would be to close it again, which
/// drops the locks that SQLite has on it here.
#pragma once

#include <sys/types.h>

/// Starts to copy a regular file to a new one that only its owner can read, sharing the blocks where the file system can;
/// the copy is synced, and removed again when that fails.
/// Returns the child's pid, or -1 with errno set. The child exits with 0 or an errno value, and ends with the thread that
/// started it.
pid_t csupport_start_copy(const char *from, const char *to);

/// Starts to hash a regular file. The child writes the 16 bytes of its XXH3-128, in canonical order, and then its size as
/// an int64_t to `output`. Returns and ends as csupport_start_copy.
pid_t csupport_start_hash(const char *path, int output);
