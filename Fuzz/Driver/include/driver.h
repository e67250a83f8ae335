#pragma once
#include <stddef.h>
#include <stdint.h>

int fuzz_main(int argc, char **argv);

/* libFuzzer's own mutators, among them those that use the dictionary and the other inputs. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t maximum);
