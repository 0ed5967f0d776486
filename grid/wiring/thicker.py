"""The next thicker cable in the place of one that is laid, by the tables of its code."""

from __future__ import annotations

from dataclasses import replace

from grid.codes import registry
from grid.model import SizedCircuit
from grid.wiring.checks import Laid
from grid.wiring.problem import NotTabulated
from grid.wiring.protection import Breaker
from grid.wiring.upstream import Upstream, downstream
from grid.wiring.voltage_drop import drop_pct


def thicker(circuit: SizedCircuit, ahead: Upstream, code_id: str) -> SizedCircuit | None:
    """Return a circuit with the next thicker cable of its metal, None for the thickest.

    Device and number of cables stay; capacity, drop and earth loop are worked out again.
    Another number of cores, or an earth beside the cable, only where the make-up ends.

    Parameters
    ----------
    circuit
        What is laid.
    ahead
        What the node offers from which it leaves.
    code_id
        Code of practice with its own cables and capacities, see `grid.codes.registry`.
    """
    now, demand = circuit.cable, circuit.demand
    code = registry.get(code_id)
    larger = {
        c for family in code.families(demand) for c in family.cables
        if c.size_mm2 > now.size_mm2
        and (c.conductor, c.insulation) == (now.conductor, now.insulation)
    }  # fmt: skip
    laid = Laid(demand, ahead, code, Breaker(circuit.device, 0.0), 0.0)
    for cable in sorted(
        larger,
        key=lambda c: (
            (c.cores, c.earth_separate) != (now.cores, now.earth_separate), c.size_mm2, c.key,
        ),
    ):  # fmt: skip
        try:
            iz_a = circuit.parallel * laid.carrying(cable, circuit.parallel).iz_a
        except NotTabulated:
            continue
        pct = drop_pct(laid.loaded(cable, circuit.parallel))
        end = downstream(ahead, demand.to_id, cable, circuit.parallel, demand.length_m)
        return replace(
            circuit, cable=cable, iz_a=iz_a, drop_pct=pct, zs_ohm=end.zs_ohm,
            drop_total_pct=ahead.drop_pct + pct,
        )  # fmt: skip
    return None
