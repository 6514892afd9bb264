"""The daemon's sessions on real drivers, and what ends them."""
import json
import subprocess
import time

import rig
from harness import CONFIG, CUT_MS, IN_HEAT, IN_ICE, STALE_MS, scenario

GENTLE_S = 3  # between two temperatures less than 5 degrees C apart: in one go they would be a sensor_jump


@scenario("bench", "real", "the bench itself, without the daemon")
def bench_itself(bench):
    found = subprocess.run(["gpiodetect"], capture_output=True, text=True, check=False).stdout
    bench.check("the chip is called pinctrl-bcm2835 and has 54 lines", "[pinctrl-bcm2835] (54 lines)" in found,
                found.strip())
    owner = subprocess.Popen(["gpioset", "--mode=signal", "gpiochip0", f"{rig.HEAT_LINE}=1"])
    seen = bench.lines.wait(rig.HEAT_LINE, 1, 3)
    bench.check("a line that a program drives is seen from the other side", seen is not None)
    owner.kill()
    owner.wait()
    bench.check("a line is low again after its owner was killed", bench.lines.wait(rig.HEAT_LINE, 0, 3) is not None)
    bench.pad.hold(25)
    for channel in range(4):
        bench.adc.volts(channel, 400_000 * (channel + 1))
    volts = [bench.adc.raw(channel) * bench.adc.scale(channel) / 1000 for channel in range(4)]
    bench.check("the ADC driver reads four different channels",
                all(abs(value - 0.4 * (index + 1)) < 0.0003 for index, value in enumerate(volts)),
                " ".join(f"{value:.4f} V" for value in volts))
    bench.adc.volts(3, rig.SUPPLY_UV)
    time.sleep(0.01)  # more than one conversion, which the driver does not wait for on the same channel
    bench.check("3.3 V does not clip", abs(bench.adc.raw(3) * bench.adc.scale(3) - 3300) < 0.3)
    bench.adc.knob("fail_errno", 121)
    try:
        bench.adc.raw(0)
        seen_errno = 0
    except OSError as error:
        seen_errno = error.errno
    bench.adc.knob("fail_errno", 0)
    bench.check("an injected bus error reaches the reader", seen_errno == 121, f"errno {seen_errno}")
    bench.check("the broker answers", bench.broker.publish("soothe/bench/event", '{"event_type":"bench"}') == 0
                and bench.broker.event(3, "bench"))


@scenario("heat", "real", "a heating session that overheats")
def heat(bench):
    bench.pad.release(36.5)
    daemon = bench.daemon("heat")
    bench.check("the daemon is up", daemon.wait_ready())
    bench.check("MQTT says online", bench.broker.wait(lambda it: it.retained.get("availability") == "online", 5))
    bench.check("no line is driven before there is a plan", bench.lines.stays_low(2))
    started = daemon.client("start", "--injured-at", IN_HEAT)
    bench.check("the plan starts", started.returncode == 0, started.stderr.strip())
    began = rig.now_ms()
    high = bench.lines.wait_power(rig.HEAT_LINE, 20)
    bench.check("the heater's line goes high", high is not None, f"{(high or 0) - began} ms after start")
    bench.check("MQTT says running and heating",
                bench.broker.wait_state(3, state="running", phase="heat", heating="ON"))
    bench.check("the band is reached", bench.broker.event(20, "band_reached"), f"{bench.pad.celsius:.2f} degrees C")
    bench.check("the cooler's line stays low", bench.lines.level(rig.COOL_LINE) == 0)
    bench.pad.hold(38.5)
    bench.check("MQTT has the pad's temperature", bench.broker.wait(
        lambda it: abs((it.state.get("pad_c") or 0) - 38.5) <= 0.11, 7), f"{bench.broker.state.get('pad_c')}")
    bench.lines.wait_power(rig.HEAT_LINE, 20)
    bench.check("the heater's line is high at 38.5 degrees C", bench.lines.level(rig.HEAT_LINE) == 1)
    hot = bench.pad.hold(43.3)
    bench.check_cut("at 43.3 degrees C the heater's line goes low", rig.HEAT_LINE, hot, CUT_MS)
    bench.check_trip("too_hot")
    bench.check("nothing is powered while it stands", bench.lines.stays_low(3))
    bench.pad.hold(38.5)
    bench.check("cool again, it stands for a minute yet", bench.lines.stays_low(3)
                and bench.broker.state.get("trip") == "too_hot")
    _, status = daemon.end()
    bench.check("SIGTERM ends the daemon with status 0", status == 0, f"{status}")
    bench.check("MQTT says offline", bench.broker.wait(lambda it: it.retained.get("availability") == "offline", 5))


@scenario("cool", "real", "a cooling session that gets too cold")
def cool(bench):
    daemon = bench.powered("cool", rig.COOL_LINE, 16.0, IN_ICE)
    bench.check("MQTT says running and cooling", bench.broker.wait_state(3, state="running", phase="ice", cooling="ON"))
    bench.check("the band is reached", bench.broker.event(20, "band_reached"), f"{bench.pad.celsius:.2f} degrees C")
    bench.check("the heater's line stays low", bench.lines.level(rig.HEAT_LINE) == 0)
    bench.check("the fan runs", bench.lines.level(rig.FAN_LINE) == 1)
    bench.lines.wait_power(rig.COOL_LINE, 3)
    bench.pad.hold(9.5)
    time.sleep(GENTLE_S)
    on = bench.lines.level(rig.COOL_LINE)
    cold = bench.pad.hold(4.7)
    if on:
        bench.check_cut("at 4.7 degrees C the cooler's line goes low, its shortest time on or not", rig.COOL_LINE, cold,
                        CUT_MS)
    bench.check_trip("too_cold")
    bench.check("nothing is powered while it stands", bench.lines.stays_low(3))
    daemon.end()


@scenario("kill", "virtual", "the daemon is killed in a session")
def kill(bench):
    daemon = bench.powered("kill", rig.HEAT_LINE, 34.0, IN_HEAT)
    at, _ = daemon.end(rig.signal.SIGKILL)
    bench.check_cut("after SIGKILL the heater's line goes low", rig.HEAT_LINE, at, 200)
    bench.check("the will says offline", bench.broker.wait(lambda it: it.retained.get("availability") == "offline", 5))
    daemon.start()
    bench.check_rests(daemon, "restart")
    refused = daemon.client("now")
    bench.check("`now` is refused", refused.returncode == 1, refused.stderr.strip())
    daemon.end()


@scenario("sensor", "virtual", "the ADC fails in a session")
def sensor(bench):
    daemon = bench.powered("sensor", rig.HEAT_LINE, 30.0, IN_HEAT)
    at = rig.now_ms()
    bench.adc.bind(False)
    bench.check_cut("without the ADC the heater's line goes low", rig.HEAT_LINE, at, CUT_MS)
    bench.check_trip("sensor_error")
    bench.check("nothing is powered without it", bench.lines.stays_low(3))
    bench.adc.bind(True)
    bench.pad.release(30.0)
    back = bench.lines.wait_power(rig.HEAT_LINE, 30)
    bench.check("the session goes on once the ADC is back", back is not None)
    bench.adc.knob("fail_errno", 121)
    at = rig.now_ms()
    bench.check_cut("with an ADC that does not acknowledge the line goes low", rig.HEAT_LINE, at, CUT_MS)
    bench.adc.knob("fail_errno", 0)
    bench.pad.release(30.0)
    bench.check("a healthy bus brings the session back", bench.lines.wait_power(rig.HEAT_LINE, 30) is not None)
    bench.adc.knob("delay_ms", 3000)
    at = rig.now_ms()
    bench.check_cut("with a bus that hangs the line goes low", rig.HEAT_LINE, at, STALE_MS)
    bench.check("MQTT says sensor_stale", bench.broker.wait_state(5, trip="sensor_stale"))
    bench.adc.knob("delay_ms", 0)
    bench.pad.release(30.0)
    bench.check("a bus that answers brings the session back", bench.lines.wait_power(rig.HEAT_LINE, 30) is not None)
    bench.adc.knob("brownout", 1)
    bench.pad.hold(34.0)
    bench.check("an ADC that lost its registers goes on with true values", bench.broker.wait(
        lambda it: abs((it.state.get("pad_c") or 0) - 34.0) <= 0.11, 7), f"{bench.broker.state.get('pad_c')}")
    daemon.end()


@scenario("latch", "virtual", "the kernel keeps an I2C error and refuses every read from then on")
def latch(bench):
    daemon = bench.powered("latch", rig.HEAT_LINE, 30.0, IN_HEAT)
    bench.adc.autosuspend(20)
    at = rig.now_ms()
    bench.check("one bad transfer latches the driver", bench.adc.latch())
    bench.check_cut("the line goes low", rig.HEAT_LINE, at, CUT_MS)
    bench.check_trip("sensor_error")
    bench.check("the bus is well again and nothing is powered", bench.lines.stays_low(30)
                and bench.broker.state.get("trip") == "sensor_error", bench.broker.state.get("trip"))
    bench.check("the log says that the driver has to be bound anew", "Invalid argument" in daemon.log()
                and "bind" in daemon.log(), daemon.log().strip().splitlines()[-1])
    bench.adc.bind(False)
    bench.adc.bind(True)
    bench.pad.release(30.0)
    bench.check("which brings the session back", bench.lines.wait_power(rig.HEAT_LINE, 30) is not None)
    daemon.end()


@scenario("alone", "virtual", "one channel alone, which this driver would read as one code for ever")
def alone(bench):
    only = {key: value for key, value in CONFIG["sensors"][0].items() if key != "supply_channel"}
    bench.pad.pace(0.03, 0.1, 0.0)
    daemon = bench.powered("alone", rig.HEAT_LINE, 37.0, IN_HEAT, {**CONFIG, "sensors": [{**only, "supply_v": 3.3}]})
    bench.adc.knob("brownout", 1)
    time.sleep(GENTLE_S)
    bench.pad.hold(41.0)
    bench.check("an ADC that lost its registers goes on with true values", bench.broker.wait(
        lambda it: abs((it.state.get("pad_c") or 0) - 41.0) <= 0.21, 7), f"{bench.broker.state.get('pad_c')}")
    bench.pad.hold(38.5)
    bench.adc.knob("brownout", 1)
    time.sleep(GENTLE_S)
    bench.lines.wait_power(rig.HEAT_LINE, 20)
    hot = bench.pad.hold(43.3)
    bench.check_cut("and at 43.3 degrees C the line goes low", rig.HEAT_LINE, hot, CUT_MS)
    bench.check_trip("too_hot")
    daemon.end()


@scenario("button", "virtual", "the button, normally closed")
def button(bench):
    daemon = bench.powered("button", rig.HEAT_LINE, 30.0, IN_HEAT)
    for name, state in (("pauses", "paused"), ("resumes", "running")):
        pressed = rig.now_ms()
        bench.lines.press(True)
        time.sleep(0.3)
        bench.lines.press(False)
        bench.check(f"a press {name}", bench.broker.wait_state(20, state=state), bench.broker.state.get("state"))
        if state == "paused":
            bench.check_cut("its line goes low", rig.HEAT_LINE, pressed, 300 + CUT_MS)
            bench.check("nothing is powered in the pause", bench.lines.stays_low(10))
    bench.check("the line goes high again", bench.lines.wait_power(rig.HEAT_LINE, 20) is not None)
    daemon.end()


@scenario("absent", "virtual", "no ADC, no chip")
def absent(bench):
    bench.adc.bind(False)
    bench.pad.release(30.0)
    daemon = bench.daemon("absent")
    bench.check("the daemon is up without an ADC", daemon.wait_ready())
    daemon.client("start", "--injured-at", IN_HEAT)
    named = bench.broker.wait(lambda it: it.state.get("trip") in ("sensor_error", "sensor_stale"), 10)
    bench.check("it names the fault", named, bench.broker.state.get("trip"))
    bench.check("nothing is powered", bench.lines.stays_low(3))
    daemon.end()
    bench.check("the log names the ADC that is missing", rig.CHIP in daemon.log())
    bench.adc.bind(True)
    config = json.loads(json.dumps(CONFIG))
    config["pad"]["chip"] = "pinctrl-elsewhere"
    daemon = bench.daemon("chipless", config)
    daemon.wait_ready()
    daemon.client("start", "--injured-at", IN_HEAT)
    bench.check("without the chip nothing is powered", bench.lines.stays_low(3))
    daemon.end()
    bench.check("the log names the chip that is missing", "pinctrl-elsewhere" in daemon.log())


@scenario("session", "virtual", "a whole session")
def session(bench):
    bench.pad.pace(0.08, 0.1, 0.002)
    daemon = bench.powered("session", rig.HEAT_LINE, 30.0, IN_HEAT)
    began = rig.now_ms()
    bench.check("the band is reached", bench.broker.event(600, "band_reached"),
                f"after {(rig.now_ms() - began) / 1000:.0f} s")
    ended = bench.broker.event(31 * 60, "session_ended")
    minutes = (rig.now_ms() - began) / 60000
    bench.check("it ends as done, after 20 to 30 minutes", ended and ended.get("reason") == "done"
                and 20 <= minutes <= 30, f"{minutes:.1f} min, {json.dumps(ended)}")
    bench.check("nothing is powered in the rest", bench.lines.stays_low(15))
    bench.check("MQTT says resting", bench.broker.state.get("state") == "resting", f"{bench.broker.state.get('state')}")
    daemon.end()


@scenario("clear", "virtual", "a trip that clears")
def clear(bench):
    daemon = bench.powered("clear", rig.HEAT_LINE, 37.0, IN_HEAT)
    bench.pad.hold(39.0)
    time.sleep(GENTLE_S)
    bench.pad.hold(43.3)
    bench.check("MQTT says too_hot", bench.broker.wait_state(5, trip="too_hot"))
    bench.lines.wait(rig.HEAT_LINE, 0, 5)
    inside = bench.pad.hold(38.5)
    high = bench.lines.wait_power(rig.HEAT_LINE, 120)
    bench.check("a minute inside the limit, then power again", high is not None and high - inside >= 60000,
                "never" if high is None else f"{(high - inside) / 1000:.1f} s")
    bench.pad.hold(41.5)
    time.sleep(GENTLE_S)
    hot = bench.pad.hold(45.5)
    bench.lines.wait(rig.HEAT_LINE, 0, 5)
    bench.check("45.5 degrees C locks", bench.broker.wait_state(5, state="locked"), f"{rig.now_ms() - hot} ms")
    bench.pad.hold(30.0)
    bench.check("a lockout stays", bench.lines.stays_low(30) and bench.broker.state.get("state") == "locked")
    daemon.end(rig.signal.SIGKILL)
    daemon.start()
    daemon.wait_ready()
    bench.check("through a restart too", bench.lines.stays_low(15) and bench.broker.wait_state(5, state="locked"))
    bench.check("a person on the spot ends it", daemon.client("ack").returncode == 0
                and bench.broker.wait(lambda it: it.state.get("state") not in (None, "locked"), 10))
    daemon.end()


@scenario("cut", "cut", "the power is cut in a session")
def cut(bench):
    bench.powered("cut", rig.HEAT_LINE, 30.0, IN_HEAT)
    print("power cut", flush=True)
    time.sleep(60)


@scenario("cut", "again", "the next start after the power cut")
def again(bench):
    bench.check_rests(bench.daemon("cut"), "power_cut")
