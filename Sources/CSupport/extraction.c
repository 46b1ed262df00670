#define _GNU_SOURCE
#include "extraction.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int csupport_spawn_self(
    const char *program, char *const argv[], char *const envp[], const int *descriptors, int count, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  for (int i = 0; i < count; i++) posix_spawn_file_actions_adddup2(&actions, descriptors[i], i);
  posix_spawn_file_actions_addclosefrom_np(&actions, count);
  // A thread pool's threads have all signals blocked, and a child inherits that.
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  int failure = posix_spawn(pid, program, &actions, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

int csupport_sealed_memory(const void *bytes, size_t count) {
  int memory = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -1;
  for (size_t done = 0; done < count;) {
    ssize_t written = write(memory, (const char *)bytes + done, count - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) goto failed;
    done += (size_t)written;
  }
  if (fcntl(memory, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) goto failed;
  return memory;
failed:;
  int failure = errno;
  close(memory);
  errno = failure;
  return -1;
}

/// Room for one descriptor beside the bytes of a message.
union descriptor_space {
  struct cmsghdr header;
  char space[CMSG_SPACE(sizeof(int))];
};

int csupport_send(int socket, const void *bytes, size_t count, int descriptor) {
  for (size_t done = 0; done < count;) {
    struct iovec piece = {.iov_base = (char *)bytes + done, .iov_len = count - done};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    union descriptor_space control = {0};
    if (descriptor >= 0) {
      message.msg_control = &control;
      message.msg_controllen = sizeof control.space;
      struct cmsghdr *header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof descriptor);
      memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno;
    done += (size_t)sent;
    descriptor = -1;
  }
  return 0;
}

ssize_t csupport_receive(int socket, void *bytes, size_t count, int *descriptor) {
  struct iovec piece = {.iov_base = bytes, .iov_len = count};
  union descriptor_space control = {0};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  if (descriptor) {
    message.msg_control = &control;
    // Without the padding: there, a second descriptor would find room.
    message.msg_controllen = CMSG_LEN(sizeof *descriptor);
  }
  ssize_t received;
  do {
    received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  if (!descriptor) return received;
  *descriptor = -1;
  if (received < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof *descriptor))
    memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  return received;
}

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

#define DENY(call) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)

static int give_up_network(void) {
#ifdef NATIVE_ARCH
  struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef __x86_64__
    // The x32 calls, which are the same under other numbers.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
#endif
    DENY(SYS_socket),
    DENY(SYS_connect),
    DENY(SYS_bind),
    DENY(SYS_listen),
    DENY(SYS_ptrace),
    DENY(SYS_process_vm_readv),
    DENY(SYS_process_vm_writev),
    DENY(SYS_pidfd_getfd),
    // What leaves the group would not end with it.
    DENY(SYS_setsid),
    DENY(SYS_setpgid),
    // Would do what the others forbid.
    DENY(SYS_io_uring_setup),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
  return 0;
#endif
}

// What the headers may not know: of Landlock's third version, and of its sixth.
static const uint64_t right_to_truncate = 1ULL << 14;
static const uint64_t signals_stay_inside = 1ULL << 1;
struct ruleset {
  uint64_t file_rights, network_rights, scoped;
};

static long landlock_version(void) {
  return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static const uint64_t rights_to_read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

static const uint64_t rights_to_write = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
  LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

/// Lets what lies below `path` be read; 0, or -1 when that cannot be. What is not there need not be allowed.
static int allow_reading(int rules, const char *path) {
  struct landlock_path_beneath_attr beneath = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE};
  struct stat status;
  beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
  if (beneath.parent_fd < 0) return 0;
  if (fstat(beneath.parent_fd, &status) == 0 && S_ISDIR(status.st_mode)) beneath.allowed_access = rights_to_read;
  int failure = (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  close(beneath.parent_fd);
  return failure;
}

static int give_up_files(const char *const readable[]) {
  long version = landlock_version();
  struct ruleset rights = {
    .file_rights = rights_to_read | rights_to_write | (version >= 3 ? right_to_truncate : 0),
    .scoped = version >= 6 ? signals_stay_inside : 0};
  size_t size = version >= 6 ? sizeof rights : sizeof rights.file_rights;
  int rules = (int)syscall(SYS_landlock_create_ruleset, &rights, size, 0);
  if (rules < 0) return 0;
  int granted = 1;
  for (; granted && *readable; readable++) granted = allow_reading(rules, *readable) == 0;
  granted = granted && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return granted;
}

/// Where less is allowed already, it stays.
static int lower(int resource, rlim_t value) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return -1;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value) value = limit.rlim_max;
  limit.rlim_cur = limit.rlim_max = value;
  return setrlimit(resource, &limit);
}

/// Asked of a whole service when it is stopped: the worker's order decides when a document is given up.
static void ignore_stops(void) {
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
}

int csupport_enter_sandbox(uint64_t memory, const char *const readable[]) {
  ignore_stops();
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  if (lower(RLIMIT_AS, memory) != 0 || lower(RLIMIT_CORE, 0) != 0 || lower(RLIMIT_NOFILE, 64) != 0) return -1;
  return (give_up_network() ? CSUPPORT_NO_NETWORK : 0) | (give_up_files(readable) ? CSUPPORT_NO_FILES : 0);
}

int csupport_sandbox_flags(void) {
  int flags = 0;
#ifdef NATIVE_ARCH
  uint32_t action = SECCOMP_RET_ERRNO;
  if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) flags |= CSUPPORT_NO_NETWORK;
#endif
  if (landlock_version() > 0) flags |= CSUPPORT_NO_FILES;
  return flags;
}

int csupport_open_peak(void) { return open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC); }

void csupport_forget_peak(int peak) {
  struct rusage used;
  // What the last document took goes back first, if it was much.
  if (getrusage(RUSAGE_SELF, &used) == 0 && used.ru_maxrss > (64 << 10)) malloc_trim(0);
  // proc_pid_clear_refs(5): 5 sets the peak back, and touches no page. Where it is refused the peak is only less exact.
  if (peak >= 0) (void)!pwrite(peak, "5", 1, 0);
}

int csupport_limit_cpu(int seconds) {
  struct rusage used;
  struct rlimit limit;
  if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &limit) != 0) return errno;
  // The kernel counts whole seconds.
  limit.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + seconds);
  // Where less is allowed already, it stays.
  if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_CPU, &limit) == 0 ? 0 : errno;
}
