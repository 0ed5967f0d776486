"""Write a project and its documents into one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from planner.documents import FORMATS, file_stem, with_companions
from planner.inputs.problem import InputError
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.store.project_file import save

SHOW_HEADROOM = frozenset({"xlsx", "pdf", "html", "gpkg", "geojson"})
"""Documents that show what every bay can still take."""


def deliver(
    project: Project,
    outcome: Outcome,
    folder: Path,
    formats: Sequence[str] | None = None,
) -> tuple[Path, ...]:
    """Write the chosen formats (all for None) and the project; return the files."""
    unknown = [name for name in formats or () if name not in FORMATS]
    if unknown:
        raise InputError(
            "--formats", "", f"'{unknown[0]}' is not a format", f"choose from {','.join(FORMATS)}"
        )
    names = with_companions(formats or tuple(FORMATS))
    outcome = dated(complete(project, outcome, names), datetime.now().astimezone().date())
    folder.mkdir(parents=True, exist_ok=True)
    written = [FORMATS[name].write(project, project.scenario, outcome, folder) for name in names]
    if formats is None:
        path = folder / f"{file_stem(project.name)}.ampyard"
        save(project, path)
        written.append(path)
    return tuple(written)


def with_year(project: Project, outcome: Outcome) -> Outcome:
    """Check the year of a design where nobody has yet, so that no document goes without it."""
    if outcome.year is not None:
        return outcome
    from planner.pipeline import check_year

    return check_year(project, outcome)[0]


def complete(project: Project, outcome: Outcome, formats: Sequence[str]) -> Outcome:
    """Work out what the documents show and nobody has asked for yet."""
    outcome = with_year(project, outcome)
    if outcome.headroom is not None or SHOW_HEADROOM.isdisjoint(formats):
        return outcome
    from planner.checks.headroom_map import headroom_of

    made = headroom_of(project, outcome.design, outcome.service)
    return replace(outcome, headroom=made)


def dated(outcome: Outcome, today: date) -> Outcome:
    """Date an offer that bears no date yet; its validity runs from then."""
    terms = outcome.quote.terms
    if terms.quote_date:
        return outcome
    return replace(outcome, quote=replace(outcome.quote, terms=replace(terms, quote_date=today)))
