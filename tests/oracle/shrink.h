/* Make a failing script small: leave out what it does not need. */
#ifndef SOOTHE_TESTS_ORACLE_SHRINK_H
#define SOOTHE_TESTS_ORACLE_SHRINK_H

#include "world.h"

/* `script` fails with `wrong`; afterwards it still does, with as few acts as one pass after the other can find, and
 * with no time after the failure. `world` is scratch space. */
void shrink(struct world *world, struct script *script, const char *wrong);

#endif
