// Makes the disk full for one program, where no small file system can be mounted: what would make a file longer fails with
// ENOSPC, and what is written over stays possible, as on most file systems.
//
// FULL_DISK_SHIM names a file that is looked for at every such call: the disk is full while it exists. Sockets and pipes are no
// disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_full(int descriptor, off_t end) {
    struct stat status;
    const char *path = getenv("FULL_DISK_SHIM");
    if (path == NULL || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    if (end <= status.st_size || access(path, F_OK) != 0) return 0;
    errno = ENOSPC;
    return 1;
}

// Where a write at the file's own position ends.
static off_t end_of(int descriptor, size_t count) {
    struct stat status;
    int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0 && (flags & O_APPEND) && fstat(descriptor, &status) == 0) return status.st_size + (off_t)count;
    off_t place = lseek(descriptor, 0, SEEK_CUR);
    return place < 0 ? 0 : place + (off_t)count;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (count > 0 && is_full(descriptor, end_of(descriptor, count))) return -1;
    return real(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t place) {
    ssize_t (*real)(int, const void *, size_t, off64_t) =
        (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (is_full(descriptor, place + (off_t)count)) return -1;
    return real(descriptor, bytes, count, place);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) {
    return pwrite64(descriptor, bytes, count, place);
}

int posix_fallocate64(int descriptor, off64_t place, off64_t length) {
    int (*real)(int, off64_t, off64_t) = (int (*)(int, off64_t, off64_t))dlsym(RTLD_NEXT, "posix_fallocate64");
    if (is_full(descriptor, place + length)) return ENOSPC;
    return real(descriptor, place, length);
}

int posix_fallocate(int descriptor, off_t place, off_t length) { return posix_fallocate64(descriptor, place, length); }
