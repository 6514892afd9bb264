"""The heartbeat's line, the dead man behind it, and the test of both switches before a session."""
import time

import rig
from harness import IN_HEAT, scenario

PULSE_MS = (60, 180)    # of the self-test: 100 ms, as a look every few milliseconds sees it
BEAT_MS = 600           # the longest gap between two edges while energised: three ticks
ARMING_S = 30
RETRY_S = 600           # a failed self-test is tried again after ten minutes


def beats_at_rest(bench, name, seconds=5):
    began = rig.now_ms()
    time.sleep(seconds)
    edges = bench.lines.beats(began)
    bench.check(f"{name} the heartbeat is still", not edges, f"{len(edges)} edges in {seconds} s")


def check_beats(bench, name, seconds=5):
    began = rig.now_ms()
    time.sleep(seconds)
    edges = bench.lines.beats(began)
    gap = max((b - a for a, b in zip(edges, edges[1:])), default=None)
    bench.check(f"{name} the heartbeat beats", gap is not None and gap <= BEAT_MS and len(edges) >= 4 * seconds,
                f"{len(edges)} edges in {seconds} s, longest gap {gap} ms")


def start(bench, daemon):
    bench.check("the daemon is up", daemon.wait_ready())
    began = rig.now_ms()
    bench.check("the plan starts", daemon.client("start", "--injured-at", IN_HEAT).returncode == 0)
    return began


def check_pulse(bench, began):
    """What the self-test did since then: one short pulse with the dead man open, after the heartbeat was tested."""
    pulses = bench.lines.pulses(rig.HEAT_LINE, began)
    good = len(pulses) == 1 and PULSE_MS[0] <= pulses[0][1] <= PULSE_MS[1]
    bench.check("the self-test puts one pulse of 100 ms on the heater's line", good, f"{pulses}")
    if good:
        at, width = pulses[0]
        before, still = bench.lines.beats(began, at), bench.lines.beats(at - rig.DEAD_MAN_MS, at + width)
        bench.check("with the heartbeat still for as long as the dead man holds", not still, f"{still}")
        bench.check("and after edges that made the dead man conduct", len(before) >= 3, f"{len(before)} edges")


def stopped(bench, daemon):
    """Nothing in a process that is stopped can take its line back: the pin stays high, and the dead man drops it."""
    bench.check("the heater's line is high and its lead live",
                bench.lines.level(rig.HEAT_LINE) and bench.lines.lead(rig.HEAT_LINE))
    daemon.process.send_signal(rig.signal.SIGSTOP)
    at = rig.now_ms()
    while bench.lines.lead(rig.HEAT_LINE) and rig.now_ms() - at < 5000:
        time.sleep(0.005)
    took = rig.now_ms() - at
    bench.check("after SIGSTOP the dead man takes the lead's voltage", took <= 2000, f"{took} ms")
    time.sleep(2)
    bench.check("though the pin stays high", bench.lines.level(rig.HEAT_LINE) == 1)
    late = bench.lines.beats(at + 100)
    bench.check("and no edge of the heartbeat comes", not late, f"{late}")
    daemon.process.send_signal(rig.signal.SIGCONT)
    bench.check_cut("awake again, it takes the line back at once", rig.HEAT_LINE, rig.now_ms(), 200)


@scenario("heartbeat", "real", "edges while armed and powered, none at rest, none from a process that is stopped")
def heartbeat(bench):
    bench.pad.pace(0.03, 0.1, 0.0)
    bench.pad.release(30.0)
    daemon = bench.daemon("heartbeat")
    bench.check("the daemon is up", daemon.wait_ready())
    beats_at_rest(bench, "without a plan")
    began = start(bench, daemon)
    session = bench.broker.event(ARMING_S, "session_started")
    bench.check("a session begins", session)
    bench.lines.wait_power(rig.HEAT_LINE, 5)
    check_pulse(bench, began)
    check_beats(bench, "powered,")
    stopped(bench, daemon)
    daemon.client("end")
    bench.check("the session has ended", bench.broker.wait_state(20, state="resting"), bench.broker.state.get("state"))
    time.sleep(1)  # its line may go back to inactive
    beats_at_rest(bench, "after it")
    daemon.end()


def no_power(bench, since_ms):
    """Nothing but pulses of the self-test."""
    long = [pulse for pulse in bench.lines.pulses(rig.HEAT_LINE, since_ms) if pulse[1] > PULSE_MS[1]]
    bench.check("and nothing is powered", not long and not bench.lines.level(rig.HEAT_LINE), f"{long}")


@scenario("welded", "virtual", "a switch that conducts whatever it is told")
def welded(bench):
    bench.pad.pace(0.03, 0.1, 0.0)
    bench.pad.release(30.0)
    bench.lines.welded.add(rig.DEAD_MAN)
    daemon = bench.daemon("welded")
    began = start(bench, daemon)
    failed = bench.broker.event(ARMING_S, "arming_failed")
    bench.check("a dead man that is welded fails the self-test by name", failed and failed.get("fault") == "dead_man",
                f"{failed}")
    bench.check("MQTT says that arming failed", bench.broker.wait_state(5, blocked_by="arming_failed"),
                f"{bench.broker.state.get('blocked_by')}: {bench.broker.state.get('message')}")
    no_power(bench, began)
    bench.lines.welded.clear()
    bench.check("mended, the next try finds both switches well", bench.broker.event(RETRY_S + ARMING_S, "session_started"))
    bench.tidy()

    bench.pad.release(30.0)
    bench.lines.welded.add(rig.HEAT_LINE)
    daemon = bench.daemon("shorted")
    began = start(bench, daemon)
    bench.check("a channel that is welded locks before it has power", bench.broker.wait_state(
        ARMING_S, state="locked", trip="heat_when_off"), f"{bench.broker.state.get('message')}")
    no_power(bench, began)
    bench.tidy()

    bench.lines.welded.update((rig.DEAD_MAN, rig.HEAT_LINE))
    daemon = bench.daemon("both")
    bench.check("the daemon is up", daemon.wait_ready())
    began = rig.now_ms()
    bench.pad.hold(30.0)
    locked = bench.broker.wait_state(120, state="locked", trip="heat_when_off")
    bench.check("both welded, a lead that is live at rest locks within 65 s", locked and rig.now_ms() - began <= 65_000,
                f"{rig.now_ms() - began} ms")
    bench.check("it cannot be acknowledged while the lead is live", daemon.client("ack").returncode == 1)
    bench.lines.welded.clear()
    time.sleep(2)
    bench.check("mended, a person on the spot ends it", daemon.client("ack").returncode == 0
                and bench.broker.wait(lambda it: it.state.get("state") not in (None, "locked"), 10))
    daemon.end()
