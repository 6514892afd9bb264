"""The checks inside the bench's kernel: bench.py BUILD_DIRECTORY KERNEL SCENARIO..."""
import os
import sys
import traceback

import heartbeat
import reaction
import rig
import sessions
from harness import SCENARIOS, Bench

assert heartbeat and reaction and sessions  # their scenarios are in SCENARIOS now


def main(build, kernel, names):
    bench = Bench(build, kernel in ("virtual", "again"))
    for name in names:
        what, run = SCENARIOS[kernel, name]
        print(f"-- {name}: {what}", flush=True)
        began = rig.now_ms()
        try:
            run(bench)
        except Exception:  # a scenario that breaks is a failed check, and the next one still runs
            traceback.print_exc(file=sys.stdout)
            bench.check(f"{name} ran to its end", False)
        finally:
            bench.tidy()
        bench.trace.add("scenario", f"{name} took {rig.now_ms() - began} ms")
    print("bench complete", flush=True)
    os.sync()


main(sys.argv[1], sys.argv[2], sys.argv[3:])
