"""A small radial network: transformer, main board, pillar, three chargers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grid.model import (
    Board,
    Cable,
    CircuitDemand,
    CircuitKind,
    Conductor,
    Device,
    Installation,
    Insulation,
    Network,
    SizedCircuit,
    Source,
    Supply,
    Transformer,
)

CABLES = {10.0: 1.83, 25.0: 0.727, 95.0: 0.193}


def make_circuit(  # one table row per call
    name: str, ends: tuple[str, str], length_m: float, size_mm2: float, iz_a: float, in_a: float,
    *, parallel: int = 1, phases: int = 3, earth_mm2: float = 0.0,
) -> SizedCircuit:  # fmt: skip
    kind = CircuitKind.FEEDER if ends[1].startswith("P") else CircuitKind.FINAL
    cable = Cable(
        f"Cu-4x{size_mm2:g}", size_mm2, 4, Conductor.CU, Insulation.XLPE, CABLES[size_mm2], 0.08,
        30.0, earth_mm2,
    )  # fmt: skip
    demand = CircuitDemand(
        name, kind, *ends, length_m, in_a * 0.8, phases, 20.0, 0.98, Installation()
    )
    device = Device(f"d{in_a:g}", "MCCB", "C", in_a, 25.0)
    return SizedCircuit(demand, cable, parallel, device, "Type A", iz_a, 1.0, "ampacity")


@pytest.fixture(scope="session")
def supply() -> Supply:
    return Supply(
        Source(11.0, 250.0, 150.0), Transformer("TX1", 500.0, 11.0, 420.0, 4.5, 5.1, 0.68, 0.5),
        300.0,
    )  # fmt: skip


@pytest.fixture(scope="session")
def network(supply: Supply) -> Network:
    circuits = (
        make_circuit("F1", ("MSB", "P1"), 60.0, 95.0, 223.0, 200.0),
        make_circuit("L1", ("P1", "C1"), 45.0, 25.0, 96.0, 80.0),
        make_circuit("L2", ("P1", "C2"), 20.0, 25.0, 96.0, 80.0, earth_mm2=16.0),
        make_circuit("L3", ("P1", "C3"), 30.0, 10.0, 60.0, 40.0, phases=1),
    )
    boards = {"MSB": Board("MSB", "Main board", 800, 12, 3), "P1": Board("P1", "Pillar", 250, 6, 3)}
    return Network(supply, "MSB", boards, {c.demand.id: c for c in circuits})


@pytest.fixture(scope="session")
def circuit() -> Callable[..., SizedCircuit]:
    return make_circuit
