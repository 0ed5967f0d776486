"""A year of balanced power flows in one batch: the Z-bus fixed point.

With constant power S at the load buses, V = w + Z·conj(S/V), where Z is the
inverse of the load part of pandapower's admittance matrix and w the voltage
without load. One step serves thousands of moments as one dense matrix product.
The matrices are pandapower's own, so both solve the same equations; a few
moments are solved by pandapower in every run and compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from grid.model import LoadCase, Network
from grid.network.build import Built, shared
from grid.network.powerflow import FlowResult, solve

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

CHUNK = 4096
"""Moments per matrix product, at most."""
CHUNK_VALUES = 250_000
"""Voltages per matrix product; bounds the memory to some tens of MB at any size."""
MOST_ITERATIONS = 200
TOLERANCE_PU = 1e-10
AGREEMENT_PU = 1e-6
"""Largest difference to pandapower allowed at the moments that are compared."""
LOWEST_PLAUSIBLE_PU = 0.5
"""Below this the fixed point can settle on a value that no network reaches."""
MOST_RETRIES = 8
"""Moments that pandapower tries as well where the fixed point does not settle."""
_PATIENCE = 25
"""A moment whose error does not halve in so many iterations is given up."""


class Loads(Protocol):
    """Loads by moment and node, read in parts so that memory stays bounded."""

    @property
    def nodes(self) -> tuple[str, ...]:
        """Ids of the nodes that carry load."""

    @property
    def total_kw(self) -> Reals:
        """Sum of all nodes by moment."""

    def __len__(self) -> int: ...

    def part(self, at: slice) -> tuple[Reals, Reals]:
        """Return kW and kvar of some moments, each of shape (moments, nodes)."""


@dataclass(frozen=True, slots=True, eq=False)
class YearLoads:
    """Loads by moment and node: `p_kw` and `q_kvar` of shape (steps, nodes)."""

    nodes: tuple[str, ...]
    p_kw: Reals
    q_kvar: Reals

    def __len__(self) -> int:
        return len(self.p_kw)

    @property
    def total_kw(self) -> Reals:
        """Sum of all nodes by moment."""
        return np.asarray(self.p_kw.sum(axis=1))

    def part(self, at: slice) -> tuple[Reals, Reals]:
        """Return kW and kvar of some moments."""
        return self.p_kw[at], self.q_kvar[at]


@dataclass(frozen=True, slots=True, eq=False)
class SharedLoads:
    """A few series, each shared among the nodes in fixed parts.

    `series_kw` has shape (steps, k) and `share` (k, nodes): kW = series · share;
    `tangent` is kvar per kW by node.
    """

    nodes: tuple[str, ...]
    series_kw: Reals
    share: Reals
    tangent: Reals

    def __len__(self) -> int:
        return len(self.series_kw)

    @property
    def total_kw(self) -> Reals:
        """Sum of all nodes by moment."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.series_kw @ self.share.sum(axis=1))

    def part(self, at: slice) -> tuple[Reals, Reals]:
        """Return kW and kvar of some moments."""
        with np.errstate(invalid="ignore"):  # what is no number stays none
            kw = self.series_kw[at] @ self.share
        return kw, kw * self.tangent


@dataclass(frozen=True, slots=True, eq=False)
class YearFlow:
    """Power flow of every moment; rows that did not converge hold NaN.

    Arrays have shape (steps,), those of `voltage_pu` and `circuit_a` (steps, n)
    in the order of `nodes` and `circuits`. `known` is False where a load is not
    a number. `origin_a` is the current into the main board at low voltage.
    `compared_pu` is the largest difference in voltage to pandapower at the
    moments solved by both.
    """

    nodes: tuple[str, ...]
    circuits: tuple[str, ...]
    converged: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    voltage_pu: Reals
    circuit_a: Reals
    transformer_pct: Reals | None
    origin_a: Reals
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
class Matrices:
    """What one solved net gives for all moments, in per unit.

    `y_from` and `y_to` hold the two entries of each branch's row, at the buses
    `ends`.
    """

    z: Complexes
    w: Complexes
    y_slack: Complexes
    ends: npt.NDArray[np.int64]
    y_from: Complexes
    y_to: Complexes
    slack_v: complex
    load_buses: npt.NDArray[np.int64]
    slack: int
    base_mva: float
    base_kv: Reals


def solve_year(network: Network, loads: Loads, *, compare: int = 3) -> YearFlow:
    """Solve every moment of a load series and keep all of it.

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
    return joined(list(solve_parts(network, loads, compare=compare)))


def solve_parts(
    network: Network, loads: Loads, *, compare: int = 3, chunk: int | None = None
) -> Iterator[YearFlow]:
    """Solve a load series part by part, so that no array grows with its length.

    Each part is compared with pandapower at those of its moments that
    `solve_year` would choose, and its `compared_pu` says how well it agrees.
    """
    built = shared(network, balanced_equivalent=True)
    matrices = matrices_of(built)
    buses = bus_rows(built)
    singles = _compared_moments(network, built, loads, compare)
    chunk = chunk or min(CHUNK, max(64, CHUNK_VALUES // len(matrices.base_kv)))
    tries = MOST_RETRIES
    for at in range(0, max(1, len(loads)), chunk):
        part = _numbers_only(loads, slice(at, at + chunk))
        flow = _solve_chunk(network, built, buses, matrices, part)
        failed = np.flatnonzero(flow.known & ~flow.converged)[:tries]
        tries -= len(failed)
        flow = _retried(network, built, part, flow, failed)
        here = {c - at: found for c, found in singles.items() if at <= c < at + chunk}
        yield _frozen(_compared(flow, here, at))


def _numbers_only(loads: Loads, at: slice) -> YearLoads:
    """Return a part in which a moment with any value that is no number is NaN throughout."""
    p, q = loads.part(at)
    lost = ~(np.isfinite(p).all(axis=1) & np.isfinite(q).all(axis=1))
    if lost.any():
        p, q = p.copy(), q.copy()
        p[lost] = q[lost] = np.nan
    return YearLoads(loads.nodes, p, q)


def matrices_of(built: Built) -> Matrices:
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
    ends = inner["branch"][:, :2].real.astype(np.int64)
    rows = np.arange(len(ends))[:, None]
    return Matrices(
        z=z,
        w=-z @ y[load_buses, slack] * slack_v,
        y_slack=y[slack],
        ends=ends,
        y_from=np.asarray(inner["Yf"].tocsr()[rows, ends].todense()),
        y_to=np.asarray(inner["Yt"].tocsr()[rows, ends].todense()),
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
        "generators": any(len(net[kind]) for kind in ("gen", "sgen", "storage", "dcline")),
        "shunts": any(len(net[kind]) for kind in ("shunt", "ward", "xward")),
        "loads on single phases or motors": len(net.asymmetric_load) + len(net.motor) > 0,
        "controllers": len(net.controller) > 0,
        "loads that depend on voltage": bool(
            (net.load[["const_z_p_percent", "const_i_p_percent"]].to_numpy() != 0).any()
        ),
        "elements out of service, or joined by switches": len(inner["bus"]) != len(net.bus)
        or not all(net[kind].in_service.all() for kind in ("bus", "line", "trafo", "load")),
        "loads scaled": bool((net.load.scaling != 1).any()),
        "open switches": bool((~net.switch.closed.astype(bool)).any()),
    }
    for what, found in wrong.items():
        if found:
            raise YearError(f"the batch solver does not handle {what}")


def bus_rows(built: Built) -> dict[str, int]:
    """Row of each node in pandapower's matrices."""
    lookup = built.net._pd2ppc_lookups["bus"]
    return {node: int(lookup[row]) for node, row in built.buses.items()}


def _injections(loads: YearLoads, buses: Mapping[str, int], m: Matrices) -> Complexes:
    """Complex load in per unit by moment and bus."""
    stray = [n for n in loads.nodes if n not in buses]
    if stray:
        raise ValueError(f"load at '{stray[0]}', which nothing feeds")
    s = np.zeros((len(loads.p_kw), len(m.base_kv)), dtype=np.complex128)
    for column, node in enumerate(loads.nodes):
        s[:, buses[node]] += loads.p_kw[:, column] + 1j * loads.q_kvar[:, column]
    return s / (1000 * m.base_mva)


def fixed_point(s: Complexes, m: Matrices) -> tuple[Complexes, npt.NDArray[np.bool_]]:
    """Iterate V = w − Z·conj(S/V) for many moments; tell which of them settled.

    A moment counts only if its residual is within the tolerance: beyond the
    collapse point the iteration still returns finite voltages.
    """
    power = np.conj(s[:, m.load_buses]).T
    v = np.repeat(m.w[:, None], power.shape[1], axis=1)
    error = np.full(power.shape[1], np.inf)
    before = error.copy()
    active = np.flatnonzero(np.isfinite(power).all(axis=0))
    for turn in range(1, MOST_ITERATIONS + 1):
        if not len(active):
            break
        old = v[:, active]
        with np.errstate(all="ignore"):
            new = m.w[:, None] - m.z @ (power[:, active] / np.conj(old))
        error[active] = np.abs(new - old).max(axis=0, initial=0.0)
        v[:, active] = new
        hopeful = ~(error[active] <= TOLERANCE_PU)
        if turn % _PATIENCE == 0:
            hopeful &= error[active] <= before[active] / 2
            before[active] = error[active]
        active = active[hopeful]
    with np.errstate(all="ignore"):
        settled = (error <= TOLERANCE_PU) & (np.abs(v).min(axis=0) >= LOWEST_PLAUSIBLE_PU)
    whole = np.empty((len(m.base_kv), power.shape[1]), dtype=np.complex128)
    whole[m.load_buses] = v
    whole[m.slack] = m.slack_v
    return whole, settled


def _solve_chunk(
    network: Network, built: Built, buses: Mapping[str, int], m: Matrices, loads: YearLoads
) -> YearFlow:
    s = _injections(loads, buses, m)
    v, settled = fixed_point(s, m)
    kw = 1000 * m.base_mva
    with np.errstate(all="ignore"):
        from_board = np.conj(s[:, m.slack] / m.slack_v)
        drawn = m.y_slack @ v + from_board
        intake = m.slack_v * np.conj(drawn) * kw
        flow = YearFlow(
            nodes=tuple(built.buses),
            circuits=tuple(built.lines),
            converged=settled,
            known=np.asarray(np.isfinite(s).all(axis=1)),
            voltage_pu=np.abs(v[list(buses.values())]).T,
            circuit_a=_circuit_a(network, built, m, v),
            transformer_pct=_transformer_pct(built, m, v),
            origin_a=_origin_a(built, m, v, drawn),
            intake_kw=intake.real,
            intake_kvar=intake.imag,
            loss_kw=intake.real - s.real.sum(axis=1) * kw,
            compared_pu=0.0,
        )
    for name in _NUMBERS:
        values = getattr(flow, name)
        if values is not None:
            values[~settled] = np.nan
    return flow


def _amps(y: Complexes, ends: npt.NDArray[np.int64], v: Complexes, kv: float, m: Matrices) -> Reals:
    """Return currents in A at one end of branches, given both entries of their rows."""
    current = np.abs(y[..., :1] * v[ends[..., 0]] + y[..., 1:] * v[ends[..., 1]])
    return np.asarray(current * m.base_mva * 1e6 / (math.sqrt(3) * kv * 1000))


def _circuit_a(network: Network, built: Built, m: Matrices, v: Complexes) -> Reals:
    first = built.net._pd2ppc_lookups["branch"].get("line", (0, 0))[0]
    kv = network.supply.nominal_v / 1000
    rows = [first + row for row in built.lines.values()]
    true = np.array([3.0 if network.circuits[c].demand.phases == 1 else 1.0 for c in built.lines])
    if not rows:
        return np.empty((v.shape[1], 0))
    return np.asarray((_amps(m.y_from[rows], m.ends[rows], v, kv, m) * true[:, None]).T)


def _transformer_pct(built: Built, m: Matrices, v: Complexes) -> Reals | None:
    """Return the larger loading of both windings in per cent of rated current."""
    span = built.net._pd2ppc_lookups["branch"].get("trafo")
    if span is None:
        return None
    unit = built.net.trafo.iloc[0]
    high, low = (m.base_kv[built.net._pd2ppc_lookups["bus"][b]] for b in (unit.hv_bus, unit.lv_bus))
    rated = unit.sn_mva * 1e6 / math.sqrt(3) / 1000
    shares = [
        _amps(y[span[0]], m.ends[span[0]], v, kv, m) / (rated / rated_kv)
        for y, kv, rated_kv in ((m.y_from, high, unit.vn_hv_kv), (m.y_to, low, unit.vn_lv_kv))
    ]
    return np.asarray(100 * np.maximum(shares[0], shares[1]))


def _origin_a(built: Built, m: Matrices, v: Complexes, drawn: Complexes) -> Reals:
    """Return the current into the main board: through the transformer, or from the supply."""
    span = built.net._pd2ppc_lookups["branch"].get("trafo")
    if span is None:
        kv = m.base_kv[m.slack]
        return np.asarray(np.abs(drawn) * m.base_mva * 1e3 / (math.sqrt(3) * kv))
    kv = float(m.base_kv[built.net._pd2ppc_lookups["bus"][built.net.trafo.lv_bus.iloc[0]]])
    return _amps(m.y_to[span[0]], m.ends[span[0]], v, kv, m)


_NUMBERS = (
    "voltage_pu", "circuit_a", "transformer_pct", "origin_a", "intake_kw", "intake_kvar", "loss_kw",
)  # fmt: skip


def joined(parts: Sequence[YearFlow]) -> YearFlow:
    """Put parts together in their order."""
    whole: dict[str, Any] = {
        name: None
        if getattr(parts[0], name) is None
        else np.concatenate([getattr(p, name) for p in parts])
        for name in ("converged", "known", *_NUMBERS)
    }
    gap = max(p.compared_pu for p in parts)
    return _frozen(YearFlow(parts[0].nodes, parts[0].circuits, compared_pu=gap, **whole))


def _frozen(flow: YearFlow) -> YearFlow:
    for field in fields(flow):
        values = getattr(flow, field.name)
        if isinstance(values, np.ndarray):
            values.flags.writeable = False
    return flow


def _compared_moments(
    network: Network, built: Built, loads: Loads, count: int
) -> dict[int, FlowResult]:
    """Solve the heaviest, the lightest and moments evenly spread, of those that are known."""
    total = loads.total_kw
    known = np.flatnonzero(np.isfinite(total))
    if not len(known) or not count:
        return {}
    spread = known[np.linspace(0, len(known) - 1, max(0, count - 2)).astype(int)]
    ends = {int(known[total[known].argmax()]), int(known[total[known].argmin()])}
    chosen, cases = [], []
    for at in sorted(ends | set(spread.tolist())):
        moment = _numbers_only(loads, slice(at, at + 1))
        if np.isfinite(moment.p_kw).all():
            chosen.append(at)
            cases += _cases(moment, [0])
    return dict(zip(chosen, solve(network, cases, built), strict=True))


def _cases(loads: YearLoads, chosen: Sequence[int]) -> list[LoadCase]:
    return [
        LoadCase(
            str(at), dict(zip(loads.nodes, loads.p_kw[at].tolist(), strict=True)),
            dict(zip(loads.nodes, loads.q_kvar[at].tolist(), strict=True)),
        )
        for at in chosen
    ]  # fmt: skip


def _retried(
    network: Network,
    built: Built,
    loads: YearLoads,
    flow: YearFlow,
    failed: npt.NDArray[np.int64],
) -> YearFlow:
    """Let pandapower try what the fixed point gave up; keep what it finds."""
    if not len(failed):
        return flow
    singles = solve(network, _cases(loads, failed.tolist()), built)
    for at, single in zip(failed, singles, strict=True):
        if not single.converged or min(single.voltage_pu.values()) < LOWEST_PLAUSIBLE_PU:
            continue
        flow.converged[at] = True
        flow.voltage_pu[at] = [single.voltage_pu[n] for n in flow.nodes]
        flow.circuit_a[at] = [single.circuits[c].current_a for c in flow.circuits]
        if single.transformer is not None and flow.transformer_pct is not None:
            flow.transformer_pct[at] = single.transformer.loading_pct
            flow.origin_a[at] = single.transformer.current_a
        else:
            volts = math.sqrt(3) * network.supply.nominal_v * single.voltage_pu[network.origin]
            flow.origin_a[at] = 1000 * single.intake_kva / volts
        flow.intake_kw[at], flow.intake_kvar[at] = single.intake_kw, single.intake_kvar
        flow.loss_kw[at] = single.loss_kw
    return flow


def _compared(flow: YearFlow, singles: Mapping[int, FlowResult], first: int) -> YearFlow:
    """Hold moments against pandapower's own solution; refuse the batch if one differs."""
    gap = 0.0
    for at, result in singles.items():
        # The other way round is the safe side: Newton may reach what the batch gives up.
        if flow.converged[at] and not result.converged:
            raise YearError(
                f"moment {first + at}: the batch settles where pandapower finds no solution"
            )
        if flow.converged[at]:
            theirs = np.array([result.voltage_pu[node] for node in flow.nodes])
            gap = max(gap, float(np.abs(theirs - flow.voltage_pu[at]).max()))
    if gap > AGREEMENT_PU:
        raise YearError(f"voltages differ from pandapower by {gap:.1e} pu")
    return replace(flow, compared_pu=gap)
