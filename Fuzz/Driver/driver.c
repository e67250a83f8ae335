#include "driver.h"

/* SwiftPM makes `main` an alias of `<target>_main`, so libFuzzer's own `main` is never linked: this stands in for it. */

typedef int (*test_one_input)(const uint8_t *, size_t);
int LLVMFuzzerRunDriver(int *, char ***, test_one_input);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int fuzz_main(int argc, char **argv) {
    return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);
}
