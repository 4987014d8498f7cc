// SPDX-License-Identifier: Apache-2.0
// Shifts what a program sees of the wall clock by the milliseconds that the first 8 bytes of a file say now. The file is
// named by MILLHAND_CLOCK_OFFSET, mapped once, and written by the test while the program runs. Other clocks are left alone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_ms;

__attribute__((constructor)) static void map_offset(void) {
  const char *file = getenv("MILLHAND_CLOCK_OFFSET");
  int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) offset_ms = mapped;
}

static int is_wall_clock(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

// A system call rather than the libc's own function: to find that, dlsym may allocate, and allocators ask for the time.
int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = (int)syscall(SYS_clock_gettime, clock, now);
  if (failed || !offset_ms || !is_wall_clock(clock)) return failed;
  int64_t offset = *offset_ms;
  now->tv_sec += offset / 1000;
  now->tv_nsec += offset % 1000 * 1000000;
  if (now->tv_nsec >= 1000000000) {
    now->tv_nsec -= 1000000000;
    now->tv_sec++;
  } else if (now->tv_nsec < 0) {
    now->tv_nsec += 1000000000;
    now->tv_sec--;
  }
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  int failed = clock_gettime(CLOCK_REALTIME, &precise);
  if (failed || !now) return failed;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *seconds) {
  struct timespec precise;
  if (clock_gettime(CLOCK_REALTIME, &precise)) return (time_t)-1;
  if (seconds) *seconds = precise.tv_sec;
  return precise.tv_sec;
}
