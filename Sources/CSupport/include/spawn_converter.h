/// Starts another program as a child that cannot outlive its parent and has none of its descriptors.
#pragma once

#include <sys/types.h>

/// A child, and the ends of two pipes to read what it writes to its descriptors 1 and 2.
struct csupport_converter {
  pid_t pid;
  long cpu_seconds; ///< after which it is killed, whatever it does; LONG_MAX for never
  int output;
  int errors;
};

/// Starts `path` with `input` and two pipes as its descriptors 0 to 2, and no others. Resource limits are inherited.
/// The child gets SIGKILL when the calling thread ends, so that thread has to wait for it.
/// Returns 0, or an errno value when there is no child: also when the program cannot be executed.
int csupport_spawn_converter(
    const char *path, char *const argv[], char *const envp[], int input, struct csupport_converter *converter);
