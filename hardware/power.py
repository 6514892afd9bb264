#!/usr/bin/env python3
"""Prints the power table of hardware/README.md: how much heater a pad of a given size needs. Only the standard library.

A pad that lies on a body and is covered needs about 300 W/m2 to hold 40 degrees Celsius. The heater to buy is a little
stronger, so that it also gets there, and never stronger than 400 W/m2, because that is what reaches the skin when its
switch fails shut. The fuse carries the strongest heater allowed and the fan and relays, with a quarter to spare.
"""
HOLD_W_M2, BUY_W_M2, MOST_W_M2 = 300, 350, 400
SUPPLY_V = 12.0
FAN_AND_RELAYS_A = 0.3
FUSE_SPARE = 1.25
BLADE_FUSES_A = (1, 2, 3, 5, 7.5, 10, 15)
PADS_CM = ((10, 20), (20, 20), (20, 30), (30, 30), (30, 40), (40, 50))


def fuse_a(current_a):
    return next(size for size in BLADE_FUSES_A if size >= (current_a + FAN_AND_RELAYS_A) * FUSE_SPARE)


def row(width_cm, height_cm):
    area_m2 = width_cm * height_cm / 10000
    buy_w, most_w = area_m2 * BUY_W_M2, area_m2 * MOST_W_M2
    return (f"{width_cm} x {height_cm} cm", f"{area_m2 * HOLD_W_M2:.0f} W", f"{buy_w:.0f} W", f"{most_w:.0f} W",
            f"{buy_w / SUPPLY_V:.1f} A", f"{SUPPLY_V ** 2 / buy_w:.1f} Ω", f"{fuse_a(most_w / SUPPLY_V):g} A")


def table():
    head = ("pad", f"holds 40 °C ({HOLD_W_M2} W/m²)", f"buy about ({BUY_W_M2} W/m²)", f"never more ({MOST_W_M2} W/m²)",
            "current at 12 V", "heater measures", "fuse F1")
    rows = [head, tuple("---" for _ in head), *(row(*pad) for pad in PADS_CM)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


if __name__ == "__main__":
    print(table())
