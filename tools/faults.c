// What tools/faults does to a program, from a preloaded library; for tests only.
//
// Records in $FAULTS_TRACE what the program, and all that it starts, do to the files below $FAULTS_DIRECTORY. A record
// is: a letter, the length of the path, the path, an offset, the number of bytes, the bytes.
//   N made, M directory made, W written, T cut or grown to the offset, S synced, R renamed to the bytes, U removed,
//   A said to the user, F failed as it was told to: the bytes are the letter of what failed
// $FAULTS_FAIL, such as S12: the twelfth sync of a process fails with an input/output error; W120: the 120th write; G7: the
// seventh read of a file below $FAULTS_DIRECTORY; X7: of one beside it, such as a source's.
// $FAULTS_FULL, such as /data/queue.db:20: from the twentieth write on, files whose path begins so grow no more, as on a disk
// that is full.
// $FAULTS_HOLD, such as /tmp/tree/file:/tmp/fifo: the first read of this file waits until somebody has opened the FIFO
// for writing, and closed it. Neither this nor the failure is handed on to what the process starts.
// $FAULTS_CLOCK: seconds by which the wall clock is wrong. 86400,-86400,0/500: it steps to the next of them, and after
// the last to the first, whenever it was asked for the time 500 times.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { most_shifts = 8 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static const char *directory;
static char *held, *fifo, *filled, failing;
static long until_full;
static long until_failure;
static long shifts[most_shifts], calls_between_steps;
static int shift_count;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void read_clock(const char *words) {
  char *rest = (char *)words;
  while (*rest && *rest != '/' && shift_count < most_shifts) {
    shifts[shift_count++] = strtol(rest, &rest, 10);
    rest += *rest == ',';
  }
  if (*rest == '/') calls_between_steps = atol(rest + 1);
}

static void read_hold(const char *words) {
  held = strdup(words);
  fifo = strchr(held, ':');
  *fifo++ = 0;
}

static void read_full(const char *words) {
  filled = strdup(words);
  char *colon = strrchr(filled, ':');
  *colon = 0;
  until_full = atol(colon + 1);
}

__attribute__((constructor)) static void begin(void) {
  directory = getenv("FAULTS_DIRECTORY");
  const char *path = getenv("FAULTS_TRACE"), *failure = getenv("FAULTS_FAIL");
  if (getenv("FAULTS_CLOCK")) read_clock(getenv("FAULTS_CLOCK"));
  if (getenv("FAULTS_HOLD")) read_hold(getenv("FAULTS_HOLD"));
  if (getenv("FAULTS_FULL")) read_full(getenv("FAULTS_FULL"));
  if (failure) failing = failure[0], until_failure = atol(failure + 1);
  unsetenv("FAULTS_HOLD");
  unsetenv("FAULTS_FAIL");
  if (directory && path) trace = NEXT(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int concerns(const char *path) {
  return trace >= 0 && path && strncmp(path, directory, strlen(directory)) == 0;
}

static int name_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return 1;
}

static int path_of(int fd, char path[PATH_MAX]) { return name_of(fd, path) && concerns(path); }

// The call and its record are one, between processes too: the order of the trace is that of the calls.
static void take_turn(void) {
  pthread_mutex_lock(&turn);
  while (flock(trace, LOCK_EX) != 0 && errno == EINTR) continue;
}

static void end_turn(void) {
  int error = errno;
  flock(trace, LOCK_UN);
  pthread_mutex_unlock(&turn);
  errno = error;
}

static void record(char letter, const char *path, int64_t offset, const void *bytes, uint32_t count) {
  uint32_t length = (uint32_t)strlen(path);
  struct iovec parts[] = {
      {&letter, 1}, {&length, 4}, {(void *)path, length}, {&offset, 8}, {&count, 4}, {(void *)bytes, count},
  };
  if (writev(trace, parts, sizeof parts / sizeof parts[0]) < 0) abort();
}

static int fails(char letter) { return letter == failing && --until_failure == 0; }

// Whether a write is to find the disk full: one that makes the file larger.
static int is_full(int fd, const char *path, int64_t end) {
  struct stat status;
  if (!filled || strncmp(path, filled, strlen(filled)) != 0) return 0;
  if (__atomic_sub_fetch(&until_full, 1, __ATOMIC_SEQ_CST) > 0) return 0;
  return fstat(fd, &status) == 0 && end > status.st_size;
}

static int fails_read(int fd) {
  char path[PATH_MAX];
  if ((failing != 'G' && failing != 'X') || trace < 0 || !name_of(fd, path)) return 0;
  size_t beside = (size_t)(strrchr(directory, '/') - directory);
  if (strncmp(path, directory, beside + 1) != 0 || concerns(path) != (failing == 'G')) return 0;
  take_turn();
  int is_failing = fails(failing);
  if (is_failing) record('F', path, 0, (char[]){failing}, 1);
  end_turn();
  if (is_failing) errno = EIO;
  return is_failing;
}

#define RECORDED(call, letter, path, ...)               \
  do {                                                  \
    take_turn();                                        \
    int is_failing = fails(letter);                     \
    __typeof__(call) result = is_failing ? -1 : (call); \
    if (is_failing)                                     \
      record('F', path, 0, (char[]){letter}, 1);        \
    else if (result >= 0)                               \
      record(letter, path, __VA_ARGS__);                \
    end_turn();                                         \
    if (is_failing) errno = EIO;                        \
    return result;                                      \
  } while (0)

// To open the FIFO is to wait for its other end; to read it, for the end of that.
static void hold(int file) {
  static int has_held;
  char path[PATH_MAX], byte;
  if (!fifo || !name_of(file, path) || strcmp(path, held) != 0 || __atomic_exchange_n(&has_held, 1, __ATOMIC_SEQ_CST))
    return;
  int fd = (int)TEMP_FAILURE_RETRY(NEXT(open)(fifo, O_RDONLY | O_CLOEXEC));
  if (fd < 0 || TEMP_FAILURE_RETRY(read(fd, &byte, 1)) != 0) abort();
  close(fd);
}

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  if (!(flags & O_CREAT) || !concerns(path)) return real(path, flags, mode);
  take_turn();
  int is_new = access(path, F_OK) != 0;
  int fd = real(path, flags, mode);
  if (fd >= 0 && is_new) record('N', path, 0, NULL, 0);
  end_turn();
  return fd;
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return opened(NEXT(open), path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return opened(NEXT(open64), path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
  if (!concerns(path)) return NEXT(mkdir)(path, mode);
  RECORDED(NEXT(mkdir)(path, mode), 'M', path, 0, NULL, 0);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) {
    if ((fd != 1 && fd != 2) || trace < 0) return NEXT(write)(fd, bytes, count);
    RECORDED(NEXT(write)(fd, bytes, count), 'A', "", 0, bytes, (uint32_t)count);
  }
  int64_t offset = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
  RECORDED(NEXT(write)(fd, bytes, count), 'W', path, offset, bytes, (uint32_t)count);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t offset) {
  hold(fd);
  if (fails_read(fd)) return -1;
  return NEXT(pread)(fd, bytes, count, offset);
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset) {
  hold(fd);
  if (fails_read(fd)) return -1;
  return NEXT(pread64)(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(pwrite)(fd, bytes, count, offset);
  if (is_full(fd, path, offset + (int64_t)count)) return errno = ENOSPC, -1;
  RECORDED(NEXT(pwrite)(fd, bytes, count, offset), 'W', path, offset, bytes, (uint32_t)count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(pwrite64)(fd, bytes, count, offset);
  if (is_full(fd, path, offset + (int64_t)count)) return errno = ENOSPC, -1;
  RECORDED(NEXT(pwrite64)(fd, bytes, count, offset), 'W', path, offset, bytes, (uint32_t)count);
}

int ftruncate(int fd, off_t size) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(ftruncate)(fd, size);
  RECORDED(NEXT(ftruncate)(fd, size), 'T', path, size, NULL, 0);
}

int ftruncate64(int fd, off64_t size) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(ftruncate64)(fd, size);
  RECORDED(NEXT(ftruncate64)(fd, size), 'T', path, size, NULL, 0);
}

int fsync(int fd) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(fsync)(fd);
  RECORDED(NEXT(fsync)(fd), 'S', path, 0, NULL, 0);
}

int fdatasync(int fd) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(fdatasync)(fd);
  RECORDED(NEXT(fdatasync)(fd), 'S', path, 0, NULL, 0);
}

int rename(const char *from, const char *to) {
  if (!concerns(from) && !concerns(to)) return NEXT(rename)(from, to);
  RECORDED(NEXT(rename)(from, to), 'R', from, 0, to, (uint32_t)strlen(to));
}

int unlink(const char *path) {
  if (!concerns(path)) return NEXT(unlink)(path);
  RECORDED(NEXT(unlink)(path), 'U', path, 0, NULL, 0);
}

static long shift(void) {
  static long calls;
  if (shift_count == 0) return 0;
  if (calls_between_steps == 0) return shifts[0];
  return shifts[__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED) / calls_between_steps % shift_count];
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = NEXT(clock_gettime)(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += shift();
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int result = NEXT(gettimeofday)(now, zone);
  if (result == 0) now->tv_sec += shift();
  return result;
}

time_t time(time_t *now) {
  time_t result = NEXT(time)(NULL) + shift();
  if (now) *now = result;
  return result;
}
