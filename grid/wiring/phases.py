"""Single-phase loads on three phases: allocation, neutral current, unbalance."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grid.trace import Trace, TraceInput

PHASES = ("L1", "L2", "L3")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A single-phase load [kVA] to be put on a phase; `fixed` pins it to L1, L2 or L3."""

    id: str
    kva: float
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Phase of each outlet and what it adds up to [kVA per phase]."""

    phase: Mapping[str, str]
    kva: tuple[float, float, float]

    @property
    def worst_kva(self) -> float:
        """Load of the fullest phase."""
        return max(self.kva)

    @property
    def unbalance_kva(self) -> float:
        """Fullest less emptiest phase (VDE-AR-N 4100: at most 4.6 kVA)."""
        return max(self.kva) - min(self.kva)


def allocate(
    outlets: Sequence[Outlet], base_kva: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> Allocation:
    """Put outlets on phases so that the fullest phase is as empty as possible.

    Largest first onto the emptiest phase, then pairwise moves and swaps until
    none helps. The fullest phase is at most 4/3 of the optimum (bound of the
    first step) and for equal outlets optimal.

    Parameters
    ----------
    outlets
        Single-phase loads [kVA].
    base_kva
        What each phase carries already [kVA].
    """
    load = list(base_kva)
    chosen: dict[str, int] = {}
    for outlet in outlets:
        if outlet.fixed:
            chosen[outlet.id] = PHASES.index(outlet.fixed)
            load[chosen[outlet.id]] += outlet.kva
    free = [o for o in outlets if not o.fixed]
    for outlet in sorted(free, key=lambda o: (-o.kva, o.id)):
        phase = min(range(3), key=lambda p: (round(load[p], 9), p))
        chosen[outlet.id] = phase
        load[phase] += outlet.kva
    _improve(free, chosen, load)
    named = {o.id: PHASES[chosen[o.id]] for o in outlets}
    return Allocation(named, (load[0], load[1], load[2]))


def _score(load: Sequence[float]) -> tuple[float, float]:
    return max(load), max(load) - min(load)


def _improve(free: Sequence[Outlet], chosen: dict[str, int], load: list[float]) -> None:
    """Move or swap outlets while that empties the fullest phase or evens the rest."""
    for _ in range(10 * len(free) + 1):
        best = _score(load)
        step: list[tuple[Outlet, int]] = []
        for i, a in enumerate(free):
            for trial in (
                *([(a, p)] for p in range(3)),
                *([(a, chosen[b.id]), (b, chosen[a.id])] for b in free[i + 1 :]),
            ):
                after = list(load)
                for outlet, phase in trial:
                    after[chosen[outlet.id]] -= outlet.kva
                    after[phase] += outlet.kva
                if _score(after) < (best[0] - 1e-9, math.inf) or (
                    abs(_score(after)[0] - best[0]) <= 1e-9 and _score(after)[1] < best[1] - 1e-9
                ):
                    best, step = _score(after), trial
        if not step:
            return
        targets = [(o, chosen[o.id], p) for o, p in step]
        for outlet, old, new in targets:
            load[old] -= outlet.kva
            load[new] += outlet.kva
            chosen[outlet.id] = new


def neutral_a(phase_a: Sequence[float]) -> float:
    """Return the neutral current [A] of three phase currents at equal power factor.

    |I1 + a²·I2 + a·I3|, fundamental only.
    """
    a = cmath.exp(2j * math.pi / 3)
    i1, i2, i3 = phase_a
    return abs(i1 + a**2 * i2 + a * i3)


def unbalance_pct(phase_a: Sequence[float]) -> float:
    """Return negative over positive sequence current in per cent (equal power factor)."""
    a = cmath.exp(2j * math.pi / 3)
    currents = [i * a ** (-k) for k, i in enumerate(phase_a)]
    positive = abs(sum(i * a**k for k, i in enumerate(currents)))
    negative = abs(sum(i * a ** (2 * k) for k, i in enumerate(currents)))
    return 100 * negative / positive if positive else 0.0


def rotate(outlets: Sequence[str]) -> Mapping[str, tuple[str, str, str]]:
    """Return terminal order L1-L2-L3 rotated from outlet to outlet.

    A single-phase car takes the first terminal of a three-phase outlet;
    rotating the terminals spreads such cars over the phases.
    """
    return {
        outlet: (PHASES[i % 3], PHASES[(i + 1) % 3], PHASES[(i + 2) % 3])
        for i, outlet in enumerate(outlets)
    }


@dataclass(frozen=True, slots=True)
class Share:
    """How a charger divides its current: `phases` per car and amperes per phase."""

    phases: int
    current_a: float


def share_current(available_a: float, cars: int, switch_a: float = 15.0) -> Share:
    """Return the share of each car on a three-phase supply with 3-to-1 switching.

    All cars charge on three phases with `available_a`/cars each, unless that
    falls below `switch_a` and each car can have a phase of its own (Zaptec,
    3-to-1 phase balancing; default switch 15 A).
    """
    if cars <= 0:
        return Share(3, 0.0)
    each = available_a / cars
    if each < switch_a and cars <= 3:
        return Share(1, available_a)
    if each < switch_a:
        return Share(1, available_a / math.ceil(cars / 3))
    return Share(3, each)


def trace_allocation(allocation: Allocation, limit_kva: float | None = None) -> Trace:
    """Explain the load per phase and the unbalance against a limit [kVA]."""
    numbers = ", ".join(f"{p} {k:.2f}" for p, k in zip(PHASES, allocation.kva, strict=True))
    inputs = tuple(TraceInput(o, p, "", "allocation") for o, p in allocation.phase.items())
    note = "" if limit_kva is None else f"limit {limit_kva:g} kVA"
    return Trace(
        quantity="unbalance",
        value=allocation.unbalance_kva,
        unit="kVA",
        rule="VDE-AR-N 4100 (each phase at most the lowest and 4.6 kVA)",
        formula="max − min of the phases",
        substituted=f"{numbers}: {allocation.unbalance_kva:.2f} kVA",
        inputs=inputs,
        note=note,
    )
