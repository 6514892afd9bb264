/* The lockout that stands, beside the control socket: a second place for it where the disk fails. The store keeps it
 * through power cuts; this page of a file in the runtime directory outlives the process, not the boot. Written as
 * memory, so that the control thread never waits; nothing has to be written back for it. */
#ifndef SOOTHE_DAEMON_MARKER_H
#define SOOTHE_DAEMON_MARKER_H

#include "soothe/names.h"

#define MARKER_NAME "lockout"

struct marker {
    volatile char *text; /* the fault's name, empty for none; NULL: there is no such file */
};

/* 0, or a negative errno; then there is nothing to read, and writing does nothing. */
int marker_open(struct marker *marker, const char *socket_path);

/* The lockout that was marked last, FAULT_NONE: none. What is no fault's name is FAULT_STORE_LOST. */
enum fault marker_read(const struct marker *marker);

void marker_write(struct marker *marker, enum fault lockout);

void marker_close(struct marker *marker);

#endif
