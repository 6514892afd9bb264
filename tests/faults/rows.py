"""What is expected of each fault in each state; the times are those of docs/safety.md, and a margin where the fault
itself needs time to come (a sensor that is carried to 44.5 degrees passes 43 only after a while)."""

from dataclasses import dataclass, field

COLUMNS = ["resting", "arming", "heating, before the band", "heating, in the band", "cooling, before the band",
           "cooling, in the band", "paused", "phase switch"]
HEATING = COLUMNS[2:4]
COOLING = [COLUMNS[4], COLUMNS[5], COLUMNS[7]]
POWERED = HEATING + COOLING  # the last one is the phase switch
IN_BAND = [COLUMNS[3], COLUMNS[5]]
BEFORE = [COLUMNS[2], COLUMNS[4]]

TICK = 200
GUARD = 20
NEXT_TICK = TICK + TICK + GUARD  # the sample of the next tick at the latest, and the injection is dated by the last one


SELF_TEST = 5000
ENDED = 8000  # `end` 2 s after the injection, and what a busy machine needs to bring it, at a hundred times its pace


@dataclass
class Spec:
    """`off_ms`: the pins are low for good so long after the injection. `names`: one of these is named within
    `named_ms`; none: nothing can show here, and nothing may be named. `on_the_way`: names that may stand before it."""
    off_ms: int
    names: tuple = ()
    named_ms: int = 0
    on_the_way: tuple = ()
    event: str = ""  # named by this event, and no trip
    end_session: bool = False  # the session is ended by a command first: what is welded shows when it is off
    ack_refused: bool = False  # while the fault stands
    stays: bool = False  # a trip does not clear while the fault stands
    lead: bool = False  # judged by the voltage on the pad's lead: the pin itself does not obey
    locks: bool = False  # it is a lockout, though a trip of the same name may come before it
    faults: tuple = ()  # injected here instead of the row's


@dataclass
class Row:
    name: str
    faults: tuple
    specs: dict = field(default_factory=dict)
    before: tuple = ()  # injected before the plan starts
    speed: int = 0  # of the simulated clock, where the usual one is too slow

    def cell(self, column):
        return self.specs.get(column)


def at(columns, spec):
    return {column: spec for column in columns}


def sensor(name, off_ms=NEXT_TICK, named_ms=4500):
    return Row(name, (name,), at(COLUMNS, Spec(off_ms, (name,), named_ms, stays=True)))


QUIET = Spec(0)

ROWS = [
    sensor("sensor_open"),
    sensor("sensor_short"),
    sensor("sensor_error"),
    Row("sensor_latch", ("sensor_latch",), at(COLUMNS, Spec(NEXT_TICK, ("sensor_error",), 4500, stays=True))),
    sensor("sensor_implausible"),
    sensor("sensor_stale", off_ms=600 + NEXT_TICK, named_ms=5500),
    # Off is what lets it clear: at rest it takes ten minutes until an ADC that repeats itself counts as frozen.
    Row("sensor_stuck", ("sensor_stuck",), {
        **at(["resting", "paused"], Spec(0, ("sensor_stuck",), 620000)),
        "arming": Spec(SELF_TEST + 10000 + NEXT_TICK, ("sensor_stuck",), 20000),
        **at(POWERED, Spec(10000 + NEXT_TICK, ("sensor_stuck",), 14000))}),
    Row("sensor_jump", ("sensor_jump",), at(COLUMNS, Spec(3 * TICK + NEXT_TICK, ("sensor_jump",), 4500))),
    # 16 s until they are 5 degrees apart, and a quarter of an hour of it: more than a session has left where another
    # phase begins in it.
    Row("sensor_disagree", ("sensor_disagree",), {
        **at(["paused"] + POWERED[:-1], Spec(920000, ("sensor_disagree",), 925000, stays=True)),
        # A sensor that drifts up while nothing is powered looks like a welded switch.
        "resting": Spec(0, ("sensor_disagree", "heat_when_off"), 925000)}),
    Row("too_hot", ("too_hot",), {
        **at(COLUMNS, Spec(16000, ("too_hot",), 22000, stays=True)),
        **at(COOLING, Spec(22000, ("too_hot", "wrong_way", "sensor_jump"), 30000))}),
    Row("too_cold", ("too_cold",), {
        **at(COLUMNS, Spec(16000, ("too_cold",), 22000, stays=True)),
        **at(HEATING + ["paused", "resting"], Spec(22000, ("too_cold", "wrong_way", "sensor_jump"), 30000))}),
    Row("too_hot_lockout", ("too_hot_lockout",),
        at(HEATING, Spec(18000, ("too_hot",), 24000, locks=True, ack_refused=True))),
    Row("too_cold_lockout", ("too_cold_lockout",),
        at(COOLING, Spec(18000, ("too_cold",), 24000, locks=True, ack_refused=True))),
    Row("hot_side", ("hot_side",), at(COLUMNS, Spec(16000, ("hot_side",), 22000, stays=True))),
    Row("no_response", ("no_response",), {
        **at(BEFORE, Spec(250000, ("no_response",), 260000)),
        HEATING[1]: Spec(900000, ("lost_band",), 920000, faults=("off_body", "no_response")),
        COOLING[1]: Spec(900000, ("lost_band",), 920000),
        **at(["resting", "paused"], QUIET)}, before=("on_body",)),
    Row("wrong_way", ("wrong_way",), {
        **at(["arming"] + BEFORE, Spec(150000, ("wrong_way",), 160000)),
        **at(IN_BAND, Spec(300000, ("lost_band", "wrong_way"), 310000)),
        **at(["resting", "paused"], QUIET)}),
    Row("lost_band", ("lost_band",), {
        HEATING[1]: Spec(900000, ("lost_band",), 920000, faults=("off_body", "lost_band")),
        **at(COOLING[1:], Spec(900000, ("lost_band",), 920000)),
        **at(["resting", "paused"], QUIET)}),
    Row("heat_when_off", ("heat_when_off",), {
        **at(["resting", "arming"], Spec(TICK + NEXT_TICK, ("heat_when_off",), 65000, ack_refused=True)),
        "paused": Spec(0, ("heat_when_off",), 66000, on_the_way=("too_hot",), ack_refused=True),
        **at(POWERED, Spec(ENDED, ("heat_when_off",), 70000, on_the_way=("too_hot",), end_session=True, ack_refused=True))}),
    Row("cool_when_off", ("cool_when_off",), {
        **at(["resting", "arming"], Spec(TICK + NEXT_TICK, ("heat_when_off",), 65000, ack_refused=True)),
        **at(POWERED, Spec(ENDED, ("heat_when_off",), 70000, on_the_way=("too_cold",), end_session=True,
                           ack_refused=True))}),
    Row("heat_welded", ("heat_welded",), at(["arming"], Spec(0, ("heat_when_off",), 4000))),
    Row("dead_man", ("dead_man",), at(["arming"], Spec(0, ("dead_man",), 8000, event="arming_failed"))),
    Row("both_on", ("both_on",), at(COLUMNS, Spec(NEXT_TICK, ("both_on",), 3000, ack_refused=True))),
    Row("readback", ("readback",), at(COLUMNS, Spec(NEXT_TICK, ("readback",), 4500, ack_refused=True))),
    # The second switch has to do it: within 2 s of the first low that does not come, as the dead man promises. At rest
    # the stepped clock looks once a second; in the band the low comes once in a period of 2 s; before the band the pin has
    # to be high, and the low comes with the end of the session.
    Row("heat_stuck", ("heat_stuck",), {
        **at(COLUMNS, Spec(2000, ("readback", "both_on"), 4500, lead=True, ack_refused=True)),
        "resting": Spec(3000, ("readback",), 4500, lead=True, ack_refused=True),
        HEATING[1]: Spec(4000, ("readback",), 6500, lead=True, ack_refused=True),
        HEATING[0]: Spec(ENDED, ("readback",), 12000, lead=True, ack_refused=True, end_session=True)}),
    Row("late_tick", ("late_tick",), {
        **at(POWERED, Spec(4000, ("late_tick",), 6000)),
        **at(["resting", "paused"], QUIET)}),
    Row("store_lost", ("store_lost",), at(COLUMNS, Spec(0, ("store_lost",), 1000))),
    Row("supply_collapse", ("supply_collapse",), at(HEATING[:1], Spec(0, ("supply_collapse",), 1000)), speed=1000),
]
