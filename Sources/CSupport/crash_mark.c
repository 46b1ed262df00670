#define _GNU_SOURCE
#include "crash_mark.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { subject_size = 64, digits_size = 20, stack_size = 64 * 1024 };

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { crash_count = sizeof crashes / sizeof crashes[0] };
static struct sigaction before[crash_count];

static _Thread_local struct {
  int fd;
  size_t subject_length;
  char subject[subject_size];
  volatile int64_t item;
  void *stack;
} mark = {.fd = -1};

/// Only what may be called in a signal handler.
static void leave_mark(void) {
  char line[subject_size + digits_size + 2];
  char *end = line + sizeof line, *begin = end;
  *--begin = '\n';
  for (uint64_t item = (uint64_t)mark.item; item > 0; item /= 10) *--begin = (char)('0' + item % 10);
  *--begin = ' ';
  begin -= mark.subject_length;
  memcpy(begin, mark.subject, mark.subject_length);
  // Nobody is left who could be told that it failed.
  (void)!write(mark.fd, begin, (size_t)(end - begin));
}

static void crashed(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (mark.fd >= 0 && mark.item > 0) leave_mark();
  if (info->si_code > 0) {
    // The fault happens again when this returns, and then meets the handler from before, such as Swift's backtrace.
    for (int i = 0; i < crash_count; i++) {
      if (crashes[i] == signal) sigaction(signal, &before[i], NULL);
    }
  } else {
    // One that was sent does not: such handlers return and count on the second fault.
    struct sigaction end = {.sa_handler = SIG_DFL};
    sigaction(signal, &end, NULL);
    raise(signal);
  }
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &action, &before[i]);
}

void csupport_begin_crash_marks(int fd, const char *subject) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  mark.item = 0;
  mark.subject_length = strnlen(subject, sizeof mark.subject - 1);
  memcpy(mark.subject, subject, mark.subject_length);
  mark.fd = fd;
  // Threads that Swift's pool has started have most signals blocked: a fault would end the process without the handler.
  sigset_t mine;
  sigemptyset(&mine);
  for (int i = 0; i < crash_count; i++) sigaddset(&mine, crashes[i]);
  pthread_sigmask(SIG_UNBLOCK, &mine, NULL);
  // A handler for the overflow of the stack cannot run on that stack.
  mark.stack = malloc(stack_size);
  stack_t stack = {.ss_sp = mark.stack, .ss_size = stack_size};
  if (mark.stack) sigaltstack(&stack, NULL);
}

void csupport_set_crash_item(int64_t item) { mark.item = item; }

void csupport_end_crash_marks(void) {
  mark.item = 0;
  mark.fd = -1;
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  free(mark.stack);
  mark.stack = NULL;
}
