/// A note that a thread leaves when it brings the process down, of what it had in hand: the next process cannot tell
/// such a death from a `kill -9` otherwise, and must not blame a file for that.
#pragma once

#include <stdint.h>

/// From here on, a crash of this thread (SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT) appends the line
/// `<subject> <item>` to `fd`, while the item is not 0. The crash itself goes its way, to the core dump if there is one.
/// `fd` is to be open for appending, and stays the caller's. What of `subject` is beyond 63 bytes is left out.
void csupport_begin_crash_marks(int fd, const char *subject);

/// What this thread has in hand now; 0: nothing that could be to blame.
void csupport_set_crash_item(int64_t item);

/// A crash of this thread leaves no mark any more. To be called on every way out: `fd` may be closed afterwards.
void csupport_end_crash_marks(void);
