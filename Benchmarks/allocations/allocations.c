// SPDX-License-Identifier: Apache-2.0
//
// Counts what a process takes from the heap, and remembers where from. Loaded with LD_PRELOAD; what it counts lies in a
// file that others may read at any time, so a server is counted while it serves.
//
// ALLOCATIONS_FILE names that file: the numbers of allocations, of bytes asked for and of frees (8 bytes each, of this
// machine's order), then what Python calls "sites" below. A process that forks counts into the same file. With
// ALLOCATIONS_SITES set, every allocation is put down to its callers, found by frame pointers: Swift keeps them, its
// runtime does, C libraries often don't and then hide who called them. What is mapped where stands in FILE.maps.
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DEPTH = 16, SITES = 1 << 15 };

// Callers, the innermost first; a count of 0 is an empty place.
struct site {
    _Atomic uint64_t count;
    _Atomic uint64_t hash;
    uintptr_t callers[DEPTH];
};

struct counts {
    _Atomic uint64_t allocations, bytes, frees;
    _Atomic uint64_t lost;
    struct site sites[];
};

// Counts what happens before the file is there.
static struct counts early;
static struct counts *counts = &early;
static int wants_sites;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static __thread uintptr_t stack_end;
static __thread int is_busy;

// The end of this thread's stack, beyond which no frame lies. Asking allocates, hence is_busy.
static uintptr_t end_of_stack(void) {
    if (stack_end == 0) {
        pthread_attr_t attributes;
        void *lowest = NULL;
        size_t size = 0;
        stack_end = 1;
        if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
            if (pthread_attr_getstack(&attributes, &lowest, &size) == 0) stack_end = (uintptr_t)lowest + size;
            pthread_attr_destroy(&attributes);
        }
    }
    return stack_end;
}

static void remember(uintptr_t *frame) {
    uintptr_t callers[DEPTH] = {0};
    uintptr_t end = end_of_stack();
    uint64_t hash = 14695981039346656037u;
    for (int depth = 0; depth < DEPTH; depth++) {
        if ((uintptr_t)frame % 8 != 0 || (uintptr_t)frame + 16 > end) break;
        callers[depth] = frame[1];
        hash = (hash ^ frame[1]) * 1099511628211u;
        uintptr_t *next = (uintptr_t *)frame[0];
        if (next <= frame) break;
        frame = next;
    }
    if (hash == 0) hash = 1;
    for (uint64_t probe = 0; probe < 64; probe++) {
        struct site *site = &counts->sites[(hash + probe) % SITES];
        uint64_t there = 0;
        if (atomic_compare_exchange_strong(&site->hash, &there, hash)) {
            memcpy(site->callers, callers, sizeof callers);
            there = hash;
        }
        if (there == hash) {
            atomic_fetch_add_explicit(&site->count, 1, memory_order_relaxed);
            return;
        }
    }
    atomic_fetch_add_explicit(&counts->lost, 1, memory_order_relaxed);
}

static inline __attribute__((always_inline)) void count(size_t size) {
    atomic_fetch_add_explicit(&counts->allocations, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counts->bytes, size, memory_order_relaxed);
    if (!wants_sites || is_busy) return;
    is_busy = 1;
    remember(__builtin_frame_address(0));
    is_busy = 0;
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count(size);
    void *taken = __libc_memalign(alignment, size);
    if (taken == NULL) return 12;  // ENOMEM
    *result = taken;
    return 0;
}

void free(void *taken) {
    if (taken != NULL) atomic_fetch_add_explicit(&counts->frees, 1, memory_order_relaxed);
    __libc_free(taken);
}

static void copy_maps(const char *file) {
    char path[4096], buffer[8192];
    snprintf(path, sizeof path, "%s.maps", file);
    int from = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (ssize_t length; from >= 0 && to >= 0 && (length = read(from, buffer, sizeof buffer)) > 0;) {
        if (write(to, buffer, (size_t)length) != length) break;
    }
    if (from >= 0) close(from);
    if (to >= 0) close(to);
}

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("ALLOCATIONS_FILE");
    if (file == NULL) return;
    size_t size = sizeof(struct counts) + SITES * sizeof(struct site);
    int descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || ftruncate(descriptor, (off_t)size) != 0) {
        dprintf(2, "allocations: %s can't be written\n", file);
        return;
    }
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (mapped == MAP_FAILED) return;
    copy_maps(file);
    counts = mapped;
    wants_sites = getenv("ALLOCATIONS_SITES") != NULL;
}
