"""The checks a candidate cable must pass, as numbers against limits."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from grid.codes.protocol import Carrying, Code, Family
from grid.model import Cable, CircuitDemand, Device, Earthing
from grid.wiring.adiabatic import k_of, minimum_mm2
from grid.wiring.cables import OPERATING_C, earth_conductor, resistance
from grid.wiring.derating import SHALLOWEST_CREDITED_M
from grid.wiring.earth_fault import zs_max_ohm
from grid.wiring.protection import Breaker, fault_energy_a2s, set_magnetic
from grid.wiring.upstream import C_MIN, Upstream, downstream
from grid.wiring.voltage_drop import Loaded, drop_pct

_ROUNDING = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Check:
    """One check: it holds if `value` does not exceed `limit`."""

    name: str
    value: float
    limit: float
    unit: str
    clause: str
    formula: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value is within the limit, rounding aside."""
        return self.value <= self.limit * _ROUNDING


def failed(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks that do not hold."""
    return tuple(c for c in checks if not c.holds)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One cable in one parallel count, with everything that follows from it."""

    family: Family
    cable: Cable
    parallel: int
    carrying: Carrying
    iz_a: float
    drop_pct: float
    device: Device
    end: Upstream


@dataclass(frozen=True, slots=True)
class Laid:
    """The circuit to be sized in its surroundings."""

    demand: CircuitDemand
    upstream: Upstream
    code: Code
    breaker: Breaker
    drop_limit_pct: float

    def loaded(self, cable: Cable, parallel: int) -> Loaded:
        """Return the cable under the design current, hot."""
        demand = self.demand
        return Loaded(
            ib_a=demand.ib_a,
            length_m=demand.length_m,
            r_ohm_per_km=resistance(
                cable.r20_ohm_per_km, cable.conductor, OPERATING_C[cable.insulation]
            ),
            x_ohm_per_km=cable.x_ohm_per_km,
            power_factor=demand.power_factor,
            phases=demand.phases,
            nominal_v=self.upstream.nominal_v,
            parallel=parallel,
        )

    def carrying(self, cable: Cable, parallel: int) -> Carrying:
        """Return the capacity of one of `parallel` cables as laid.

        Parallel cables share the current equally and count as circuits of
        their own in the group (IEC 60364-5-52:2009 523.7). Burial above 0.7 m
        is not credited: the depth factors are unconfirmed.
        """
        laid = self.demand.installation
        if parallel > 1 or laid.depth_m < SHALLOWEST_CREDITED_M:
            depth_m = max(laid.depth_m, SHALLOWEST_CREDITED_M)
            laid = replace(laid, grouped=laid.grouped + parallel - 1, depth_m=depth_m)
        return self.code.carrying(cable, self.demand.phases, laid)

    def candidate(self, cable: Cable, parallel: int, family: Family) -> Candidate:
        """Work out capacity, drop, far end and device setting of one choice."""
        demand = self.demand
        carrying = self.carrying(cable, parallel)
        end = downstream(self.upstream, demand.to_id, cable, parallel, demand.length_m)
        pct = drop_pct(self.loaded(cable, parallel))
        device = set_magnetic(self.breaker, end.ik1_min_a)
        end = replace(end, drop_pct=self.upstream.drop_pct + pct, in_a=device.in_a, device=device)
        return Candidate(
            family, cable, parallel, carrying, parallel * carrying.iz_a, pct, device, end
        )


def check(laid: Laid, candidate: Candidate) -> tuple[Check, ...]:
    """Return every check of a candidate with its value and limit."""
    return (
        *_overload(laid, candidate),
        _drop(laid, candidate),
        _breaking(laid, candidate),
        *_withstand(laid, candidate),
        _disconnection(laid, candidate),
    )


def _overload(laid: Laid, candidate: Candidate) -> tuple[Check, ...]:
    return overload(laid, candidate.device, candidate.cable, candidate.carrying, candidate.parallel)


def overload(
    laid: Laid, device: Device, cable: Cable, carrying: Carrying, parallel: int
) -> tuple[Check, ...]:
    """Return the conditions of overload protection, which need no far end."""
    conditions = laid.code.overload(laid.demand, device, cable, carrying, parallel)
    return tuple(Check(c.name, c.value, c.limit, "A", c.clause, c.formula) for c in conditions)


def _drop(laid: Laid, candidate: Candidate) -> Check:
    clause = laid.code.clause("drop")
    return Check("voltage drop", candidate.end.drop_pct, laid.drop_limit_pct, "%", clause)


def _breaking(laid: Laid, candidate: Candidate) -> Check:
    return Check(
        "breaking capacity",
        laid.upstream.ik3_max_a / 1000,
        candidate.device.breaking_ka,
        "kA",
        laid.code.clause("breaking"),
    )


def _withstand(laid: Laid, candidate: Candidate) -> tuple[Check, ...]:
    """Compare phase and earth conductor of one cable with a fault at its start.

    Parallel cables: the whole fault is taken to flow in one of them (safe). A
    code that tabulates the earth conductor by device asks for no adiabatic check.
    """
    cable, device = candidate.cable, candidate.device
    phase = fault_energy_a2s(device, laid.upstream.ik3_max_a)
    earth = fault_energy_a2s(device, laid.upstream.ik1_max_a)
    k_phase, k_earth = _k(cable)
    least_earth = minimum_mm2(earth, k_earth)
    tabulated = laid.code.earth_mm2(cable, device)
    return (
        Check(
            "short-circuit withstand",
            minimum_mm2(phase, k_phase),
            cable.size_mm2,
            "mm²",
            laid.code.clause("withstand"),
        ),
        Check(
            "earth conductor",
            least_earth if tabulated is None else tabulated,
            cable.earth_mm2,
            "mm²",
            laid.code.clause("earth"),
        ),
    )


@functools.lru_cache(maxsize=4096)
def _k(cable: Cable) -> tuple[float, float]:
    metal, _ = earth_conductor(cable)
    return (
        k_of(cable.conductor, cable.insulation, cable.size_mm2),
        k_of(metal, cable.insulation, cable.earth_mm2, separate=cable.earth_separate),
    )


def _disconnection(laid: Laid, candidate: Candidate) -> Check:
    """Compare the loop at the far end with what trips the device at once.

    In a TT system the residual current device disconnects instead
    (IEC 60364-4-41:2005 411.5.3).
    """
    end, device = candidate.end, candidate.device
    if end.earthing is Earthing.TT:
        residual = laid.code.residual(laid.demand, end.earthing).residual_ma or 300.0
        limit = laid.code.limit("touch_voltage").value / (residual / 1000)
        return Check(
            "disconnection", end.zs_ohm, limit, "ohm", laid.code.clause("disconnection_tt")
        )
    assert device.trip_a is not None
    limit = zs_max_ohm(device.trip_a, end.u0_v, C_MIN)
    return Check("disconnection", end.zs_ohm, limit, "ohm", laid.code.clause("disconnection"))
