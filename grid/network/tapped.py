"""A network with one more load, for many places and moments at once.

V = w − Z·(conj(S/V) + e_k·i) and u = V_k − z·i with i = conj(s/u): the fixed
point of `year` with a load s behind a series impedance z at node k. The new
circuit is no part of the matrices, so thousands of different ones share them.
All quantities in per unit unless their name says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.model import Network, SizedCircuit, Transformer
from grid.network import year
from grid.network.build import length_km, shared
from grid.network.radial import feed_order, nodes
from grid.wiring.cables import ALPHA, OPERATING_C

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

HIGH_PU = 1.10
"""Where the use of the voltage band counts from: 0 at +10 %, 1 at the lower limit."""
OVERLOADED = 1e6
"""Use of every limit where no voltage exists."""
SETTLED_PU = 1e-10
ROUGHLY_PU = 1e-7
"""Enough to search with: shares of limits move by less than a hundred-thousandth."""
MOST_ITERATIONS = 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits at every moment; circuits, boards and transformer bring their own ratings.

    `voltage_low_pu` of nominal at every node (EN 50160:2010, 4.2.2: −10 %),
    `drop_limit_pct` from the main board to every node (IEC 60364-5-52:2009,
    table G.52.1: 5 %), `transformer_pct` of rated current.
    """

    agreed_kva: float
    voltage_low_pu: float = 0.90
    drop_limit_pct: float = 5.0
    transformer_pct: float = 100.0


@dataclass(frozen=True, slots=True)
class Tap:
    """A place to draw power: a fed node, or the end of a new circuit from one.

    `replaces` is True where what is connected at the node now makes room for the
    new load; `power_factor` is that of the new load, lagging.
    """

    id: str
    node: str
    power_factor: float = 0.98
    circuit: SizedCircuit | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: a share of 1 is reached at `value`; voltages count from `zero`."""

    kind: str
    element: str
    value: float
    unit: str
    zero: float = 0.0

    def at(self, share: float) -> float:
        """Turn a share of the limit into its unit."""
        return self.zero + share * (self.value - self.zero)


@dataclass(frozen=True, slots=True, eq=False)
class Tapped:
    """What all taps have in common: matrices, nodes and limits.

    `flows` adds node currents up to circuit currents (circuits × nodes); the
    origin's row comes last. `column` is the place of a node among the load buses,
    −1 for the source itself.
    """

    network: Network
    matrices: year.Matrices
    nodes: tuple[str, ...]
    column: npt.NDArray[np.int64]
    flows: Reals
    circuit_limit_a: Reals
    boards: tuple[tuple[int, float], ...]
    shared: tuple[Limit, ...]
    has_unit: bool
    hv_per_base: float
    lv_per_base: float
    base_a: float
    bounds: Bounds

    def limit(self, element: int, tap: Tap) -> Limit:
        """Return the limit of a column of `Trial.shares`."""
        if element < len(self.shared):
            return self.shared[element]
        own = element - len(self.shared)
        amps = math.inf if tap.circuit is None else circuit_limit_a(tap.circuit)
        return (
            Limit("own circuit", tap.id, amps, "A"),
            Limit("voltage", tap.id, self.bounds.voltage_low_pu, "pu", HIGH_PU),
            Limit("drop", tap.id, self.bounds.drop_limit_pct, "%"),
        )[own]


def circuit_limit_a(circuit: SizedCircuit) -> float:
    """Return the current a circuit may carry: the lesser of I_z and the device's rating [A]."""
    return min(circuit.iz_a, circuit.device.in_a)


def _own_limit_a(circuit: SizedCircuit | None) -> float:
    """Return the balanced current at which a new circuit reaches its limit [A]."""
    if circuit is None:
        return math.inf
    return circuit_limit_a(circuit) / (3.0 if circuit.demand.phases == 1 else 1.0)


def open_network(network: Network, bounds: Bounds) -> Tapped:
    """Prepare matrices and limits of a network once for all taps."""
    built = shared(network, balanced_equivalent=True)
    m = year.matrices_of(built)
    rows = year.bus_rows(built)
    place = {int(bus): n for n, bus in enumerate(m.load_buses)}
    names = nodes(network)
    column = np.array([place.get(rows[n], -1) for n in names], dtype=np.int64)
    order = feed_order(network)
    kv = network.supply.nominal_v / 1000
    unit = network.supply.transformer
    return Tapped(
        network=network,
        matrices=m,
        nodes=names,
        column=column,
        flows=_flows(network, order, names),
        circuit_limit_a=np.array([circuit_limit_a(network.circuits[c]) for c in order]),
        boards=_boards(network, order),
        shared=_limits(network, order, bounds),
        has_unit=unit is not None,
        # Rated currents in per unit of the bus they are counted at.
        hv_per_base=_per_base(unit, m.base_mva, unit.hv_kv / network.supply.source.vn_kv)
        if unit
        else 0.0,
        lv_per_base=_per_base(unit, m.base_mva, unit.lv_no_load_v / 1000 / kv) if unit else 0.0,
        base_a=m.base_mva * 1e6 / (math.sqrt(3) * kv * 1000),
        bounds=bounds,
    )


def _per_base(unit: Transformer, base_mva: float, voltage_ratio: float) -> float:
    """Return rated currents per base current at one side of the transformer."""
    return base_mva / (unit.rated_kva / 1000) * voltage_ratio


def _flows(network: Network, order: Sequence[str], names: Sequence[str]) -> Reals:
    """Tell which node currents each circuit carries, in true amperes per balanced one."""
    row = {c: n for n, c in enumerate(order)}
    feeder = {network.circuits[c].demand.to_id: c for c in order}
    found = np.zeros((len(order) + 1, len(names)))
    found[-1] = 1.0
    for n, name in enumerate(names):
        at = name
        while at in feeder:
            circuit = network.circuits[feeder[at]]
            # The balanced equivalent of a single-phase circuit carries a third of its current.
            found[row[feeder[at]], n] = 3.0 if circuit.demand.phases == 1 else 1.0
            at = circuit.demand.from_id
    return found


def _boards(network: Network, order: Sequence[str]) -> tuple[tuple[int, float], ...]:
    """Return row of the incoming circuit and rating of every fed board, the origin's last row."""
    found = [
        (row, network.boards[end].rating_a)
        for row, c in enumerate(order)
        if (end := network.circuits[c].demand.to_id) in network.boards
    ]
    if network.origin in network.boards:
        found.append((len(order), network.boards[network.origin].rating_a))
    return tuple(found)


def _limits(network: Network, order: Sequence[str], bounds: Bounds) -> tuple[Limit, ...]:
    """List the limits in the order of the columns of `Trial.shares`."""
    unit = network.supply.transformer
    ends = [network.circuits[c].demand.to_id for c in order]
    boards = [n for n in ends if n in network.boards]
    boards += [network.origin] if network.origin in network.boards else []
    return (
        Limit("agreed capacity", "supply", bounds.agreed_kva, "kVA"),
        Limit("transformer", unit.id if unit else "supply", bounds.transformer_pct, "%"),
        *(Limit("circuit", c, circuit_limit_a(network.circuits[c]), "A") for c in order),
        *(Limit("board", b, network.boards[b].rating_a, "A") for b in boards),
        Limit("voltage", "", bounds.voltage_low_pu, "pu", HIGH_PU),
        Limit("drop", "", bounds.drop_limit_pct, "%"),
    )


class Trial:
    """Taps × moments with their last voltages, from which the next solution starts."""

    def __init__(
        self,
        site: Tapped,
        loads: year.Loads,
        taps: Sequence[Tap],
        moments: npt.NDArray[np.int64],
    ) -> None:
        self.site, self.taps = site, taps
        self.count, self.times = len(taps), len(moments)
        m = site.matrices
        at = {n: k for k, n in enumerate(site.nodes)}
        self.node = np.array([at[t.node] for t in taps])
        power = np.zeros((len(site.nodes), self.times), dtype=np.complex128)
        for column, moment in enumerate(moments.tolist()):
            kw, kvar = loads.part(slice(moment, moment + 1))
            power[[at[name] for name in loads.nodes], column] = np.nan_to_num(kw + 1j * kvar)[0]
        power /= 1000 * m.base_mva
        self.power = np.repeat(power[:, None, :], self.count, axis=1)
        for n, tap in enumerate(taps):
            if tap.replaces:
                self.power[self.node[n], n] = 0.0
        self.turn = np.array([1 + 1j * math.tan(math.acos(t.power_factor)) for t in taps])
        self.z = np.array([_series_pu(site, t) for t in taps])
        self.own_a = np.array([_own_limit_a(t.circuit) for t in taps])
        v = np.full((len(site.nodes), self.count, self.times), m.slack_v, dtype=np.complex128)
        loaded = site.column >= 0
        v[loaded] = m.w[site.column[loaded], None, None]
        self.v, self.end = v, v[self.node, np.arange(self.count)].copy()
        self.use = np.zeros((self.count, self.times, len(site.shared) + 3))

    def ceiling_kw(self) -> Reals:
        """Return a power that no tap can draw, per tap: a limiting current at 1.25 pu."""
        site = self.site
        kv = site.network.supply.nominal_v / 1000
        unit = site.network.supply.transformer
        most_kva = 1.25 * min(
            2 * site.bounds.agreed_kva,
            2 * unit.rated_kva * site.bounds.transformer_pct / 100 if unit else math.inf,
        )
        own = 1.25 * math.sqrt(3) * kv * self.own_a
        return np.minimum(own, most_kva)

    def shares(
        self, kw: Reals, rows: npt.NDArray[np.int64], settled_pu: float = SETTLED_PU
    ) -> Reals:
        """Solve some taps at a power each; return the use of every limit (rows, times, limits)."""
        m = self.site.matrices
        s = (kw / (1000 * m.base_mva) * self.turn[rows])[:, None]
        whole = len(rows) == self.count
        power = self.power if whole else self.power[:, rows]
        start = (self.v if whole else self.v[:, rows], self.end[rows])
        v, end, current, extra, settled = _settle(
            self.site, power, s, self.z[rows][:, None], self.node[rows], start, settled_pu
        )
        use = self._use(v, end, current, extra, rows)
        if settled.all():
            self.v[:, rows], self.end[rows] = v, end
        else:
            # What did not settle starts where it last did.
            use[~settled] = OVERLOADED
            self.v[:, rows] = np.where(settled[None], v, start[0])
            self.end[rows] = np.where(settled, end, start[1])
        self.use[rows] = use
        return use

    def _use(
        self, v: Complexes, end: Complexes, current: Complexes, extra: Complexes,
        rows: npt.NDArray[np.int64],
    ) -> Reals:  # fmt: skip
        site, b = self.site, self.site.bounds
        m, shape = site.matrices, end.shape
        total = (site.flows @ current.reshape(len(v), -1)).reshape(-1, *shape)
        amps = np.abs(total) * site.base_a
        source = np.abs(_source_current(site, v, total[-1]))
        kva = source * abs(m.slack_v) * 1000 * m.base_mva
        unit_pct = np.zeros(shape)
        if site.has_unit:
            low = amps[-1] / site.base_a * site.lv_per_base
            unit_pct = 100 * np.maximum(source * site.hv_per_base, low)
        volts, end_v = np.abs(v), np.abs(end)
        first, lowest = volts[0], volts.min(axis=0)
        span = HIGH_PU - b.voltage_low_pu
        use = np.empty((*shape, len(site.shared) + 3))
        use[..., 0] = kva / b.agreed_kva
        use[..., 1] = unit_pct / b.transformer_pct
        for n, limit in enumerate(site.circuit_limit_a, 2):
            use[..., n] = amps[n - 2] / limit
        for n, (row, rating) in enumerate(site.boards, 2 + len(site.circuit_limit_a)):
            use[..., n] = amps[row] / rating
        use[..., -5] = (HIGH_PU - lowest) / span
        use[..., -4] = 100 * (first - lowest) / b.drop_limit_pct
        use[..., -3] = np.abs(extra) * site.base_a / self.own_a[rows][:, None]
        use[..., -2] = (HIGH_PU - end_v) / span
        use[..., -1] = 100 * (first - end_v) / b.drop_limit_pct
        return use

    def lowest_node(self, row: int, time: int) -> str:
        """Name the node of lowest voltage beside a tap's own end, at the last solution."""
        return self.site.nodes[int(np.abs(self.v[:, row, time]).argmin())]


def _series_pu(site: Tapped, tap: Tap) -> complex:
    """Impedance of a tap's new circuit in per unit, hot as in the power flow."""
    if tap.circuit is None:
        return 0j
    cable, m = tap.circuit.cable, site.matrices
    hot = 1 + ALPHA[cable.conductor] * (OPERATING_C[cable.insulation] - 20)
    scale = 6.0 if tap.circuit.demand.phases == 1 else 1.0
    ohm = complex(cable.r20_ohm_per_km * hot, cable.x_ohm_per_km) * scale
    base_ohm = (site.network.supply.nominal_v / 1000) ** 2 / m.base_mva
    return ohm * length_km(tap.circuit) / tap.circuit.parallel / base_ohm


def _source_current(site: Tapped, v: Complexes, below: Complexes) -> Complexes:
    """Return the current the source gives; above a transformer it is not that below."""
    m = site.matrices
    if not site.has_unit:
        return below
    others = m.y_slack[m.load_buses[site.column]]
    own = m.y_slack[m.slack] * m.slack_v
    current: Complexes = own + np.tensordot(others, v, axes=1)
    return current


def _settle(
    site: Tapped, power: Complexes, s: Complexes, z: Complexes,
    node: npt.NDArray[np.int64], start: tuple[Complexes, Complexes], settled_pu: float,
) -> tuple[Complexes, Complexes, Complexes, Complexes, npt.NDArray[np.bool_]]:  # fmt: skip
    """Iterate all items to a tolerance; return voltages, currents and which settled."""
    m = site.matrices
    column = site.column
    # The origin comes first and is the source itself where there is no transformer.
    loaded = slice(0 if column[0] >= 0 else 1, None)
    z_nodes = m.z[np.ix_(column[loaded], column[loaded])]
    free = m.w[column[loaded]][:, None, None]
    v, end = start[0].copy(), start[1].copy()
    taps = np.arange(len(node))
    conj_power, conj_s = np.conj(power), np.conj(s)
    current: Complexes = np.zeros_like(v)
    extra: Complexes = np.zeros_like(end)
    error = np.full(end.shape, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(MOST_ITERATIONS):
            extra = np.divide(conj_s, np.conj(end))
            np.divide(conj_power, np.conj(v), out=current)
            current[node, taps] += extra
            inner = current[loaded]
            new = free - (z_nodes @ inner.reshape(len(inner), -1)).reshape(inner.shape)
            error = np.abs(new - v[loaded]).max(axis=0, initial=0.0)
            v[loaded] = new
            new_end: Complexes = v[node, taps] - z * extra
            error = np.maximum(error, np.abs(new_end - end))
            end = new_end
            # What diverges to no number never settles and need not be waited for.
            if not (error > settled_pu).any():
                break
        lowest = np.minimum(np.abs(v).min(axis=0), np.abs(end))
    settled = (error <= settled_pu) & (lowest >= year.LOWEST_PLAUSIBLE_PU)
    return v, end, current, extra, settled
