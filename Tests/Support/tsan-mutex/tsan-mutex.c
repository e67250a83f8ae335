/* Tells the thread sanitizer what it can't see: taking and leaving a contended Synchronization.Mutex.
 *
 * The quick paths of Mutex are inlined into our code, so the sanitizer sees them. The slow ones, which wait on a futex, are in
 * libswiftSynchronization.so, which isn't instrumented: a lock taken there orders nothing in the sanitizer's eyes, and every access
 * under a contended lock is called a race. This library is preloaded; it calls the slow paths and says what they did. Real races are
 * found as before.
 *
 * Clang only: the functions have Swift's calling convention. They are of the library's ABI, so their names are stable.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

/* _MutexHandle._lockSlow(UInt32), ._tryLockSlow() -> Bool, ._unlockSlow() */
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static void *original(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

/* Of the sanitizer's runtime, which is in the program; without it there is nothing to tell. */
static void tell(const char *what, void *self) {
    void (*told)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, what);
    if (told != NULL) told(self);
}

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT void lock_slow(uint32_t thread, SELF) {
    SWIFT void (*lock)(uint32_t, SELF) = original(LOCK_SLOW);
    lock(thread, self);
    tell("__tsan_acquire", self);
}

SWIFT _Bool try_lock_slow(SELF) __asm__(TRY_LOCK_SLOW);
SWIFT _Bool try_lock_slow(SELF) {
    SWIFT _Bool (*lock)(SELF) = original(TRY_LOCK_SLOW);
    _Bool taken = lock(self);
    if (taken) tell("__tsan_acquire", self);
    return taken;
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK_SLOW);
SWIFT void unlock_slow(SELF) {
    SWIFT void (*unlock)(SELF) = original(UNLOCK_SLOW);
    tell("__tsan_release", self);
    unlock(self);
}
