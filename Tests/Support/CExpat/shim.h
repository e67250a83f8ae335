// The oracle for XML in tests. Nothing that ships links it.
#include <expat.h>
