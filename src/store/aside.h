/* Setting a damaged database aside: under another name, with its -wal, never deleted. */
#ifndef SOOTHE_STORE_ASIDE_H
#define SOOTHE_STORE_ASIDE_H

#include "soothe/store.h"

#define ASIDE_WAL STORE_FILE "-wal"
#define ASIDE_SHM STORE_FILE "-shm"
#define ASIDE_NEW STORE_FILE ".new"

/* A free name, `soothe.db.damaged-20261122T080000Z-1`, by the wall clock as it stands and the first free number. */
int aside_name(int directory_fd, int64_t wall_s, char *name, size_t size);

/* Put the finished new database (ASIDE_NEW) in the place of the damaged one, which gets `name`; its -wal and -shm go
 * along first, because SQLite would replay them into the new one. There is no instant without a database where the file
 * system has hard links. What is missing is passed over. 0 or a negative errno. */
int aside_replace(int directory_fd, const char *name);

#endif
