/// What the separate process that reads documents needs of the kernel.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Starts this very program with the arguments `argv` and the environment `envp`. `descriptors[i]` becomes its descriptor
/// i, for each of `count`; it has no others. It leads a process group of its own and blocks no signal.
/// Returns 0 and sets `pid`, or an errno value.
int csupport_spawn_self(
    const char *program, char *const argv[], char *const envp[], const int *descriptors, int count, pid_t *pid);

/// A descriptor of anonymous memory that holds `count` bytes and can be changed by nobody any more, or -1 with errno set.
int csupport_sealed_memory(const void *bytes, size_t count);

/// Sends `count` bytes, and `descriptor` with them unless it is negative, over a stream socket.
/// Returns 0, or an errno value: EPIPE when nobody is there.
int csupport_send(int socket, const void *bytes, size_t count, int descriptor);

/// Receives up to `count` bytes. `descriptor` becomes one that came with them, or -1; NULL takes none.
/// Returns how many, 0 at the end, or -1 with errno set.
ssize_t csupport_receive(int socket, void *bytes, size_t count, int *descriptor);

/// What the process that reads documents gives up, for good and for what it starts.
enum {
  CSUPPORT_NO_NETWORK = 1, ///< seccomp: no sockets
  CSUPPORT_NO_FILES = 2, ///< Landlock: none can be made or written, and few read; since Linux 6.12 no signals to others
};

/// Gives up the network, all files but the reading of those at and below the paths in `readable`, which NULL ends, more
/// than `memory` bytes of address space, core files, new privileges and more than 64 descriptors; ends with the thread
/// that started it, and not by SIGTERM, SIGINT or SIGHUP.
/// Returns which of the flags the kernel grants, or -1 with errno set when the rest is refused.
int csupport_enter_sandbox(uint64_t memory, const char *const readable[]);

/// Which of the flags the kernel would grant. Gives up nothing.
int csupport_sandbox_flags(void);

/// Opens what `csupport_forget_peak` needs, before the sandbox is entered. Returns a descriptor, or -1: then the peak stays
/// that of the process's life.
int csupport_open_peak(void);

/// Lets the process's peak of memory (ru_maxrss) begin again at what it has now.
void csupport_forget_peak(int peak);

/// Ends this process with SIGXCPU once it has used `seconds` more of CPU time. Returns 0, or an errno value.
int csupport_limit_cpu(int seconds);
