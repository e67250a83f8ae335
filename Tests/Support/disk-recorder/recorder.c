// Records everything that one program does to the files of a folder: creating, writing, cutting, renaming, removing, syncing.
// From the record, what a power cut leaves can be made up for any moment.
//
// DISK_RECORDER_ROOT is the folder's absolute path, DISK_RECORDER_JOURNAL the file to which records are appended, outside of it.
// A record: seven 64-bit integers in the machine's byte order (kind, inode, inode of a folder or of what was replaced, place,
// length of the first path, length of the second path, length of the bytes), then paths and bytes. A call and its record are one
// step, so that their order is that of the calls. What is written by way of a memory map isn't seen; SQLite does so only with
// its -shm files, which mean nothing after a restart.
//
// With DISK_RECORDER_CALLS the program is killed right after so many recorded calls.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE = 1, TRUNCATE, SYNC, CREATE, FOLDER, RENAME, UNLINK, LINK, RMDIR };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static long left = -1;  // calls until the program is killed
static const char *root;

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DISK_RECORDER_JOURNAL");
    root = getenv("DISK_RECORDER_ROOT");
    const char *calls = getenv("DISK_RECORDER_CALLS");
    if (path == NULL || root == NULL) return;
    if (calls != NULL) left = atol(calls);
    journal = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int is_below_root(const char *path) {
    size_t length = root == NULL ? 0 : strlen(root);
    return length > 0 && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_recorded(const char *path) {
    size_t length = strlen(path);
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return 0;
    return journal >= 0 && is_below_root(path);
}

// The path that a call with a folder's descriptor and a name means; nothing if it isn't of interest.
static int resolve(int folder, const char *name, char *target) {
    if (name == NULL) return 0;
    if (name[0] == '/') {
        snprintf(target, PATH_MAX, "%s", name);
    } else {
        char link[64], base[PATH_MAX];
        if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length <= 0) return 0;
        base[length] = 0;
        if (snprintf(target, PATH_MAX, "%s/%s", base, name) >= PATH_MAX) return 0;
    }
    return is_recorded(target);
}

static int path_of(int descriptor, char *target) {
    char link[64];
    struct stat status;
    if (journal < 0 || descriptor == journal || fstat(descriptor, &status) != 0) return 0;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, target, PATH_MAX - 1);
    if (length <= 0) return 0;
    target[length] = 0;
    return is_recorded(target);
}

static int64_t inode(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 ? (int64_t)status.st_ino : 0;
}

static int64_t inode_of(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_ino : 0;
}

static int64_t inode_of_folder(const char *path) {
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *end = strrchr(folder, '/');
    if (end != NULL && end != folder) *end = 0;
    return inode(folder);
}

static void record(enum kind kind, int64_t file, int64_t other, int64_t place, const char *first, const char *second,
                   const struct iovec *bytes, int count, size_t length) {
    int64_t head[7] = {kind, file, other, place, first ? (int64_t)strlen(first) : 0, second ? (int64_t)strlen(second) : 0,
                       (int64_t)length};
    struct iovec parts[16];
    int used = 0;
    parts[used++] = (struct iovec){head, sizeof head};
    parts[used++] = (struct iovec){(void *)first, (size_t)head[4]};
    parts[used++] = (struct iovec){(void *)second, (size_t)head[5]};
    for (int n = 0; n < count && used < 16 && length > 0; n++) {
        size_t taken = bytes[n].iov_len < length ? bytes[n].iov_len : length;
        parts[used++] = (struct iovec){bytes[n].iov_base, taken};
        length -= taken;
    }
    // A record that is cut short shows up when the folder made of all records is compared with the real one.
    if (REAL(writev)(journal, parts, used) < 0) abort();
    if (left > 0 && --left == 0) raise(SIGKILL);
}

#define LOCKED(type, call, after)                \
    pthread_mutex_lock(&lock);                   \
    type result = call;                          \
    int reason = errno;                          \
    after;                                       \
    pthread_mutex_unlock(&lock);                 \
    errno = reason;                              \
    return result;

// Opening: only what makes or empties a file.

static int opened(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    typeof(&openat) real = REAL(openat);
    if (journal < 0 || !(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE || !resolve(folder, name, path))
        return real(folder, name, flags, mode);
    pthread_mutex_lock(&lock);
    int is_new = inode(path) == 0;
    int result = real(folder, name, flags, mode), reason = errno;
    if (result >= 0 && is_new) record(CREATE, inode_of(result), inode_of_folder(path), 0, path, NULL, NULL, 0, 0);
    else if (result >= 0 && (flags & O_TRUNC)) record(TRUNCATE, inode_of(result), 0, 0, path, NULL, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = reason;
    return result;
}

#define MODE                                      \
    mode_t mode = 0;                              \
    if (flags & (O_CREAT | O_TMPFILE)) {          \
        va_list rest;                             \
        va_start(rest, flags);                    \
        mode = va_arg(rest, mode_t);              \
        va_end(rest);                             \
    }

int open(const char *name, int flags, ...) { MODE return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE return opened(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE return opened(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE return opened(folder, name, flags | O_LARGEFILE, mode); }
int creat(const char *name, mode_t mode) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *name, mode_t mode) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

// Writing.

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t place) {
    char path[PATH_MAX];
    typeof(&pwrite64) real = REAL(pwrite64);
    if (!path_of(descriptor, path)) return real(descriptor, bytes, count, place);
    struct iovec one = {(void *)bytes, count};
    LOCKED(ssize_t, real(descriptor, bytes, count, place), if (result > 0) record(
        WRITE, inode_of(descriptor), 0, place, path, NULL, &one, 1, (size_t)result))
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) { return pwrite64(descriptor, bytes, count, place); }

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    typeof(&writev) real = REAL(writev);
    if (!path_of(descriptor, path)) return real(descriptor, parts, count);
    if (count > 13) {  // nobody does; better to know
        errno = EINVAL;
        return -1;
    }
    // Afterwards, the file's position is where the bytes end, also where they were appended.
    LOCKED(ssize_t, real(descriptor, parts, count), if (result > 0) record(
        WRITE, inode_of(descriptor), 0, lseek(descriptor, 0, SEEK_CUR) - result, path, NULL, parts, count, (size_t)result))
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    char path[PATH_MAX];
    typeof(&write) real = REAL(write);
    if (!path_of(descriptor, path)) return real(descriptor, bytes, count);
    struct iovec one = {(void *)bytes, count};
    LOCKED(ssize_t, real(descriptor, bytes, count), if (result > 0) record(
        WRITE, inode_of(descriptor), 0, lseek(descriptor, 0, SEEK_CUR) - result, path, NULL, &one, 1, (size_t)result))
}

int ftruncate64(int descriptor, off64_t length) {
    char path[PATH_MAX];
    typeof(&ftruncate64) real = REAL(ftruncate64);
    if (!path_of(descriptor, path)) return real(descriptor, length);
    LOCKED(int, real(descriptor, length), if (result == 0) record(
        TRUNCATE, inode_of(descriptor), 0, length, path, NULL, NULL, 0, 0))
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

int posix_fallocate64(int descriptor, off64_t place, off64_t length) {
    char path[PATH_MAX];
    struct stat before;
    typeof(&posix_fallocate64) real = REAL(posix_fallocate64);
    if (!path_of(descriptor, path) || fstat(descriptor, &before) != 0) return real(descriptor, place, length);
    LOCKED(int, real(descriptor, place, length), if (result == 0 && place + length > before.st_size) record(
        TRUNCATE, inode_of(descriptor), 0, place + length, path, NULL, NULL, 0, 0))
}

int posix_fallocate(int descriptor, off_t place, off_t length) { return posix_fallocate64(descriptor, place, length); }

// Syncing. A sync that has returned is one that is recorded.

#define SYNCING(name)                                                                        \
    int name(int descriptor) {                                                               \
        char path[PATH_MAX];                                                                 \
        typeof(&name) real = REAL(name);                                                     \
        if (!path_of(descriptor, path)) return real(descriptor);                             \
        LOCKED(int, real(descriptor), if (result == 0) record(                               \
            SYNC, inode_of(descriptor), 0, 0, path, NULL, NULL, 0, 0))                       \
    }

SYNCING(fsync)
SYNCING(fdatasync)

// Names.

int mkdirat(int folder, const char *name, mode_t mode) {
    char path[PATH_MAX];
    typeof(&mkdirat) real = REAL(mkdirat);
    if (!resolve(folder, name, path)) return real(folder, name, mode);
    LOCKED(int, real(folder, name, mode), if (result == 0) record(
        FOLDER, inode(path), inode_of_folder(path), 0, path, NULL, NULL, 0, 0))
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int renameat2(int from, const char *old, int to, const char *new, unsigned int flags) {
    char source[PATH_MAX], target[PATH_MAX];
    typeof(&renameat2) real = REAL(renameat2);
    if (!resolve(from, old, source) | !resolve(to, new, target)) return real(from, old, to, new, flags);
    pthread_mutex_lock(&lock);
    int64_t moved = inode(source);
    int result = real(from, old, to, new, flags), reason = errno;
    if (result == 0) record(RENAME, moved, inode_of_folder(target), inode_of_folder(source), source, target, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = reason;
    return result;
}

int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }

int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int folder, const char *name, int flags) {
    char path[PATH_MAX];
    typeof(&unlinkat) real = REAL(unlinkat);
    if (!resolve(folder, name, path)) return real(folder, name, flags);
    pthread_mutex_lock(&lock);
    int64_t gone = inode(path), parent = inode_of_folder(path);
    int result = real(folder, name, flags), reason = errno;
    if (result == 0) record(flags & AT_REMOVEDIR ? RMDIR : UNLINK, gone, parent, 0, path, NULL, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = reason;
    return result;
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
    char source[PATH_MAX], target[PATH_MAX];
    typeof(&linkat) real = REAL(linkat);
    if (!resolve(from, old, source) | !resolve(to, new, target)) return real(from, old, to, new, flags);
    LOCKED(int, real(from, old, to, new, flags), if (result == 0) record(
        LINK, inode(target), inode_of_folder(target), 0, source, target, NULL, 0, 0))
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }
