"""The mixes of chargers side by side: what each costs, serves and asks of the connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.model.ids import ModelId
from planner.model.outcome import Mix, MixOption
from planner.model.project import Project
from ui.present.tables import Column, Key, Line, Table
from ui.present.text import NONE, SYMBOLS, charger_power, number

KIND = "mix"


@dataclass(frozen=True, slots=True)
class Point:
    """A mix as a dot: cost in thousands, drivers served in % with half the interval, kVA."""

    key: str
    cost: float
    served_pct: float
    ci_pct: float
    kva: float
    text: str
    chosen: bool


def options_of(mix: Mix, front: Sequence[MixOption]) -> tuple[MixOption, ...]:
    """Return the chosen mix first, then the others: the front once it is known."""
    others = front or mix.runners_up
    return (mix.chosen, *(o for o in others if not _same(o, mix.chosen)))


def mixes_table(project: Project, mix: Mix, front: Sequence[MixOption] = ()) -> Table:
    """List the chosen mix and, once known, the front; before that its runners-up."""
    lines = tuple(
        Line(
            (
                "Chosen" if not rank else f"{rank + 1}",
                counts_text(project, option.counts),
                option.hardware_cost,
                option.served_pct,
                option.served_ci_pct,
                option.charging_kva,
                option.cap_kw,
                option.energy_pct,
                _range(option.draws_pct, 1) if option.draws > 1 else None,
                _range(_kva_range(option), 0) if option.draws > 1 else None,
            ),
            (KIND, f"{rank}"),
        )
        for rank, option in enumerate(options_of(mix, front))
    )
    currency = SYMBOLS.get(project.price_book.currency, project.price_book.currency).strip()
    columns = (
        Column("Mix", strong=True), Column("Chargers"), Column(f"Cost {currency}", 0),
        Column("Served %", 1), Column("± points", 1), Column("Charging kVA", 0),
        Column("Cap kW", 0), Column("Energy %", 1), Column("Draws, % served"),
        Column("Draws, kVA"),
    )  # fmt: skip
    return Table("Mixes", columns, lines, "This design was not made from a choice of mixes.")


def points_of(project: Project, mix: Mix, front: Sequence[MixOption]) -> tuple[Point, ...]:
    """Return the same options as dots, in the order of the table."""
    return tuple(
        Point(
            f"{rank}", option.hardware_cost / 1000, option.served_pct, option.served_ci_pct,
            option.charging_kva,
            f"{counts_text(project, option.counts)}: {number(option.served_pct, 1)} ± "
            f"{number(option.served_ci_pct, 1)} %, {number(option.charging_kva)} kVA",
            rank == 0,
        )
        for rank, option in enumerate(options_of(mix, front))
    )  # fmt: skip


def reasons_table(mix: Mix | None) -> Table:
    """List why the mix was chosen, one sentence a line."""
    lines = tuple(Line((reason,)) for reason in mix.reasons) if mix else ()
    empty = "This design was not made from a choice of mixes."
    return Table("Why this mix", (Column("Reason"),), lines, empty)


def counts_text(project: Project, counts: Mapping[ModelId, int]) -> str:
    """Word a set of chargers: '13 AC 2 × 22 kW + 1 DC 50 kW'."""
    parts = []
    for key, count in counts.items():
        model = project.catalogue.get(key)
        if count and model is not None:
            parts.append(f"{count} {model.current} {charger_power(model)}")
    return " + ".join(parts) or NONE


def rank_of(key: Key) -> str:
    """Return which mix a line stands for, empty for other lines."""
    return key[1] if key[0] == KIND else ""


def _range(pair: tuple[float, float], decimals: int) -> str:
    low, high = (number(v, decimals) for v in pair)
    return low if low == high else f"{low} to {high}"


def _kva_range(option: MixOption) -> tuple[float, float]:
    """Return the kVA of the quietest and of the busiest draw."""
    if not option.peak_kw:
        return option.charging_kva, option.charging_kva
    share = option.charging_kva / option.peak_kw
    low, high = option.peak_draws_kw
    return share * low, share * high


def _same(one: MixOption, other: MixOption) -> bool:
    return one.counts == other.counts and one.cap_kw == other.cap_kw
