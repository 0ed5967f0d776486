"""Choose cable, parallel count and protection of one circuit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grid.codes import registry
from grid.codes.own import MARK
from grid.codes.protocol import Family
from grid.findings import Finding, Severity
from grid.model import CircuitDemand, CircuitKind, SizedCircuit
from grid.trace import Trace
from grid.wiring import explain
from grid.wiring.cables import cost_rank
from grid.wiring.checks import Candidate, Check, Laid, check, failed, overload
from grid.wiring.problem import NotTabulated
from grid.wiring.protection import candidates
from grid.wiring.upstream import Upstream

# Design decision, not a rule: a feeder leaves half of the drop to what follows.
FEEDER_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Sizing:
    """Result for one circuit; `sized` is None where nothing fits, with findings.

    `downstream` holds impedances and drop at the far end, for the circuits that
    follow; where nothing fits it is that of the node ahead. `passed` counts the
    checks that hold.
    """

    sized: SizedCircuit | None
    downstream: Upstream
    traces: tuple[Trace, ...]
    findings: tuple[Finding, ...]
    passed: int


def size_circuit(
    demand: CircuitDemand,
    upstream: Upstream,
    code_id: str = "iec60364",
    drop_limit_pct: float = 5.0,
) -> Sizing:
    """Size one circuit after the loop of IEC 60364: the cheapest that passes all checks.

    Device: next standard rating ≥ Ib (or what the maker asks for) whose breaking
    capacity covers the largest fault. Cable: over standard sizes and parallel
    counts, the lowest `cables.cost_rank` for which Ib ≤ In ≤ Iz, I2 ≤ 1.45 Iz,
    the drop from the origin, short-circuit withstand of phase and earth
    conductor and disconnection at the far end all hold. A charger gets parallel
    cables only where a single one does not do.

    Parameters
    ----------
    demand
        What the circuit must carry: Ib [A], length [m], installation.
    upstream
        Impedances [ohm], drop [%] and device of the node it leaves.
    code_id
        Code of practice, see `grid.codes.registry`.
    drop_limit_pct
        Limit of the drop from the origin to a final load [%]; that of the code
        where it is lower. A feeder may use `FEEDER_SHARE` of it, so that final
        circuits have room.

    Returns
    -------
    Sizing
        Circuit, traces and findings; never an exception for a design that cannot be.
    """
    bad = _bad_demand(demand, drop_limit_pct, code_id)
    bad += tuple(f for f in upstream.findings if f.severity is Severity.ERROR)
    if bad:
        return _nothing(upstream, bad)
    code = registry.get(code_id)
    least_a, reason = code.least_rating_a(demand)
    fault_ka = upstream.ik3_max_a / 1000
    breakers = candidates(least_a, fault_ka, table=code.breaker_table)
    if not breakers:
        return _nothing(upstream, (_no_device(demand, least_a, fault_ka),))
    limit = min(drop_limit_pct, code.limit("drop_limit").value)
    share = FEEDER_SHARE if demand.kind is CircuitKind.FEEDER else 1.0
    laid = Laid(demand, upstream, code, breakers[0], share * limit)
    try:
        best = _cheapest(laid)
        if best is None:
            return _nothing(upstream, (_no_cable(laid),))
        return _finish(laid, best, least_a, reason)
    except NotTabulated as missing:
        return _nothing(upstream, (_not_tabulated(demand, missing),))


def _cheapest(laid: Laid) -> Candidate | None:
    """Return the admissible candidate of lowest rank; ties go to fewer cables."""
    best: Candidate | None = None
    lowest = float("inf")
    for family in laid.code.families(laid.demand):
        for parallel in range(family.least_parallel, family.most_parallel + 1):
            if cost_rank(family.cables[0], parallel, laid.demand.length_m) >= lowest:
                break
            fit = _smallest(laid, family, parallel)
            if fit is None:
                continue
            rank = cost_rank(fit.cable, parallel, laid.demand.length_m)
            if rank < lowest:
                best, lowest = fit, rank
            if family.fewest:
                break
    return best


def _smallest(laid: Laid, family: Family, parallel: int) -> Candidate | None:
    """Return the smallest size of a family that passes every check."""
    for cable in family.cables:
        try:
            carrying = laid.carrying(cable, parallel)
        except NotTabulated:
            continue
        # Most sizes fall here, before anything else is worked out.
        if failed(overload(laid, laid.breaker.device, cable, carrying, parallel)):
            continue
        candidate = laid.candidate(cable, parallel, family)
        if not failed(check(laid, candidate)):
            return candidate
    return None


def _in_order(laid: Laid, family: Family, parallel: int) -> Iterator[Candidate]:
    for cable in family.cables:
        try:
            yield laid.candidate(cable, parallel, family)
        except NotTabulated:
            # Sizes outside a table are no choice; an empty table is reported at the end.
            continue


def _finish(laid: Laid, best: Candidate, least_a: float, reason: str) -> Sizing:
    checks = check(laid, best)
    demand, end = laid.demand, best.end
    residual = laid.code.residual(demand, laid.upstream.earthing)
    sized = SizedCircuit(
        demand=demand,
        cable=best.cable,
        parallel=best.parallel,
        device=best.device,
        rcd=residual.text,
        iz_a=best.iz_a,
        drop_pct=best.drop_pct,
        binding=_binding(laid, best),
        drop_total_pct=laid.upstream.drop_pct + best.drop_pct,
        zs_ohm=end.zs_ohm,
    )
    return Sizing(
        sized=sized,
        downstream=end,
        traces=explain.traces(laid, best, checks, residual, (least_a, reason)),
        findings=explain.assumptions(laid, best),
        passed=len(checks),
    )


def _binding(laid: Laid, best: Candidate) -> str:
    """Name the checks that the next smaller size of the same make-up would fail."""
    smaller = [c for c in best.family.cables if c.size_mm2 < best.cable.size_mm2]
    if not smaller:
        return "smallest size of the range"
    try:
        tried = laid.candidate(smaller[-1], best.parallel, best.family)
    except NotTabulated:
        return "smallest size of the table"
    return ", ".join(dict.fromkeys(c.name for c in failed(check(laid, tried))))


def _bad_demand(demand: CircuitDemand, drop_limit_pct: float, code_id: str) -> tuple[Finding, ...]:
    """Refuse inputs without physical meaning."""
    wrong = []
    if code_id.partition(MARK)[0] not in registry.codes():
        wrong.append((f"code '{code_id}' is not known", ", ".join(registry.codes())))
    if not demand.length_m > 0:
        wrong.append((f"length is {demand.length_m:g} m", "draw a route longer than zero"))
    if not demand.ib_a > 0:
        wrong.append((f"design current is {demand.ib_a:g} A", "give the load its current"))
    if demand.phases not in (1, 3):
        wrong.append((f"{demand.phases} phases", "use 1 or 3 phases"))
    if not 0 < demand.power_factor <= 1:
        wrong.append((f"power factor is {demand.power_factor:g}", "use a value up to 1"))
    laid = demand.installation
    numbers = (
        laid.ambient_c, laid.soil_c, laid.soil_k_m_w, laid.depth_m, laid.third_harmonic_pct,
    )  # fmt: skip
    if not all(math.isfinite(x) for x in numbers):
        wrong.append(("installation has a value that is no number", "give plain numbers"))
    elif min(laid.soil_k_m_w, laid.depth_m) <= 0 or laid.third_harmonic_pct < 0:
        wrong.append(("installation has a value below zero", "give the soil, depth and harmonic"))
    if not drop_limit_pct > 0:
        wrong.append((f"drop limit is {drop_limit_pct:g} %", "use a limit above zero"))
    return tuple(_error(demand, "WIRE-INPUT", f"The {what}.", fix=fix) for what, fix in wrong)


def _no_device(demand: CircuitDemand, least_a: float, fault_ka: float) -> Finding:
    return replace(
        _error(
            demand,
            "WIRE-DEVICE",
            f"No breaker of the catalogue is rated {least_a:.0f} A or more "
            f"and breaks {fault_ka:.1f} kA.",
            fix="Split the load over several circuits or feed it from a weaker node.",
        ),
        clause="IEC 60364-4-43:2008 433.1, 434.5.1",
        value=fault_ka,
        unit="kA",
    )


def _not_tabulated(demand: CircuitDemand, missing: NotTabulated) -> Finding:
    return _error(
        demand, "WIRE-TABLE", f"The tables do not cover this: {missing.reason}.", fix=missing.remedy
    )


_REMEDY = {
    "ampacity": "Space the circuits apart, improve the soil, or split the load.",
    "neutral": "Choose chargers with less third harmonic, or split the load.",
    "overload": "Space the circuits apart, improve the soil, or split the load.",
    "voltage drop": "Move the board closer to the load, or enlarge the feeder.",
    "disconnection": "Shorten the circuit, enlarge the feeder, or add residual current protection.",
}


def _no_cable(laid: Laid) -> Finding:
    """Say which check the largest choice fails, with its number."""
    worst: Check | None = None
    for family in laid.code.families(laid.demand):
        for candidate in _in_order(laid, family, family.most_parallel):
            wrong = failed(check(laid, candidate))
            worst = wrong[0] if wrong else worst
    families = laid.code.families(laid.demand)
    if not families:
        return _error(
            laid.demand, "WIRE-TABLE", "The cable table holds no cable for such a circuit.",
            fix="Add cables of the cores and metal needed to the table.",
        )  # fmt: skip
    if worst is None:
        # Every size raised: ask for the reason itself.
        family = families[0]
        laid.candidate(family.cables[-1], 1, family)
        raise AssertionError("a cable without checks")
    return replace(
        _error(
            laid.demand,
            "WIRE-NOFIT",
            f"No cable passes: even the largest fails on {worst.name} "
            f"({worst.value:.4g} against {worst.limit:.4g} {worst.unit}).",
            fix=_REMEDY.get(worst.name, "Change the route or the load."),
        ),
        clause=worst.clause,
        value=worst.value,
        limit=worst.limit,
        unit=worst.unit,
    )


def _error(demand: CircuitDemand, code: str, message: str, *, fix: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        subject=demand.id,
        place=f"Circuit {demand.from_id} to {demand.to_id}",
        message=message,
        fix=fix[:1].upper() + fix[1:] + ("" if fix.endswith(".") else "."),
    )


def _nothing(upstream: Upstream, findings: tuple[Finding, ...]) -> Sizing:
    return Sizing(None, upstream, (), findings, 0)
