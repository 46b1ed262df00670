#define _GNU_SOURCE
#include "csupport.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int64_t csupport_boottime_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wake(int signal) { (void)signal; }

static void install_wake_handler(void) {
  // Without SA_RESTART: the signal exists only to make a blocking flock return EINTR.
  struct sigaction action = {.sa_handler = wake};
  sigaction(SIGRTMIN + 3, &action, NULL);
}

int csupport_flock_exclusive(int fd, int64_t timeout_ms) {
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK && errno != EINTR) return errno;
  if (timeout_ms <= 0) return ETIMEDOUT;

  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install_wake_handler);

  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 3};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  timer_t timer;
  if (timer_create(CLOCK_BOOTTIME, &event, &timer) != 0) return errno;
  // The timer repeats: a first signal that arrives just before flock blocks would otherwise be lost.
  struct itimerspec when = {
      .it_value = {timeout_ms / 1000, (timeout_ms % 1000) * 1000000},
      .it_interval = {0, 5 * 1000000},
  };
  // Threads of Swift's pool have every signal blocked, and so have those that they start.
  sigset_t mine, before;
  sigemptyset(&mine);
  sigaddset(&mine, SIGRTMIN + 3);
  pthread_sigmask(SIG_UNBLOCK, &mine, &before);
  int64_t deadline = csupport_boottime_ms() + timeout_ms;
  int result = 0;
  if (timer_settime(timer, 0, &when, NULL) != 0) {
    result = errno;
  } else {
    while (flock(fd, LOCK_EX) != 0) {
      if (errno != EINTR) {
        result = errno;
        break;
      }
      if (csupport_boottime_ms() >= deadline) {
        result = ETIMEDOUT;
        break;
      }
    }
  }
  timer_delete(timer);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}

/// What openat2 does in one call, a component at a time: for kernels and sandboxes without it.
static int open_each_component(int dirfd, const char *path, int flags) {
  char buffer[PATH_MAX];
  size_t length = strlen(path);
  if (length >= sizeof buffer) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(buffer, path, length + 1);
  int parent = dirfd;
  char *component = buffer;
  for (;;) {
    char *slash = strchr(component, '/');
    if (slash) *slash = 0;
    int fd = openat(parent, component, slash ? (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : flags);
    int saved = errno;
    if (parent != dirfd) close(parent);
    errno = saved;
    if (fd < 0 || !slash) return fd;
    parent = fd;
    component = slash + 1;
  }
}

int csupport_open_beneath(int dirfd, const char *path) {
  // O_NONBLOCK: a FIFO swapped in after the walk must not hang the reader.
  int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  struct open_how how = {.flags = (uint64_t)flags, .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH};
  long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof how);
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return (int)fd;
  return open_each_component(dirfd, path, flags);
}

int csupport_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int csupport_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int64_t csupport_file_system_type(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (int64_t)(uint32_t)status.f_type : -1;
}

int64_t csupport_free_bytes(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (int64_t)status.f_bavail * (int64_t)status.f_bsize : -1;
}

void csupport_configure_sqlite(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
