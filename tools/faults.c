// What tools/faults does to a program, from a preloaded library; for tests only.
//
// Records in $FAULTS_TRACE what the program does to the files below $FAULTS_DIRECTORY. A record is: a letter, the length of the path, the path, an offset, a length, that many bytes.
//   N made, M directory made, W written, T cut or grown to the offset, S synced, R renamed to the bytes, U removed,
//   A said to the user, F failed as it was told to
// $FAULTS_FAIL, such as S12: the twelfth sync fails with an input/output error; W120: the 120th write.
// $FAULTS_CLOCK: seconds by which the wall clock is wrong.
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
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static const char *directory;
static char failing;
static long until_failure, shift;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  directory = getenv("FAULTS_DIRECTORY");
  const char *path = getenv("FAULTS_TRACE");
  const char *failure = getenv("FAULTS_FAIL"), *clock = getenv("FAULTS_CLOCK");
  if (clock) shift = atol(clock);
  if (failure) failing = failure[0], until_failure = atol(failure + 1);
  if (directory && path) trace = NEXT(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int concerns(const char *path) {
  return trace >= 0 && path && strncmp(path, directory, strlen(directory)) == 0;
}

static int path_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return concerns(path);
}

static void record(char letter, const char *path, int64_t offset, const void *bytes, uint32_t count) {
  ssize_t (*put)(int, const void *, size_t) = NEXT(write);
  uint32_t length = (uint32_t)strlen(path);
  char head[1 + 4];
  head[0] = letter;
  memcpy(head + 1, &length, 4);
  char tail[8 + 4];
  memcpy(tail, &offset, 8);
  memcpy(tail + 8, &count, 4);
  if (put(trace, head, sizeof head) < 0 || put(trace, path, length) < 0 || put(trace, tail, sizeof tail) < 0 ||
      (count > 0 && put(trace, bytes, count) < 0))
    abort();
}

static int fails(char letter) { return letter == failing && --until_failure == 0; }

// The call and its record are one: the order of the trace is that of the calls.
#define RECORDED(call, letter, ...)                         \
  do {                                                      \
    pthread_mutex_lock(&turn);                              \
    int is_failing = fails(letter);                         \
    __typeof__(call) result = is_failing ? -1 : (call);     \
    if (result >= 0) record(letter, __VA_ARGS__);           \
    if (is_failing) record('F', "", 0, NULL, 0);            \
    pthread_mutex_unlock(&turn);                            \
    if (is_failing) errno = EIO;                            \
    return result;                                          \
  } while (0)

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  if (!(flags & O_CREAT) || !concerns(path)) return real(path, flags, mode);
  pthread_mutex_lock(&turn);
  int is_new = access(path, F_OK) != 0;
  int fd = real(path, flags, mode);
  if (fd >= 0 && is_new) record('N', path, 0, NULL, 0);
  pthread_mutex_unlock(&turn);
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
  if ((fd == 1 || fd == 2) && trace >= 0) RECORDED(NEXT(write)(fd, bytes, count), 'A', "", 0, bytes, (uint32_t)count);
  if (!path_of(fd, path)) return NEXT(write)(fd, bytes, count);
  int64_t offset = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
  RECORDED(NEXT(write)(fd, bytes, count), 'W', path, offset, bytes, (uint32_t)count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(pwrite)(fd, bytes, count, offset);
  RECORDED(NEXT(pwrite)(fd, bytes, count, offset), 'W', path, offset, bytes, (uint32_t)count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return NEXT(pwrite64)(fd, bytes, count, offset);
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

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = NEXT(clock_gettime)(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += shift;
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int result = NEXT(gettimeofday)(now, zone);
  if (result == 0) now->tv_sec += shift;
  return result;
}

time_t time(time_t *now) {
  time_t result = NEXT(time)(NULL) + shift;
  if (now) *now = result;
  return result;
}
