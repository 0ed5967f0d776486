"""The same network in power-grid-model, built from our nouns and not from pandapower's net.

An engine of its own with its own cable and transformer model: what it agrees
with is the model, not only the solver. Its transformer is a pi circuit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grid.model import Network
from grid.network.build import length_km
from grid.network.radial import feed_order, nodes
from grid.network.year import YearLoads
from grid.wiring.cables import ALPHA, OPERATING_C

DELTA, WYE_N = 2, 1
STIFF_VA = 1e20
"""Fault level of the source: pandapower's holds its voltage whatever is drawn."""


class PgmYear:
    """A network and its loads, ready to be solved in one batch."""

    def __init__(self, network: Network, loads: YearLoads) -> None:
        import power_grid_model as pgm

        self._pgm = pgm
        self.nodes = nodes(network)
        self._ids = {node: i for i, node in enumerate(self.nodes)}
        made = {
            "node": self._nodes(network),
            "line": self._lines(network),
            "source": self._source(network),
            "sym_load": self._loads(loads.nodes),
        }
        if network.supply.transformer is not None:
            made["transformer"] = self._transformer(network)
        self.model = pgm.PowerGridModel(made, system_frequency=network.supply.frequency_hz)
        self._update = self._batch(loads)

    def solve(self, method: str = "newton_raphson") -> npt.NDArray[np.float64]:
        """Return voltages in pu, shape (steps, nodes) in the order of `nodes`."""
        found = self.model.calculate_power_flow(
            update_data={"sym_load": self._update},
            calculation_method=getattr(self._pgm.CalculationMethod, method),
            error_tolerance=1e-10, max_iterations=60, output_component_types=["node"],
        )  # fmt: skip
        return np.asarray(found["node"]["u_pu"][:, : len(self.nodes)])

    def _array(self, kind: str, count: int) -> Any:
        return self._pgm.initialize_array("input", kind, count)

    def _nodes(self, network: Network) -> Any:
        own = network.supply.transformer is not None
        rows = self._array("node", len(self.nodes) + own)
        rows["id"] = np.arange(len(rows))
        rows["u_rated"] = network.supply.nominal_v
        if own:
            rows["u_rated"][-1] = network.supply.source.vn_kv * 1000
        return rows

    def _lines(self, network: Network) -> Any:
        order = feed_order(network)
        rows = self._array("line", len(order))
        rows["id"] = 10_000 + np.arange(len(order))
        rows["from_status"] = rows["to_status"] = 1
        rows["c1"] = rows["tan1"] = 0.0
        rows["i_n"] = 1000.0
        for row, key in zip(rows, order, strict=True):
            c = network.circuits[key]
            warm = 1 + ALPHA[c.cable.conductor] * (OPERATING_C[c.cable.insulation] - 20)
            factor = length_km(c) / c.parallel * (6.0 if c.demand.phases == 1 else 1.0)
            row["from_node"] = self._ids[c.demand.from_id]
            row["to_node"] = self._ids[c.demand.to_id]
            row["r1"] = factor * c.cable.r20_ohm_per_km * warm
            row["x1"] = factor * c.cable.x_ohm_per_km
        return rows

    def _source(self, network: Network) -> Any:
        rows = self._array("source", 1)
        rows["id"], rows["status"], rows["u_ref"], rows["sk"] = 20_000, 1, 1.0, STIFF_VA
        own = network.supply.transformer is not None
        rows["node"] = len(self.nodes) if own else self._ids[network.origin]
        return rows

    def _transformer(self, network: Network) -> Any:
        unit = network.supply.transformer
        assert unit is not None
        rows = self._array("transformer", 1)
        values = {
            "id": 30_000, "from_node": len(self.nodes), "to_node": self._ids[network.origin],
            "from_status": 1, "to_status": 1, "u1": unit.hv_kv * 1000, "u2": unit.lv_no_load_v,
            "sn": unit.rated_kva * 1000, "uk": unit.uk_pct / 100, "pk": unit.load_loss_kw * 1000,
            "i0": unit.no_load_current_pct / 100, "p0": unit.no_load_loss_kw * 1000,
            "winding_from": DELTA, "winding_to": WYE_N, "clock": unit.clock, "tap_side": 0,
            "tap_pos": 0, "tap_min": 0, "tap_max": 0, "tap_nom": 0, "tap_size": 0.0,
        }  # fmt: skip
        for name, value in values.items():
            rows[name] = value
        return rows

    def _loads(self, where: tuple[str, ...]) -> Any:
        rows = self._array("sym_load", len(where))
        rows["id"] = 40_000 + np.arange(len(where))
        rows["node"] = [self._ids[n] for n in where]
        rows["status"], rows["type"] = 1, 0
        rows["p_specified"] = rows["q_specified"] = 0.0
        return rows

    def _batch(self, loads: YearLoads) -> Any:
        rows = self._pgm.initialize_array("update", "sym_load", loads.p_kw.shape)
        rows["id"] = 40_000 + np.arange(len(loads.nodes))
        rows["p_specified"] = loads.p_kw * 1000
        rows["q_specified"] = loads.q_kvar * 1000
        return rows
