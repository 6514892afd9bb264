/* What the commands without a daemon share. */
#ifndef SOOTHE_CLI_OFFLINE_H
#define SOOTHE_CLI_OFFLINE_H

#include "soothe/config.h"

/* The configuration, malloc'ed; NULL after its errors were printed to stderr. */
struct config *offline_config(const char *path);

#endif
