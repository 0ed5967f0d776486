"""Sums about loads: phases, unbalance, branch circuits and demand."""

from __future__ import annotations

import math

from data import open_table
from grid.codes import registry
from grid.codes.nec import branch_mm2, grounding_mm2, next_rating_a
from grid.findings import Finding, Severity
from grid.model import Conductor
from grid.trace import Trace, TraceInput
from grid.wiring.phases import (
    PHASES,
    Outlet,
    allocate,
    neutral_a,
    trace_allocation,
    unbalance_pct,
)
from planner.calc.given import Given, Result, Topic, plain_findings, plain_trace

_OUTLET = ("kva", "kw", "power_kw", "current_a", "id", "phase", "phases")


def phase_balance(given: Given) -> Result:
    """Put single-phase outlets on phases; three-phase ones load all alike."""
    single, three = [], []
    for number, part in enumerate(given.parts("outlets", _OUTLET), 1):
        phases = part.phases(1)
        kva = part.optional(part.either("kva", "kw", "power_kw"))
        if kva is None:
            kva = part.number("current_a") * 0.23 * phases
        if phases == 3:
            three.append(kva / 3)
            continue
        phase = part.text("phase", "", ("", *PHASES))
        single.append(Outlet(part.text("id", str(number)), kva, phase))
    if len({o.id for o in single}) < len(single):
        raise given.wrong("outlets", "has an id twice", "give each outlet its own id")
    limit, each = given.number("limit_kva", 4.6), sum(three)
    found = allocate(single, (each, each, each))
    return {
        "phase": dict(found.phase),
        "kva": dict(zip(PHASES, found.kva, strict=True)),
        "worst_kva": found.worst_kva,
        "unbalance_kva": found.unbalance_kva,
        "within_limit": found.unbalance_kva <= limit + 1e-9,
        "trace": plain_trace((trace_allocation(found, limit),)),
    }


def _currents(given: Given, u0_v: float) -> tuple[float, ...]:
    """Return the current of each phase [A], given as such or as power."""
    for key in ("phase_kva", "phase_kw"):
        if given.has(key):
            return tuple(1000 * kva / u0_v for kva in given.numbers(key, 3))
    if given.has("l1_a") or given.has("l2_a") or given.has("l3_a"):
        return tuple(given.number(f"l{i}_a", above=False) for i in (1, 2, 3))
    return given.numbers(given.either("phase_a", "current_a"), 3)


def unbalance(given: Given) -> Result:
    """Return neutral current and unbalance of three phase currents."""
    u0_v = given.number("u0_v", 230.0)
    amps = _currents(given, u0_v)
    kva = [u0_v * a / 1000 for a in amps]
    limit = given.number("limit_kva", 4.6)
    neutral, pct = neutral_a(amps), unbalance_pct(amps)
    numbers = ", ".join(f"{a:g}" for a in amps)
    trace = Trace(
        "I_n",
        neutral,
        "A",
        "symmetrical components, fundamental, equal power factor",
        "I_N = |I1 + a² I2 + a I3|",
        f"|{numbers}| = {neutral:.3f} A",
        tuple(TraceInput(p, a, "A", "given") for p, a in zip(PHASES, amps, strict=True)),
    )
    return {
        "neutral_a": neutral,
        "unbalance_pct": pct,
        "unbalance_kva": max(kva) - min(kva),
        "within_limit": max(kva) - min(kva) <= limit + 1e-9,
        "trace": plain_trace((trace,)),
    }


def nec_branch(given: Given) -> Result:
    """Return breaker, conductor and equipment ground of a NEC branch circuit."""
    if given.has("load_a"):
        load = given.number("load_a")
    else:
        root = 3**0.5 if given.phases(1) == 3 else 1.0
        load = 1000 * given.number("power_kw") / (root * given.number("voltage_v", 240.0))
    factor = registry.get("nec").limit("continuous_factor")
    least = factor.value * load
    breaker = next_rating_a(least)
    if breaker is None:
        raise given.wrong("load_a", f"is {load:g} A", "split the load over several circuits")
    metal = Conductor(given.text("conductor", "Cu", ("Cu", "Al")))
    names = {
        r.number("size_mm2"): r.text("size")
        for r in open_table("codes/nec/ampacity")
        if r.text("conductor") == metal.value
    }
    cable = branch_mm2(metal, breaker)
    if cable is None:
        raise given.wrong("load_a", f"is {load:g} A", "use parallel conductors")
    earth = grounding_mm2(breaker)
    copper = {r.number("copper_mm2"): r.text("copper") for r in open_table("codes/nec/earth")}
    trace = Trace(
        "breaker",
        breaker,
        "A",
        f"{factor.clause}; 240.6(A); table 310.16 at 75 °C; 240.4(D); table 250.122",
        "breaker ≥ 1.25 · I, next standard size",
        f"{factor.value:g} · {load:g} = {least:g} A → {breaker:g} A",
        (TraceInput("I", load, "A", "given"),),
        "terminals taken to be marked for 75 °C",
    )
    return {
        "min_ocpd_a": least,
        "breaker_a": breaker,
        "cable": names[cable],
        "cable_mm2": cable,
        "egc": copper[earth] if earth is not None else None,
        "trace": plain_trace((trace,)),
    }


# Without a stated voltage: the lower of the usual ones, so that the current is not too low.
_LINE_V = {"nec": 208.0}


def demand(given: Given) -> Result:
    """Return the demand of a group of points per phase, diversity 1 unless managed.

    Single-phase points are dealt to the phases one by one; the fullest decides.
    """
    code = registry.get(given.text("code", "iec60364", tuple(registry.codes())))
    points, each = given.count("points"), given.number("kw_each")
    phases, pf = given.phases(), given.number("power_factor", 1.0)
    if pf > 1:
        raise given.wrong("power_factor", f"is {pf:g}", "give a value up to 1")
    line = _LINE_V.get(code.id, 400.0)
    volts = given.number("voltage_v", line if phases == 3 else line / 3**0.5)
    each_kva = each / pf
    rule = "no diversity without load control"
    clause = "IEC 60364-7-722 722.311"
    if code.id == "nec":
        least = code.limit("service_va")
        each_kva, clause = max(each_kva, least.value / 1000), least.clause
        rule = f"at least {least.value:g} VA per point"
    total = points * each_kva
    fullest = total if phases == 3 else math.ceil(points / 3) * each_kva
    found = []
    if given.raw("managed") is True:
        found.append(_no_set_point())
    elif given.raw("managed") not in (None, False):
        managed = given.number("managed") / pf
        rule = "load management holds the set-point"
        total, fullest = min(total, managed), min(fullest, managed)
    root = 3**0.5 if phases == 3 else 1.0
    current = 1000 * fullest / (root * volts)
    symbol = "√3 · U" if phases == 3 else "U0"
    trace = Trace(
        "I",
        current,
        "A",
        f"{clause}: {rule}",
        f"I = S / ({symbol})",
        f"{1000 * fullest:.5g} / ({'√3 · ' if phases == 3 else ''}{volts:.4g}) = {current:.4g} A",
        (TraceInput("S", fullest, "kVA", rule if phases == 3 else f"fullest phase; {rule}"),),
    )
    return {
        "current_a": current,
        "demand_kva": total,
        "findings": plain_findings(found),
        "trace": plain_trace((trace,)),
    }


def _no_set_point() -> Finding:
    return Finding(
        "CALC-SET-POINT", Severity.WARNING, "calc", "Group of points",
        "No set-point is given: all points are counted at full power.",
        clause="IEC 60364-7-722 722.311", fix="Give managed as the set-point in kW.",
    )  # fmt: skip


TOPICS = (
    Topic(
        "phase-balance",
        "single-phase outlets on three phases",
        ("outlets", "limit_kva"),
        "phase per outlet, kva, worst_kva, unbalance_kva, within_limit",
        phase_balance,
        example='{"outlets": [{"id": "a", "kva": 7.4}, {"id": "b", "kva": 7.4}, {"id": "c", '
        '"kva": 3.7}], "limit_kva": 4.6}',
    ),
    Topic(
        "unbalance",
        "neutral current and unbalance of three currents",
        (
            "phase_a",
            "phase_kva",
            "phase_kw",
            "l1_a",
            "l2_a",
            "l3_a",
            "current_a",
            "u0_v",
            "limit_kva",
        ),
        "neutral_a, unbalance_pct, unbalance_kva, within_limit",
        unbalance,
        example='{"phase_a": [32, 16, 0]}',
    ),
    Topic(
        "nec-branch",
        "branch circuit after the NEC",
        ("load_a", "power_kw", "voltage_v", "phases", "conductor"),
        "min_ocpd_a, breaker_a, cable, egc",
        nec_branch,
        example='{"load_a": 48}',
    ),
    Topic(
        "demand",
        "demand of a group of points, managed (kW set-point) or not",
        ("code", "points", "kw_each", "managed", "phases", "voltage_v", "power_factor"),
        "current_a per phase, demand_kva",
        demand,
        example='{"code": "bs7671", "points": 10, "kw_each": 22, "managed": 100}',
    ),
)
