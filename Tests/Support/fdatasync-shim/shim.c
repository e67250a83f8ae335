// Slows or fails fsync, fdatasync and their kin, so that a test can see whether a server waits for the disk.
//
// A killed process proves nothing about power loss: the page cache survives it. This does: with the delay on,
// nothing may be acknowledged before the delay has passed; with failure on, nothing may be acknowledged ever.
//
// SYNC_SHIM_CONTROL names a file read at every call: "delay MS" sleeps first, "fail" returns EIO without syncing,
// "fail PART" does so for files whose path has that part, no such file passes the call through. SYNC_SHIM_TRACE names a file that gets a line for every call:
// began, ended (CLOCK_MONOTONIC, ns), result, function, path.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef int (*sync_call)(int);

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void path_of(int descriptor, char *target, size_t size) {
    char link[64];
    snprintf(target, size, "-");
    if (descriptor < 0) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, target, size - 1);
    if (length > 0) target[length] = 0;
}

// Milliseconds to sleep, or -1 to fail.
static long instruction(int descriptor) {
    const char *path = getenv("SYNC_SHIM_CONTROL");
    if (path == NULL) return 0;
    int control = open(path, O_RDONLY | O_CLOEXEC);
    if (control < 0) return 0;
    char words[256] = {0};
    ssize_t length = read(control, words, sizeof words - 1);
    close(control);
    if (length <= 0) return 0;
    if (strncmp(words, "fail ", 5) == 0) {
        char target[512];
        path_of(descriptor, target, sizeof target);
        return strstr(target, words + 5) != NULL ? -1 : 0;
    }
    if (strncmp(words, "fail", 4) == 0) return -1;
    if (strncmp(words, "delay ", 6) == 0) return strtol(words + 6, NULL, 10);
    return 0;
}

static void trace(long long began, int result, const char *function, int descriptor) {
    const char *path = getenv("SYNC_SHIM_TRACE");
    if (path == NULL) return;
    char target[512], line[700];
    path_of(descriptor, target, sizeof target);
    int size = snprintf(line, sizeof line, "%lld %lld %d %s %s\n", began, now(), result, function, target);
    int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, line, (size_t)size) != size) { /* A lost trace line shows up in the test as a missing sync. */ }
    close(file);
}

static int shimmed(const char *function, int descriptor, sync_call real) {
    long long began = now();
    long milliseconds = instruction(descriptor);
    int result, reason = 0;
    if (milliseconds < 0) {
        result = -1;
        reason = EIO;
    } else {
        if (milliseconds > 0) {
            struct timespec left = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
            while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
        }
        result = real(descriptor);
        reason = errno;
    }
    trace(began, result, function, descriptor);
    errno = reason;
    return result;
}

int fdatasync(int descriptor) { return shimmed("fdatasync", descriptor, (sync_call)dlsym(RTLD_NEXT, "fdatasync")); }

int fsync(int descriptor) { return shimmed("fsync", descriptor, (sync_call)dlsym(RTLD_NEXT, "fsync")); }

int syncfs(int descriptor) { return shimmed("syncfs", descriptor, (sync_call)dlsym(RTLD_NEXT, "syncfs")); }

static int range_whole(int descriptor) { return ((sync_call)dlsym(RTLD_NEXT, "fdatasync"))(descriptor); }

// A range sync is no promise of durability; a server that relied on one would be seen in the trace by this name.
int sync_file_range(int descriptor, off_t offset, off_t length, unsigned int flags) {
    (void)offset, (void)length, (void)flags;
    return shimmed("sync_file_range", descriptor, range_whole);
}

static __thread void *mapped;
static __thread size_t mapped_length;
static __thread int mapped_flags;

static int mapped_sync(int descriptor) {
    (void)descriptor;
    int (*real)(void *, size_t, int) = (int (*)(void *, size_t, int))dlsym(RTLD_NEXT, "msync");
    return real(mapped, mapped_length, mapped_flags);
}

int msync(void *address, size_t length, int flags) {
    mapped = address, mapped_length = length, mapped_flags = flags;
    return shimmed("msync", -1, mapped_sync);
}
