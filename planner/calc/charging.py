"""Sums about charging: currents of outlets between lines, and how long a DC charge takes."""

from __future__ import annotations

import math

import numpy as np

from grid.trace import Trace, TraceInput
from planner.calc.given import Given, Result, Topic, plain_trace
from planner.charging.phases import LINES, line_currents_a
from planner.demand.taper import charge_of, mean_kw_of, taper

_CONNECTIONS = ("ab", "bc", "ca", "a", "b", "c", "abc")


def line_currents(given: Given) -> Result:
    """Return the current of each line with every outlet in full use, against a transformer."""
    outlet_a, line_v = given.number("outlet_a", 32.0), given.number("line_v", 400.0)
    counts = {k: given.number(k, 0.0, above=False) for k in _CONNECTIONS if given.has(k)}
    if not any(counts.values()):
        raise given.wrong("ab", "is missing", f"count the outlets on {', '.join(_CONNECTIONS)}")
    neutral_v = line_v / math.sqrt(3)
    kw = {k: n * _outlet_kw(k, outlet_a, line_v) for k, n in counts.items()}
    amps = line_currents_a({k.upper(): v for k, v in kw.items()}, neutral_v)
    worst, nameplate = max(amps), sum(kw.values())
    line = LINES[amps.index(worst)]
    result: Result = {
        "nameplate_kva": nameplate,
        "line_a": dict(zip(("L1", "L2", "L3"), amps, strict=True)),
        "worst_a": worst,
        "least_a": min(amps),
    }
    if given.has("transformer_kva"):
        kva = given.number("transformer_kva")
        limit_a = 1000 * kva / (3 * neutral_v)
        result |= {
            "oversubscription": nameplate / kva,
            "limit_a": limit_a,
            "worst_oversubscription": worst / limit_a,
        }
    told = ", ".join(f"{n:g} on {k.upper()}" for k, n in counts.items())
    trace = Trace(
        f"I_{line}", worst, "A",
        "vector sum of the outlets of a line, equal power factor",
        "I = I_o · √(m² + n² + m·n) for m and n outlets on its two pairs, in phase to neutral",
        f"{told}, {outlet_a:g} A each at {line_v:g} V between lines → {worst:.1f} A",
        (
            TraceInput("I_o", outlet_a, "A", "given"),
            TraceInput("U", line_v, "V", "between lines"),
        ),
        "every outlet in use at its full current",
    )  # fmt: skip
    return {**result, "trace": plain_trace((trace,))}


def _outlet_kw(connection: str, amps: float, line_v: float) -> float:
    """Return kVA of one outlet between two lines, from a line to neutral, or on three lines."""
    volts = {1: line_v / math.sqrt(3), 2: line_v, 3: math.sqrt(3) * line_v}[len(connection)]
    return amps * volts / 1000


def dc_charge(given: Given) -> Result:
    """Return how long a DC charge takes where the car's power falls as it fills."""
    battery, car_kw = given.number("battery_kwh"), given.number("car_kw")
    outlet_kw = given.number("outlet_kw")
    start, end = given.number("from_pct", above=False), given.number("to_pct", 80.0)
    if not start < end <= 100:
        raise given.wrong("to_pct", f"is {end:g}", "give a value above from_pct, up to 100")
    energy = battery * (end - start) / 100
    columns = (np.array([v]) for v in (energy, battery, start / 100, car_kw))
    mean = float(mean_kw_of(charge_of(*columns), outlet_kw)[0])
    minutes = 60 * energy / mean
    curve = ", ".join(f"{100 * p:g} % at {100 * s:g} %" for s, p in zip(*taper(), strict=True))
    trace = Trace(
        "t", minutes, "min",
        "charging curve by state of charge (planning assumption, data/demand/taper)",
        "t = ∫ dE / min(P_outlet, P_car · share(state of charge))",
        f"{energy:.4g} kWh from {start:g} to {end:g} % → {minutes:.1f} min, mean {mean:.1f} kW",
        (
            TraceInput("P_car", car_kw, "kW", "given"),
            TraceInput("P_outlet", outlet_kw, "kW", "given"),
        ),
        f"share of the car's highest power by state of charge: {curve}",
    )  # fmt: skip
    return {
        "energy_kwh": energy, "minutes": minutes, "mean_kw": mean, "trace": plain_trace((trace,))
    }  # fmt: skip


TOPICS = (
    Topic(
        "line-currents",
        "current of each line with all outlets in use, and how far that passes a transformer",
        (*_CONNECTIONS, "outlet_a", "line_v", "transformer_kva"),
        "nameplate_kva, line_a, worst_a, least_a, oversubscription, limit_a, "
        "worst_oversubscription",
        line_currents,
        example='{"ab": 26, "bc": 14, "ca": 14, "outlet_a": 32, "line_v": 208, '
        '"transformer_kva": 150}',
    ),
    Topic(
        "dc-charge",
        "time and mean power of a DC charge along the taper",
        ("battery_kwh", "from_pct", "to_pct", "car_kw", "outlet_kw"),
        "energy_kwh, minutes, mean_kw",
        dc_charge,
        example='{"battery_kwh": 60, "from_pct": 20, "to_pct": 80, "car_kw": 120, '
        '"outlet_kw": 150}',
    ),
)
