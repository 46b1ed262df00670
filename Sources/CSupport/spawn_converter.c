#define _GNU_SOURCE
#include "spawn_converter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/// The descriptor through which the child tells why it could not execute the program.
enum { report = 3 };

/// Above what is about to be replaced, so that no dup2 overwrites the source of a later one. -1 with errno set.
static int moved_away(int fd) { return fcntl(fd, F_DUPFD, report + 1); }

/// Ignored signals stay ignored, and blocked ones blocked, over execve. Those that ask for a stop are left as they are.
static void reset_signals(void) {
  struct sigaction usual = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) {
    if (number != SIGTERM && number != SIGINT && number != SIGHUP) sigaction(number, &usual, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/// What is left to the caller of its own limit of CPU time: a child begins to count at nothing, with the same limit.
static struct rlimit cpu_time_left(void) {
  struct rlimit limit;
  struct rusage used;
  if (getrlimit(RLIMIT_CPU, &limit) != 0 || getrusage(RUSAGE_SELF, &used) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return (struct rlimit){.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  rlim_t spent = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
  limit.rlim_cur = limit.rlim_cur > spent ? limit.rlim_cur - spent : 1;
  // For one that does not heed the first signal.
  if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > limit.rlim_cur + 5) limit.rlim_max = limit.rlim_cur + 5;
  return limit;
}

/// Only what may be called between fork and execve. Returns when something failed, with errno set.
static void become(
    const char *path, char *const argv[], char *const envp[], const int streams[3], int *reporting, pid_t parent,
    const struct rlimit *cpu_time) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return;
  // The parent may have ended before that took hold.
  if (getppid() != parent) _exit(1);
  int moved[3];
  for (int i = 0; i < 3; i++) {
    moved[i] = moved_away(streams[i]);
    if (moved[i] < 0) return;
  }
  int moved_report = moved_away(*reporting);
  if (moved_report < 0 || dup3(moved_report, report, O_CLOEXEC) < 0) return;
  *reporting = report;
  for (int i = 0; i < 3; i++) {
    if (dup2(moved[i], i) < 0) return;
  }
  if (close_range(report + 1, ~0U, 0) != 0) return;
  if (cpu_time->rlim_cur != RLIM_INFINITY && setrlimit(RLIMIT_CPU, cpu_time) != 0) return;
  reset_signals();
  execve(path, argv, envp);
}

/// What the child tells on its way to execve: 0 when it got there.
static int reported(int fd) {
  int reason = 0;
  ssize_t count;
  do count = read(fd, &reason, sizeof reason);
  while (count < 0 && errno == EINTR);
  return count == (ssize_t)sizeof reason ? reason : 0;
}

static int start(
    const char *path, char *const argv[], char *const envp[], const int streams[3], const int reports[2],
    struct csupport_converter *converter) {
  pid_t parent = getpid();
  struct rlimit cpu_time = cpu_time_left();
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    int reporting = reports[1];
    become(path, argv, envp, streams, &reporting, parent, &cpu_time);
    int reason = errno;
    // If this fails too, exit status 126 is what is left to tell it.
    (void)!write(reporting, &reason, sizeof reason);
    _exit(126);
  }
  converter->pid = child;
  converter->cpu_seconds = cpu_time.rlim_max > LONG_MAX ? LONG_MAX : (long)cpu_time.rlim_max;
  return 0;
}

int csupport_spawn_converter(
    const char *path, char *const argv[], char *const envp[], int input, struct csupport_converter *converter) {
  enum { output, errors, reports, pipes };
  int ends[pipes][2];
  int made = 0;
  while (made < pipes && pipe2(ends[made], O_CLOEXEC) == 0) made++;
  int reason = made < pipes ? errno : 0;
  if (reason == 0) {
    const int streams[3] = {input, ends[output][1], ends[errors][1]};
    reason = start(path, argv, envp, streams, ends[reports], converter);
    close(ends[reports][1]);
    ends[reports][1] = -1;
    // So that it writes while we read. More than this, the default of /proc/sys/fs/pipe-max-size, may be refused; and
    // without it all is well, but slower.
    fcntl(ends[output][0], F_SETPIPE_SZ, 1 << 20);
    if (reason == 0 && (reason = reported(ends[reports][0])) != 0) {
      while (waitpid(converter->pid, NULL, 0) < 0 && errno == EINTR) {
      }
    }
  }
  for (int i = 0; i < made; i++) {
    if (ends[i][1] >= 0) close(ends[i][1]);
    if (reason != 0 || i == reports) close(ends[i][0]);
  }
  if (reason == 0) {
    converter->output = ends[output][0];
    converter->errors = ends[errors][0];
  }
  return reason;
}
