#pragma once
#include <stddef.h>
#include <stdint.h>

int fuzz_main(int argc, char **argv);
