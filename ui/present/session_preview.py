"""What the preview of a session table says, without Qt."""

from __future__ import annotations

from dataclasses import replace

from planner import edits
from planner.demand.matching import LIKE, ArchetypeFit
from planner.inputs.session_preview import SessionPreview
from planner.inputs.sessions import SessionOptions
from planner.model.demand import RECORDED, DemandInput
from planner.model.project import Project
from ui.present.demand import archetype_names
from ui.present.text import count, number

TITLES = {
    "arrival_h": ("Arrivals", "h"), "stay_h": ("Stay", "h"), "energy_kwh": ("Energy", "kWh"),
}  # fmt: skip
DISTANCES = {"arrival_h": "ks_arrival", "stay_h": "ks_stay", "energy_kwh": "ks_energy"}
CHOICES: dict[str, tuple[str, tuple[tuple[object, str], ...]]] = {
    "dayfirst": ("Day and month", ((True, "day first"), (False, "month first"))),
    "decimal": ("Decimal mark", ((",", "comma"), (".", "point"))),
}
"""Questions with a few answers: the option's name, its words and its answers."""


def with_answer(options: SessionOptions, key: str, answer: object) -> SessionOptions:
    """Return the options with one answer; None means "as found"."""
    changed: dict[str, object] = {key: answer}
    return replace(options, **changed)  # type: ignore[arg-type]


def spread_rows(seen: SessionPreview) -> tuple[tuple[str, ...], ...]:
    """Return each quantity with its tenth, fiftieth and ninetieth percentile and mean."""
    return tuple(
        (f"{TITLES[name][0]}, {TITLES[name][1]}",
         *(number(v, 1) for v in (s.q10, s.q50, s.q90, s.mean)))
        for name, s in seen.spread.items()
    )  # fmt: skip


def fit_rows(seen: SessionPreview) -> tuple[tuple[str, ...], ...]:
    """Return the archetypes with their distances, the nearest first."""
    return tuple(
        (archetype_names()[fit.archetype],
         *(f"{v:.2f}" for v in (fit.ks_arrival, fit.ks_stay, fit.ks_energy, fit.distance)))
        for fit in seen.fits
    )  # fmt: skip


def verdict(fit: ArchetypeFit) -> str:
    """Say in a sentence how well an archetype explains the record."""
    name = archetype_names()[fit.archetype]
    parts = {"arrivals": fit.ks_arrival, "stays": fit.ks_stay, "energy": fit.ks_energy}
    worst = max(parts, key=lambda part: parts[part])
    if fit.distance <= LIKE:
        return f"{name} is alike: mean distance {fit.distance:.2f}."
    return (
        f"{name} differs: mean distance {fit.distance:.2f}, most in {worst} "
        f"({parts[worst]:.2f}). The recorded sessions plan better."
    )


def group_of(seen: SessionPreview, archetype: str) -> DemandInput | None:
    """Return the group to plan with: the record, or an archetype with as many cars."""
    if seen.group is None or not archetype:
        return seen.group
    return DemandInput(archetype, seen.group.drivers_per_day)


def take_words(seen: SessionPreview, archetype: str) -> str:
    """Name the button by its result."""
    if seen.table is None or seen.group is None:
        return "Use sessions"
    if not archetype:
        return f"Use {count(len(seen.table.sessions), 'session')}"
    cars = number(seen.group.drivers_per_day, 1)
    return f"Use {archetype_names()[archetype]}, {cars} cars a day"


def with_recorded(project: Project, group: DemandInput) -> Project:
    """Take recorded sessions in the place of those there, any other group beside the rest."""
    groups = project.scenario.demand
    known = next((g for g in groups if g.archetype == RECORDED), None)
    if known is None or group.archetype != RECORDED:
        return edits.set_demand(project, (*groups, group))
    made = replace(group, growth_pct_per_year=known.growth_pct_per_year)
    return edits.set_demand(project, tuple(made if g is known else g for g in groups))
