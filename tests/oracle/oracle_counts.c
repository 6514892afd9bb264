#include "oracle.h"

#include <inttypes.h>

void oracle_counts_add(struct oracle_counts *sum, const struct oracle_counts *counts)
{
    int64_t *to = (int64_t *)sum;
    const int64_t *from = (const int64_t *)counts;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++) {
        to[i] += from[i];
    }
}

int oracle_counts_print(const struct oracle_counts *c, FILE *out)
{
    int never = 0;
    fprintf(out, "%-20s %12s %12s %12s %12s %14s\n", "fault", "provoked", "power taken", "trips", "lockouts",
            "arming failed");
    for (int f = 1; f < FAULT_COUNT; f++) {
        fprintf(out, "%-20s %12" PRId64 " %12" PRId64 " %12" PRId64 " %12" PRId64 " %14" PRId64 "\n",
                fault_name((enum fault)f), c->provoked[f], c->taken[f], c->tripped[f], c->locked[f],
                c->arming_failed[f]);
        never += c->provoked[f] == 0 || c->tripped[f] + c->locked[f] + c->arming_failed[f] == 0;
    }
    fprintf(out, "blocks (ticks):");
    for (int b = 1; b < BLOCK_COUNT; b++) {
        fprintf(out, " %s %" PRId64, block_name((enum block)b), c->blocked[b]);
    }
    fprintf(out, "\nends:");
    for (int e = 1; e < END_COUNT; e++) {
        fprintf(out, " %s %" PRId64, end_name((enum end_reason)e), c->ended[e]);
    }
    fprintf(out,
            "\n%" PRId64 " ticks, %" PRId64 " powered sessions, %.0f powered hours, %" PRId64
            " self-test pulses, %" PRId64 " restarts, %" PRId64 " power cuts, %" PRId64 " acknowledgements (%" PRId64
            " refused)\n",
            c->ticks, c->sessions, (double)c->powered_ms / 3600000.0, c->pulses, c->restarts, c->power_cuts,
            c->acknowledged, c->refused_acknowledgements);
    return never;
}
