"""Sums about loads: phases, unbalance, branch circuits and demand."""

from __future__ import annotations

from data import open_table
from grid.codes import registry
from grid.codes.nec import ampacity_a, grounding_mm2, next_rating_a
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
from planner.calc.given import Given, Result, Topic, plain_trace

_OUTLET = ("kva", "kw", "power_kw", "current_a", "id", "phase")


def phase_balance(given: Given) -> Result:
    """Put single-phase outlets on phases."""
    outlets = []
    for number, part in enumerate(given.parts("outlets", _OUTLET), 1):
        kva = part.optional(part.either("kva", "kw", "power_kw"))
        if kva is None:
            kva = part.number("current_a") * 0.23
        phase = part.text("phase", "", ("", *PHASES))
        outlets.append(Outlet(part.text("id", str(number)), kva, phase))
    if len({o.id for o in outlets}) < len(outlets):
        raise given.wrong("outlets", "has an id twice", "give each outlet its own id")
    limit = given.number("limit_kva", 4.6)
    found = allocate(outlets)
    return {
        "phase": dict(found.phase),
        "kva": dict(zip(PHASES, found.kva, strict=True)),
        "worst_kva": found.worst_kva,
        "unbalance_kva": found.unbalance_kva,
        "within_limit": found.unbalance_kva <= limit + 1e-9,
        "trace": plain_trace((trace_allocation(found, limit),)),
    }


def unbalance(given: Given) -> Result:
    """Return neutral current and unbalance of three phase currents."""
    amps = given.numbers("phase_a", 3)
    kva = [given.number("u0_v", 230.0) * a / 1000 for a in amps]
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
        load = 1000 * given.number("power_kw") / given.number("voltage_v", 240.0)
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
    cable = next((s for s in sorted(names) if ampacity_a(metal, s, 75) >= breaker), None)
    if cable is None:
        raise given.wrong("load_a", f"is {load:g} A", "use parallel conductors")
    earth = grounding_mm2(breaker)
    copper = {r.number("copper_mm2"): r.text("copper") for r in open_table("codes/nec/earth")}
    trace = Trace(
        "breaker",
        breaker,
        "A",
        f"{factor.clause}; 240.6(A); table 310.16 at 75 °C; table 250.122",
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


def demand(given: Given) -> Result:
    """Return the demand of a group of points per phase, diversity 1 unless managed."""
    code = registry.get(given.text("code", "iec60364", tuple(registry.codes())))
    points, each = given.count("points"), given.number("kw_each")
    volts, pf = given.number("voltage_v", 400.0), given.number("power_factor", 1.0)
    each_kva = each / pf
    rule = "no diversity without load control"
    clause = "IEC 60364-7-722 722.311"
    if code.id == "nec":
        least = code.limit("service_va")
        each_kva, clause = max(each_kva, least.value / 1000), least.clause
        rule = f"at least {least.value:g} VA per point"
    total = points * each_kva
    if given.has("managed") and given.raw("managed") is not False:
        managed = given.number("managed") / pf
        total, rule = min(total, managed), "load management holds the set-point"
    current = 1000 * total / (3**0.5 * volts)
    trace = Trace(
        "I",
        current,
        "A",
        f"{clause}: {rule}",
        "I = S / (√3 · U)",
        f"{1000 * total:.5g} / (√3 · {volts:g}) = {current:.4g} A",
        (TraceInput("S", total, "kVA", rule),),
    )
    return {"current_a": current, "demand_kva": total, "trace": plain_trace((trace,))}


TOPICS = (
    Topic(
        "phase-balance",
        "single-phase outlets on three phases",
        ("outlets", "limit_kva"),
        "phase per outlet, kva, worst_kva, unbalance_kva, within_limit",
        phase_balance,
    ),
    Topic(
        "unbalance",
        "neutral current and unbalance of three currents",
        ("phase_a", "u0_v", "limit_kva"),
        "neutral_a, unbalance_pct, unbalance_kva, within_limit",
        unbalance,
    ),
    Topic(
        "nec-branch",
        "branch circuit after the NEC",
        ("load_a", "power_kw", "voltage_v", "conductor"),
        "min_ocpd_a, breaker_a, cable, egc",
        nec_branch,
    ),
    Topic(
        "demand",
        "demand of a group of points, managed (kW set-point) or not",
        ("code", "points", "kw_each", "managed", "voltage_v", "power_factor"),
        "current_a per phase, demand_kva",
        demand,
    ),
)
