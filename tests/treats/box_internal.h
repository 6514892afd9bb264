/* What the parts of the box share. */
#ifndef SOOTHE_TREATS_BOX_INTERNAL_H
#define SOOTHE_TREATS_BOX_INTERNAL_H

#include "box.h"

/* box_config.c: the sample plan on this pad; which optional parts it has is drawn. */
void box_configure(struct box *box, enum plant_kind kind);

/* box_disk.c */
void box_put(struct box *box, const struct session_record *session);
void box_settle(struct box *box);
/* Begin as the daemon does: from the disk, in the same boot or after a reboot. */
void box_begin(struct box *box, bool same_boot);

/* box_pad.c */
void box_sample(struct box *box, int64_t boot_ms, struct engine_input *in);
/* Let the pad be driven by the newest order for `ms`, or by nothing (`alive` false). */
void box_advance(struct box *box, int64_t ms, bool alive);

#endif
