"""A number together with the way it was found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TraceInput:
    """One input of a traced number; `assumed` marks what nobody has confirmed."""

    symbol: str
    value: float | str
    unit: str
    source: str
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """Rule, formula with its numbers, inputs and result of one engineering step.

    `formula` is symbolic ("I_z = I_t · C_a · C_g"); `substituted` is the same
    with numbers ("54.8 = 84 · 1.00 · 0.65"), so that a reader can redo it.
    """

    quantity: str
    value: float | str
    unit: str
    rule: str
    formula: str = ""
    substituted: str = ""
    inputs: tuple[TraceInput, ...] = ()
    note: str = ""
