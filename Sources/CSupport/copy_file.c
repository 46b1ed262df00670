#define _GNU_SOURCE
#include "copy_file.h"

#define XXH_INLINE_ALL
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

// Everything below runs between fork and _exit: system calls only, nothing that allocates or locks.

/// For file systems that cannot do it in the kernel.
static int copy_through_memory(int source, int target) {
  char buffer[64 << 10];
  for (;;) {
    ssize_t count = read(source, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(target, buffer + done, (size_t)(count - done));
      if (written < 0 && errno != EINTR) return errno;
      if (written > 0) done += written;
    }
  }
}

static int copy_content(int source, int target) {
  if (ioctl(target, FICLONE, source) == 0) return 0;
  struct stat status;
  if (fstat(source, &status) != 0) return errno;
  for (off_t left = status.st_size; left > 0;) {
    ssize_t count = copy_file_range(source, NULL, target, NULL, (size_t)left, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS))
      return copy_through_memory(source, target); // goes on where the offsets are
    if (count < 0) return errno;
    if (count == 0) break;
    left -= count;
  }
  return 0;
}

static int copy_file(const char *from, const char *to) {
  int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (source < 0) return errno;
  int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (target < 0) {
    int failure = errno;
    close(source);
    return failure;
  }
  int failure = copy_content(source, target);
  if (!failure && fsync(target) != 0) failure = errno;
  if (close(target) != 0 && !failure) failure = errno;
  close(source);
  if (failure) unlink(to);
  return failure;
}

static int hash_file(const char *path, int output) {
  int source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat status;
  if (source < 0 || fstat(source, &status) != 0) return errno;
  size_t count = (size_t)status.st_size;
  void *bytes = NULL;
  if (count > 0) {
    bytes = mmap(NULL, count, PROT_READ, MAP_PRIVATE, source, 0);
    if (bytes == MAP_FAILED) return errno;
    madvise(bytes, count, MADV_SEQUENTIAL);
  }
  struct {
    XXH128_canonical_t hash;
    int64_t size;
  } answer = {.size = (int64_t)count};
  XXH128_canonicalFromHash(&answer.hash, XXH3_128bits(bytes, count));
  // Less than a pipe takes at once.
  return write(output, &answer, sizeof answer) == (ssize_t)sizeof answer ? 0 : EIO;
}

/// In the child, which must not outlive its parent: nobody would wait for what it does.
static void begin_child(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(ECHILD);
}

pid_t csupport_start_copy(const char *from, const char *to) {
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    begin_child(parent);
    _exit(copy_file(from, to));
  }
  return child;
}

pid_t csupport_start_hash(const char *path, int output) {
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    begin_child(parent);
    _exit(hash_file(path, output));
  }
  return child;
}
