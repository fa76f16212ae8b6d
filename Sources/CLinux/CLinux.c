// Nothing: the package manager wants one source file, and everything is inline in the header.
#include "CLinux.h"
