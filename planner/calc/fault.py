"""Sums about faults: chains, earth-fault loops, and the limit of a device."""

from __future__ import annotations

from data import open_table
from grid.trace import Trace, TraceInput
from grid.wiring.earth_fault import tripping_current_a, zs_max_ohm
from grid.wiring.fault_chain import (
    ChainCable,
    ChainSource,
    ChainTransformer,
    Method,
    Point,
    chain,
    trace_point,
)
from grid.wiring.protection import breakers
from planner.calc.given import Given, Result, Topic, plain_trace

# IEC 60898-1 ends at 125 A.
_LARGEST_MCB_A = 125.0
_SOURCE = ("s_sc_mva", "rx", "vn_kv")
_TRANSFORMER = (
    "kva",
    "rated_kva",
    "uk_pct",
    "ukr_pct",
    "load_loss_kw",
    "u20_v",
    "lv_no_load_v",
    "hv_kv",
    "parallel",
)
_CABLE = (
    "r_mohm_per_m",
    "x_mohm_per_m",
    "length_m",
    "parallel",
    "r_earth_mohm_per_m",
    "x_earth_mohm_per_m",
)
_METHODS = {
    "iec60909": "iec60909", "simple": "simple", "60909": "iec60909", "iec 60909": "iec60909",
    "iec-60909": "iec60909", "iec60909-0": "iec60909", "hand": "simple",
}  # fmt: skip
_CHAIN = ("source", "transformer", "cables", "case", "method", "nominal_v")


def _source(given: Given, default_kv: float) -> ChainSource:
    if not given.has("source"):
        return ChainSource(None, default_kv)
    part = given.part("source", _SOURCE)
    return ChainSource(
        part.optional("s_sc_mva"), part.number("vn_kv", default_kv), part.number("rx", 0.1)
    )


def _transformer(given: Given) -> ChainTransformer | None:
    if not given.has("transformer"):
        return None
    part = given.part("transformer", _TRANSFORMER)
    kva, uk = part.number(part.either("kva", "rated_kva")), part.number("uk_pct")
    loss = part.number("load_loss_kw", 0.0, above=False)
    if part.has("ukr_pct"):
        loss = part.number("ukr_pct", above=False) / 100 * kva
    if loss / kva >= uk / 100:
        raise part.wrong("load_loss_kw", f"is {loss:g} kW", "give less than uk_pct allows")
    source = given.part("source", _SOURCE) if given.has("source") else part
    hv_default = source.number("vn_kv", 20.0) if given.has("source") else 20.0
    return ChainTransformer(
        kva,
        uk,
        part.number(part.either("u20_v", "lv_no_load_v"), 420.0),
        part.number("hv_kv", hv_default),
        loss,
        part.count("parallel", 1),
    )


def _points(given: Given) -> tuple[tuple[Point, ...], Method, float]:
    transformer = _transformer(given)
    source = _source(given, transformer.hv_kv if transformer else 0.4)
    if transformer is None and source.s_sc_mva is None:
        raise given.wrong("source", "has no fault level and there is no transformer", "give one")
    method = Method(
        _METHODS[given.text("method", "iec60909", tuple(_METHODS))],
        given.text("case", "max", ("max", "min")),
    )
    cables = [
        ChainCable(
            part.number("r_mohm_per_m", above=False),
            part.number("x_mohm_per_m", 0.08, above=False),
            part.number("length_m"),
            part.count("parallel", 1),
            part.optional("r_earth_mohm_per_m"),
            part.optional("x_earth_mohm_per_m"),
        )
        for part in (given.parts("cables", _CABLE) if given.has("cables") else ())
    ]
    volts = given.number("nominal_v", 400.0)
    shown = transformer.lv_v if method.simple and transformer else volts
    return chain(source, transformer, cables, method, volts), method, shown


def fault_chain(given: Given) -> Result:
    """Return the three-phase fault at each point of a chain."""
    points, method, volts = _points(given)
    return {
        "isc_ka": [p.isc_ka for p in points],
        "ik2_ka": [p.isc_ka * 3**0.5 / 2 for p in points],
        "points": [p.name for p in points],
        "method": method.name,
        "case": method.case,
        "c": method.c,
        "trace": plain_trace([trace_point(p, method, volts) for p in points]),
    }


def earth_fault(given: Given) -> Result:
    """Return earth fault and loop impedance at each point of a chain."""
    points, method, _ = _points(given)
    traces = [
        Trace(
            f"Z_s {p.name}",
            p.zs_ohm,
            "ohm",
            "IEC 60909-0:2016 8.4",
            "Z_s = |2 Z1 + Z0| / 3; I_k1 = c · U0 / Z_s",
            f"I_k1 = {p.ik1_ka:.3f} kA",
            (TraceInput("c", method.c, "", "IEC 60909-0:2016 table 1"),),
        )
        for p in points
    ]
    return {
        "ik1_ka": [p.ik1_ka for p in points],
        "zs_ohm": [p.zs_ohm for p in points],
        "points": [p.name for p in points],
        "trace": plain_trace(traces),
    }


def zs(given: Given) -> Result:
    """Return the largest earth-fault loop impedance a device allows."""
    in_a, u0 = given.number("in_a"), given.number("u0_v", 230.0)
    trip, source, doubtful = _tripping(given, in_a)
    c_min = given.number("c_min", 0.95)
    limit = zs_max_ohm(trip, u0, c_min)
    trace = Trace(
        "Z_s,max",
        limit,
        "ohm",
        "IEC 60364-4-41:2005 411.4.4; BS 7671 411.4.4",
        "Z_s,max = C_min · U0 / I_a",
        f"{c_min:g} · {u0:g} / {trip:g} = {limit:.4f} ohm",
        (TraceInput("I_a", trip, "A", source, doubtful),),
    )
    return {"zs_max_ohm": limit, "ia_a": trip, "trace": plain_trace((trace,))}


def _tripping(given: Given, in_a: float) -> tuple[float, str, bool]:
    """Return the current that certainly disconnects [A], its source, and whether it is doubtful."""
    device = given.text("device", "MCB", ("MCB", "RCBO", "MCCB", "ACB", "gG", "BS88", "BS 88"))
    if device in ("MCB", "RCBO"):
        if in_a > _LARGEST_MCB_A:
            raise given.wrong("in_a", f"is {in_a:g}", f"give an {device} up to {_LARGEST_MCB_A:g}")
        trip = tripping_current_a(given.text("curve", "C", ("B", "C", "D")), in_a)
        return trip, "upper edge of the instantaneous band", False
    if device == "gG":
        return _fuse_a(given, "fuses", in_a, (0.1, 5.0))
    if device in ("BS88", "BS 88"):
        return _fuse_a(given, "fuses_bs88", in_a, (0.4, 5.0))
    rated = [
        b.device for b in breakers().values() if b.device.kind == device and b.device.in_a == in_a
    ]
    if not rated:
        raise given.wrong("in_a", f"is {in_a:g}", f"give a rating of an {device}")
    return rated[0].trip_a or 0.0, "upper edge of the magnetic setting as delivered", True


def _fuse_a(
    given: Given, table: str, in_a: float, times_s: tuple[float, float]
) -> tuple[float, str, bool]:
    """Return the current that certainly melts a fuse within a time of the table [A]."""
    time_s = given.number("time_s", times_s[0])
    if time_s not in times_s:
        raise given.wrong("time_s", f"is {time_s:g}", f"give {times_s[0]:g} or {times_s[1]:g}")
    column = f"operates_{time_s:g}s_a".replace(".", "_")
    rows = open_table(f"protection/{table}")
    row = next((r for r in rows if r.number("in_a") == in_a), None)
    amps = row.optional_number(column) if row is not None else None
    if row is None or amps is None:
        known = ", ".join(f"{r.number('in_a'):g}" for r in rows if r.optional_number(column))
        raise given.wrong("in_a", f"is {in_a:g}", f"give a fuse of {known} A")
    status = row.text("status")
    doubtful = "unconfirmed" in status and not (time_s == 0.4 and status.startswith("5 s"))
    return amps, f"operates within {time_s:g} s: {row.text('source')}", doubtful


TOPICS = (
    Topic(
        "fault-chain",
        "three-phase faults along source, transformer and cables",
        _CHAIN,
        "isc_ka (three-phase) and ik2_ka per point, points, method, case, c",
        fault_chain,
        example='{"source": {"s_sc_mva": 250, "rx": 0.1, "vn_kv": 11}, '
        '"transformer": {"kva": 630, "uk_pct": 4, "load_loss_kw": 4.6, "u20_v": 420}, '
        '"cables": [{"r_mohm_per_m": 0.1, "x_mohm_per_m": 0.08, "length_m": 50, '
        '"parallel": 2}], "case": "max", "method": "iec60909"}',
    ),
    Topic(
        "earth-fault",
        "earth faults and loop impedances along a chain",
        _CHAIN,
        "ik1_ka and zs_ohm per point",
        earth_fault,
        example='{"source": {"s_sc_mva": 10, "vn_kv": 0.4}, "case": "min"}',
    ),
    Topic(
        "zs",
        "largest earth-fault loop impedance for a device",
        ("device", "curve", "in_a", "u0_v", "c_min", "time_s"),
        "zs_max_ohm, ia_a",
        zs,
        example='{"device": "MCB", "curve": "C", "in_a": 32, "u0_v": 230}',
    ),
)
