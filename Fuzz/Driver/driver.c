#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SwiftPM makes `main` an alias of `<target>_main`, so libFuzzer's own `main` is never linked: this stands in for it. */

typedef int (*test_one_input)(const uint8_t *, size_t);
int LLVMFuzzerRunDriver(int *, char ***, test_one_input);

/* In Targets/Table.swift. */
int fuzz_choose(const char *name);
int fuzz_one_input(const uint8_t *bytes, size_t size);
size_t fuzz_mutate(uint8_t *bytes, size_t size, size_t maximum, unsigned int seed);
void fuzz_list(void);
int fuzz_write_seeds(const char *folder);

/* One program holds all targets, so that it is linked once. The environment names the one to run, because libFuzzer
   starts itself again with the same arguments when it merges or minimises. */
int fuzz_main(int argc, char **argv) {
    const char *name = getenv("FUZZ_TARGET");
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        fuzz_list();
        return 0;
    }
    if (name == NULL || !fuzz_choose(name)) {
        fprintf(stderr, "fuzz: FUZZ_TARGET must name a target; fuzz --list lists them\n");
        return 64;
    }
    if (argc == 3 && strcmp(argv[1], "--seeds") == 0) return fuzz_write_seeds(argv[2]);
    return LLVMFuzzerRunDriver(&argc, &argv, fuzz_one_input);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t maximum, unsigned int seed) {
    return fuzz_mutate(bytes, size, maximum, seed);
}
