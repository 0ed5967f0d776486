"""What a code of practice must answer for a circuit to be designed by it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from data import TableError, open_table
from grid.model import Cable, CircuitDemand, Device, Earthing, Installation
from grid.wiring.derating import Factor


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit of a code; `status` is blank where a reference confirms it."""

    name: str
    value: float
    unit: str
    clause: str
    status: str
    source: str


@functools.cache
def rules(code_id: str) -> Mapping[str, Rule]:
    """Return the limits of a code from ``data/codes/<id>/rules``."""
    found = {}
    for r in open_table(f"codes/{code_id}/rules"):
        name = r.text("rule")
        if name in found:
            raise TableError(f"{r.table}, line {r.line}: rule '{name}' stands twice")
        found[name] = Rule(
            name,
            r.number("value"),
            r.text("unit"),
            r.text("clause"),
            r.text("status"),
            r.text("source"),
        )
    return MappingProxyType(found)


@functools.cache
def clauses(code_id: str) -> Mapping[str, str]:
    """Return the clauses of a code by topic from ``data/codes/<id>/clauses``."""
    return MappingProxyType(
        {r.text("topic"): r.text("clause") for r in open_table(f"codes/{code_id}/clauses")}
    )


@dataclass(frozen=True, slots=True)
class Carrying:
    """Capacity of one cable as laid: Iz [A] = It · factors.

    `ceiling_a` caps Iz where terminals allow less than the insulation does.
    """

    it_a: float
    factors: tuple[Factor, ...]
    iz_a: float
    flag: str
    source: str
    ceiling_a: float | None = None


@dataclass(frozen=True, slots=True)
class Overload:
    """One condition of overload protection: `value` must not exceed `limit` [A]."""

    name: str
    formula: str
    value: float
    limit: float
    clause: str


@dataclass(frozen=True, slots=True)
class Family:
    """Cables of one make-up in rising size, from which a circuit may choose.

    `fewest`: more cables in parallel only where fewer do not carry the load.
    """

    name: str
    cables: tuple[Cable, ...]
    most_parallel: int
    least_parallel: int = 1
    fewest: bool = False


@dataclass(frozen=True, slots=True)
class Residual:
    """Residual current protection of a circuit, with its clause and edition."""

    text: str
    residual_ma: float | None
    clause: str
    assumed: bool = False


class Code(Protocol):
    """A code of practice: tables and rules behind one shape.

    Add one by a module that defines ``CODE``, a folder ``data/codes/<id>`` and
    a line in `grid.codes.registry`; the contract test runs over all of them.
    """

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def edition(self) -> str: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

    def limit(self, rule: str) -> Rule:
        """Return a limit by name, such as ``drop_limit``."""

    def clause(self, topic: str) -> str:
        """Return the clause a check quotes, such as that of ``disconnection``."""

    def families(self, demand: CircuitDemand) -> tuple[Family, ...]:
        """Return the cables from which this circuit may choose."""

    def least_rating_a(self, demand: CircuitDemand) -> tuple[float, str]:
        """Return the least device rating [A] and the reason for it."""

    @property
    def breaker_table(self) -> str: ...

    def carrying(self, cable: Cable, phases: int, laid: Installation) -> Carrying:
        """Return the capacity of one cable as laid; may raise `NotTabulated`."""

    def overload(
        self, demand: CircuitDemand, device: Device, cable: Cable, carrying: Carrying, parallel: int
    ) -> tuple[Overload, ...]:
        """Return the conditions of overload protection."""

    def earth_mm2(self, cable: Cable, device: Device) -> float | None:
        """Return a least earth conductor [mm²] the code tabulates, None where none."""

    def residual(self, demand: CircuitDemand, earthing: Earthing) -> Residual:
        """Return the residual current protection of a circuit."""
