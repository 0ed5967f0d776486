"""A year of balanced power flows in one batch: the Z-bus fixed point.

With constant power S at the load buses, V = w + Z·conj(S/V), where Z is the
inverse of the load part of pandapower's admittance matrix and w the voltage
without load. One step serves thousands of moments as one dense matrix product.
The matrices are pandapower's own, so both solve the same equations; a few
moments are solved by pandapower in every run and compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.model import LoadCase, Network
from grid.network.build import Built, build
from grid.network.powerflow import solve

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

CHUNK = 4096
"""Moments per matrix product; bounds the memory to some tens of MB at 60 buses."""
MOST_ITERATIONS = 200
TOLERANCE_PU = 1e-10
AGREEMENT_PU = 1e-6
"""Largest difference to pandapower allowed at the moments that are compared."""
LOWEST_PLAUSIBLE_PU = 0.5
"""Below this the fixed point can settle on a value that no network reaches."""


@dataclass(frozen=True, slots=True, eq=False)
class YearLoads:
    """Loads by moment and node: `p_kw` and `q_kvar` of shape (steps, nodes)."""

    nodes: tuple[str, ...]
    p_kw: Reals
    q_kvar: Reals


@dataclass(frozen=True, slots=True, eq=False)
class YearFlow:
    """Power flow of every moment; rows that did not converge hold NaN.

    Arrays have shape (steps,), those of `voltage_pu` and `circuit_a` (steps, n)
    in the order of `nodes` and `circuits`. `compared_pu` is the largest
    difference in voltage to pandapower at the moments solved by both.
    """

    nodes: tuple[str, ...]
    circuits: tuple[str, ...]
    converged: npt.NDArray[np.bool_]
    voltage_pu: Reals
    circuit_a: Reals
    transformer_pct: Reals | None
    intake_kw: Reals
    intake_kvar: Reals
    loss_kw: Reals
    compared_pu: float

    @property
    def intake_kva(self) -> Reals:
        """Apparent power drawn at the supply."""
        return np.hypot(self.intake_kw, self.intake_kvar)


class YearError(RuntimeError):
    """The batch disagrees with pandapower, or the net is not of the kind it can solve."""


@dataclass(frozen=True, slots=True, eq=False)
class _Matrices:
    """What one solved net gives for all moments, in per unit."""

    z: Complexes
    w: Complexes
    y_slack: Complexes
    y_from: Complexes
    y_to: Complexes
    slack_v: complex
    load_buses: npt.NDArray[np.int64]
    slack: int
    base_mva: float
    base_kv: Reals


def solve_year(network: Network, loads: YearLoads, *, compare: int = 3) -> YearFlow:
    """Solve every moment of a load series.

    Parameters
    ----------
    network
        Radial network as for `powerflow.solve`.
    loads
        kW and kvar by moment and node; nodes not named carry nothing.
    compare
        Moments solved by pandapower as well: the heaviest, the lightest and
        others evenly spread. A difference above 1e-6 pu is a `YearError`.
    """
    built = build(network, balanced_equivalent=True)
    matrices = _matrices(built)
    buses = _bus_rows(built)
    s_pu = _injections(loads, buses, matrices)
    parts = [
        _solve_chunk(network, built, buses, matrices, s_pu[at : at + CHUNK])
        for at in range(0, max(1, len(s_pu)), CHUNK)
    ]
    flow = _join(network, built, parts)
    return _compared(network, loads, flow, compare)


def _matrices(built: Built) -> _Matrices:
    """Solve the empty net once and split its admittance matrix."""
    import pandapower as pp

    net = built.net
    pp.runpp(
        net, numba=False, init="dc", calculate_voltage_angles=True,
        consider_line_temperature=True, lightsim2grid=False,
    )  # fmt: skip
    inner = net._ppc["internal"]
    _refuse_unknown(net, inner)
    y = inner["Ybus"].toarray()
    slack = int(inner["ref"][0])
    load_buses = np.array([b for b in range(len(y)) if b != slack])
    slack_v = complex(inner["V"][slack])
    z = np.linalg.inv(y[np.ix_(load_buses, load_buses)])
    return _Matrices(
        z=z,
        w=-z @ y[load_buses, slack] * slack_v,
        y_slack=y[slack],
        y_from=inner["Yf"].toarray(),
        y_to=inner["Yt"].toarray(),
        slack_v=slack_v,
        load_buses=load_buses,
        slack=slack,
        base_mva=float(inner["baseMVA"]),
        base_kv=np.asarray(inner["bus"][:, 9], dtype=np.float64),
    )


def _refuse_unknown(net: Any, inner: Mapping[str, Any]) -> None:
    """Refuse whatever would make the fixed point answer another question than pandapower."""
    wrong = {
        "more than one source": len(inner["ref"]) != 1 or len(inner["pv"]) > 0,
        "generators": len(net.gen) > 0 or len(net.sgen) > 0 or len(net.storage) > 0,
        "shunts": len(net.shunt) > 0,
        "controllers": len(net.controller) > 0,
        "loads that depend on voltage": bool(
            (net.load[["const_z_p_percent", "const_i_p_percent"]].to_numpy() != 0).any()
        ),
        "buses out of service": len(inner["bus"]) != len(net.bus),
    }
    for what, found in wrong.items():
        if found:
            raise YearError(f"the batch solver does not handle {what}")


def _bus_rows(built: Built) -> dict[str, int]:
    """Row of each node in pandapower's matrices."""
    lookup = built.net._pd2ppc_lookups["bus"]
    return {node: int(lookup[row]) for node, row in built.buses.items()}


def _injections(loads: YearLoads, buses: Mapping[str, int], m: _Matrices) -> Complexes:
    """Complex load in per unit by moment and bus."""
    stray = [n for n in loads.nodes if n not in buses]
    if stray:
        raise ValueError(f"load at '{stray[0]}', which nothing feeds")
    s = np.zeros((len(loads.p_kw), len(m.base_kv)), dtype=np.complex128)
    for column, node in enumerate(loads.nodes):
        s[:, buses[node]] += loads.p_kw[:, column] + 1j * loads.q_kvar[:, column]
    return s / (1000 * m.base_mva)


def fixed_point(s: Complexes, m: _Matrices) -> tuple[Complexes, npt.NDArray[np.bool_]]:
    """Iterate V = w − Z·conj(S/V) for many moments; tell which of them settled.

    A moment counts only if its residual is within the tolerance: beyond the
    collapse point the iteration still returns finite voltages.
    """
    power = np.conj(s[:, m.load_buses]).T
    v = np.repeat(m.w[:, None], power.shape[1], axis=1)
    error = np.full(power.shape[1], np.inf)
    active = np.arange(power.shape[1])
    for _ in range(MOST_ITERATIONS):
        if not len(active):
            break
        old = v[:, active]
        with np.errstate(all="ignore"):
            new = m.w[:, None] - m.z @ (power[:, active] / np.conj(old))
        error[active] = np.abs(new - old).max(axis=0, initial=0.0)
        v[:, active] = new
        active = active[~(error[active] <= TOLERANCE_PU)]
    with np.errstate(all="ignore"):
        settled = (error <= TOLERANCE_PU) & (np.abs(v).min(axis=0) >= LOWEST_PLAUSIBLE_PU)
    whole = np.empty((len(m.base_kv), power.shape[1]), dtype=np.complex128)
    whole[m.load_buses] = v
    whole[m.slack] = m.slack_v
    return whole, settled


def _solve_chunk(
    network: Network, built: Built, buses: Mapping[str, int], m: _Matrices, s: Complexes
) -> dict[str, Any]:
    v, settled = fixed_point(s, m)
    kw = 1000 * m.base_mva
    intake = m.slack_v * np.conj(m.y_slack @ v) * kw + s[:, m.slack] * kw
    found: dict[str, Any] = {
        "converged": settled,
        "voltage_pu": np.abs(v[list(buses.values())]).T,
        "circuit_a": _circuit_a(network, built, m, v),
        "transformer_pct": _transformer_pct(built, m, v),
        "intake_kw": intake.real,
        "intake_kvar": intake.imag,
        "loss_kw": intake.real - s.real.sum(axis=1) * kw,
    }
    for name, values in found.items():
        if name != "converged" and values is not None:
            values[~settled] = np.nan
    return found


def _amps(y: Complexes, v: Complexes, kv: float, m: _Matrices) -> Reals:
    """Return currents in A at one end of a branch."""
    return np.asarray(np.abs(y @ v) * m.base_mva * 1e6 / (math.sqrt(3) * kv * 1000))


def _circuit_a(network: Network, built: Built, m: _Matrices, v: Complexes) -> Reals:
    first = built.net._pd2ppc_lookups["branch"].get("line", (0, 0))[0]
    kv = network.supply.nominal_v / 1000
    rows = [first + row for row in built.lines.values()]
    true = np.array([3.0 if network.circuits[c].demand.phases == 1 else 1.0 for c in built.lines])
    if not rows:
        return np.empty((v.shape[1], 0))
    return np.asarray((_amps(m.y_from[rows], v, kv, m) * true[:, None]).T)


def _transformer_pct(built: Built, m: _Matrices, v: Complexes) -> Reals | None:
    """Return the larger loading of both windings in per cent of rated current."""
    span = built.net._pd2ppc_lookups["branch"].get("trafo")
    if span is None:
        return None
    unit = built.net.trafo.iloc[0]
    high, low = (m.base_kv[built.net._pd2ppc_lookups["bus"][b]] for b in (unit.hv_bus, unit.lv_bus))
    rated = unit.sn_mva * 1e6 / math.sqrt(3) / 1000
    shares = [
        _amps(y[span[0]], v, kv, m) / (rated / rated_kv)
        for y, kv, rated_kv in ((m.y_from, high, unit.vn_hv_kv), (m.y_to, low, unit.vn_lv_kv))
    ]
    return np.asarray(100 * np.maximum(shares[0], shares[1]))


def _join(network: Network, built: Built, parts: list[dict[str, Any]]) -> YearFlow:
    whole: dict[str, Any] = {
        name: None if parts[0][name] is None else np.concatenate([p[name] for p in parts])
        for name in parts[0]
    }
    for values in whole.values():
        if values is not None:
            values.flags.writeable = False
    return YearFlow(tuple(built.buses), tuple(built.lines), compared_pu=0.0, **whole)


def _compared(network: Network, loads: YearLoads, flow: YearFlow, count: int) -> YearFlow:
    """Solve some moments by pandapower and refuse the whole batch if one differs."""
    steps = len(flow.converged)
    if not steps or not count:
        return flow
    total = loads.p_kw.sum(axis=1)
    spread = np.linspace(0, steps - 1, max(0, count - 2)).astype(int)
    chosen = sorted({int(total.argmax()), int(total.argmin()), *spread.tolist()})
    cases = [
        LoadCase(
            str(at), dict(zip(loads.nodes, loads.p_kw[at].tolist(), strict=True)),
            dict(zip(loads.nodes, loads.q_kvar[at].tolist(), strict=True)),
        )
        for at in chosen
    ]  # fmt: skip
    gap = 0.0
    for at, result in zip(chosen, solve(network, cases), strict=True):
        # The other way round is the safe side: Newton may reach what the batch gives up.
        if flow.converged[at] and not result.converged:
            raise YearError(f"moment {at}: the batch settles where pandapower finds no solution")
        if flow.converged[at]:
            theirs = np.array([result.voltage_pu[node] for node in flow.nodes])
            gap = max(gap, float(np.abs(theirs - flow.voltage_pu[at]).max()))
    if gap > AGREEMENT_PU:
        raise YearError(f"voltages differ from pandapower by {gap:.1e} pu")
    return replace(flow, compared_pu=gap)
